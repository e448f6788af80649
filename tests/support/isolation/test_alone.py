"""A test with a deadline waits until nobody else runs, and nobody begins before it is done."""

from __future__ import annotations

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
