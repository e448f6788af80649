"""Requests wait for their turn, and none waits for one that only waits itself."""

from __future__ import annotations

import asyncio

from chatsite.bounds.turns import Turns

LONG = 60.0


async def test_as_many_have_a_turn_as_there_are_and_the_next_comes_in_order() -> None:
    turns, began, over = Turns(2, LONG, 9), list[int](), [asyncio.Event() for _ in range(4)]

    async def serve(number: int) -> None:
        async with turns.one(f"person {number}"):
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
    turns, waits = Turns(1, 0.0, 9), asyncio.Event()

    async def slow() -> None:
        async with turns.one("ada"):
            await waits.wait()

    first = asyncio.create_task(slow())
    await settled()
    async with turns.one("ada"):
        waits.set()
        await first
    assert turns.free == 1


async def test_who_leaves_the_line_takes_no_turn_along() -> None:
    turns = Turns(1, LONG, 9)
    async with turns.one("ada"):
        leaving = asyncio.create_task(turns.one("ada").__aenter__())
        await settled()
        leaving.cancel()
        await asyncio.wait([leaving])
    assert turns.free == 1


async def test_who_leaves_in_the_moment_of_the_call_passes_it_on() -> None:
    turns = Turns(1, LONG, 9)
    async with turns.one("ada"):
        leaving = asyncio.create_task(turns.one("ada").__aenter__())
        await settled()
    leaving.cancel()  # it was called and has not heard of it
    await asyncio.wait([leaving])
    assert turns.free == 1


async def settled() -> None:
    """All that can happen without waiting has happened."""
    for _ in range(10):
        await asyncio.sleep(0)


async def order(asked: str, own: int = 9, most: int = 1) -> str:
    """Whose requests, all there at once, are served in which order; each ends at once."""
    turns, began = Turns(most, LONG, own), list[str]()

    async def serve(who: str) -> None:
        async with turns.one(who):
            began.append(who)
            await settled()

    await asyncio.gather(*(serve(who) for who in asked))
    assert turns.free == most
    return "".join(began)


async def test_who_asks_for_much_at_once_holds_up_nobody_else() -> None:
    assert await order("aaaaab") == "abaaaa"
    assert await order("aaaaabb") == "ababaaa"
    assert await order("aaaaaab", most=2) == "abaaaaa"


async def test_one_person_has_one_turn_at_a_time_though_others_are_free() -> None:
    turns, began, over = Turns(3, LONG, 9), list[str](), asyncio.Event()

    async def serve(who: str) -> None:
        async with turns.one(who):
            began.append(who)
            await over.wait()

    tasks = [asyncio.create_task(serve(who)) for who in ("ada", "ada", "bob")]
    await settled()
    assert began == ["ada", "bob"]
    assert turns.free == 1
    over.set()
    await asyncio.gather(*tasks)
    assert began == ["ada", "bob", "ada"]
    assert turns.free == 3


async def test_slow_requests_of_a_person_count_until_they_end() -> None:
    turns, slow = Turns(3, 0.0, 2), asyncio.Event()

    async def serve(who: str, served: asyncio.Event) -> None:
        async with turns.one(who):
            served.set()
            await slow.wait()

    served = [asyncio.Event() for _ in range(4)]
    names = ("ada", "ada", "ada", "bob")
    tasks = [
        asyncio.create_task(serve(who, event)) for who, event in zip(names, served, strict=True)
    ]
    await settled()
    await asyncio.sleep(0)
    assert [event.is_set() for event in served] == [True, True, False, True]
    slow.set()
    await asyncio.gather(*tasks)
    assert served[2].is_set()
    assert turns.free == 3
