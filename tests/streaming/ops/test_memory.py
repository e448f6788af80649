"""After a busy time a process gives memory back, and works on as before."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from streaming import db_threads
from streaming.db_threads import close_threads, end_page_threads, in_page_thread
from streaming.ops import memory


@pytest.fixture(autouse=True)
def no_threads_stay() -> Iterator[None]:
    close_threads()
    yield
    close_threads()


async def threads_at_once(count: int) -> set[threading.Thread]:
    together = threading.Barrier(count)

    def work() -> threading.Thread:
        together.wait(15)
        return threading.current_thread()

    return set(await asyncio.gather(*(in_page_thread(work)() for _ in range(count))))


async def test_threads_of_pages_end_and_the_next_request_has_a_new_one() -> None:
    before = await threads_at_once(5)
    await end_page_threads()
    assert len(before) == 5
    assert not [thread for thread in before if thread.is_alive()]
    (after,) = await threads_at_once(1)
    assert after not in before


async def test_a_request_that_is_being_served_ends_as_usual() -> None:
    began, go = threading.Event(), threading.Event()

    def work() -> str:
        began.set()
        go.wait(15)
        return "served"

    request = asyncio.ensure_future(in_page_thread(work)())
    await asyncio.to_thread(began.wait, 15)
    ending = asyncio.create_task(end_page_threads())
    assert len(await threads_at_once(3)) == 3  # others do not wait for it
    go.set()
    assert await request == "served"
    await ending


async def test_where_no_page_was_served_nothing_ends() -> None:
    await end_page_threads()
    assert db_threads.PAGES not in db_threads._pools


class Runs(list[str]):
    """As many runs as it has items; says when it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Semaphore(0)

    def __len__(self) -> int:
        self.asked.release()
        return super().__len__()


async def test_memory_is_given_back_at_the_start_and_after_each_busy_time(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEMORY_EVERY_SECONDS = 0
    given = asyncio.Semaphore(0)
    loop, times = asyncio.get_running_loop(), list[int]()

    def give_back() -> None:
        times.append(list.__len__(runs))
        loop.call_soon_threadsafe(given.release)

    monkeypatch.setattr(memory, "give_back", give_back)
    runs = Runs()
    chore = asyncio.create_task(memory.keep_small(runs))
    try:
        await asyncio.wait_for(given.acquire(), 15)
        for _ in range(2):
            runs.append("an answer")
            for _ in range(5):
                await asyncio.wait_for(runs.asked.acquire(), 15)
            runs.clear()
            await asyncio.wait_for(given.acquire(), 15)
        for _ in range(5):
            await asyncio.wait_for(runs.asked.acquire(), 15)
    finally:
        chore.cancel()
    assert times == [0, 0, 0]
