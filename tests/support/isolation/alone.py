"""Tests that hold a deadline run alone, in a run of several processes too.

Each test holds one place of several, and one marked `alone` all places there are. Who wants all
waits at a gate, and nobody passes that before, so it comes to its turn.
"""

from __future__ import annotations

import fcntl
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if not hasattr(item.config, "workerinput"):  # one process, so there is nobody else
        return (yield)
    shared = Path(item.config.getoption("basetemp")).parent  # of all processes of this run
    how = fcntl.LOCK_EX if item.get_closest_marker("alone") else fcntl.LOCK_SH
    with place(shared, how):
        return (yield)


@contextmanager
def place(shared: Path, how: int) -> Iterator[None]:
    """One place in the room of that folder, or all places."""
    with (shared / "gate").open("w") as gate, (shared / "room").open("w") as room:
        fcntl.flock(gate, how)
        fcntl.flock(room, how)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield
