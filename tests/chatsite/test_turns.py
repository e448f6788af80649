"""Requests wait for their turn, and none waits for one that only waits itself."""

from __future__ import annotations

import asyncio

from chatsite.bounds.turns import Turns

LONG = 60.0


async def test_as_many_have_a_turn_as_there_are_and_the_next_comes_in_order() -> None:
    turns, began, over = Turns(2, LONG), list[int](), [asyncio.Event() for _ in range(4)]

    async def serve(number: int) -> None:
        async with turns.one():
            began.append(number)
            await over[number].wait()

    tasks = [asyncio.create_task(serve(number)) for number in range(4)]
    await settled()
    assert began == [0, 1]
    over[1].set()
    await settled()
    assert began == [0, 1, 2]
    for event in over:
        event.set()
    await asyncio.gather(*tasks)
    assert began == [0, 1, 2, 3]


async def test_one_that_takes_long_holds_nobody_up_and_gives_its_turn_back_once() -> None:
    turns, waits = Turns(1, 0.0), asyncio.Event()

    async def slow() -> None:
        async with turns.one():
            await waits.wait()

    first = asyncio.create_task(slow())
    await settled()
    async with turns.one():
        waits.set()
        await first
    assert turns.free == 1


async def test_who_leaves_the_line_takes_no_turn_along() -> None:
    turns = Turns(1, LONG)
    async with turns.one():
        leaving = asyncio.create_task(turns.one().__aenter__())
        await settled()
        leaving.cancel()
        await asyncio.wait([leaving])
    assert turns.free == 1


async def test_who_leaves_in_the_moment_of_the_call_passes_it_on() -> None:
    turns = Turns(1, LONG)
    async with turns.one():
        leaving = asyncio.create_task(turns.one().__aenter__())
        await settled()
    leaving.cancel()  # it was called and has not heard of it
    await asyncio.wait([leaving])
    assert turns.free == 1


async def settled() -> None:
    """All that can happen without waiting has happened."""
    for _ in range(10):
        await asyncio.sleep(0)
