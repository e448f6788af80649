"""A test with a deadline waits until nobody else runs, and nobody begins before it is done."""

from __future__ import annotations

import asyncio
import fcntl
import threading
from pathlib import Path

from tests.support.isolation.alone import place


def test_who_wants_to_be_alone_comes_between_those_before_and_those_after(
    tmp_path: Path,
) -> None:
    done: list[str] = []
    begun, may_end, waits = threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        with place(tmp_path, fcntl.LOCK_SH):
            begun.set()
            may_end.wait(10)
            done.append("first")

    def alone() -> None:
        begun.wait(10)
        waits.set()
        with place(tmp_path, fcntl.LOCK_EX):
            done.append("alone")

    def later() -> None:
        waits.wait(10)
        may_end.set()
        with place(tmp_path, fcntl.LOCK_SH):
            done.append("later")

    tasks = [threading.Thread(target=task) for task in (first, alone, later)]
    for task in tasks:
        task.start()
    for task in tasks:
        task.join(10)
    assert sorted(done) == ["alone", "first", "later"]
    assert done.index("first") < done.index("alone")


async def test_others_run_while_who_is_alone_waits_and_not_afterwards(tmp_path: Path) -> None:
    done: list[str] = []

    def another() -> None:
        with place(tmp_path, fcntl.LOCK_SH):
            done.append("another")

    with place(tmp_path, fcntl.LOCK_EX) as held:
        async with held.others_meanwhile():
            await asyncio.to_thread(another)
        later = threading.Thread(target=another)
        later.start()
        later.join(0.2)
        done.append("alone")
    await asyncio.to_thread(later.join)
    assert done == ["another", "alone", "another"]


async def test_two_that_let_others_in_are_alone_again_one_after_the_other(tmp_path: Path) -> None:
    both, alone = asyncio.Barrier(2), asyncio.Lock()

    async def lets_others_in() -> None:
        with place(tmp_path, fcntl.LOCK_SH) as held:
            async with held.others_meanwhile():
                await both.wait()
            assert not alone.locked()
            async with alone:
                await asyncio.sleep(0)

    async with asyncio.timeout(30):
        await asyncio.gather(lets_others_in(), lets_others_in())
