"""Tests that hold a deadline run alone, in a run of several processes too.

Each test holds one place of several, and one marked `alone` all places there are. Who wants all
waits at a gate, and nobody passes that before, so it comes to its turn. While it only waits for
time to pass it can let others in.
"""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import TextIO

import pytest

OthersMeanwhile = Callable[[], AbstractAsyncContextManager[None]]

_room = pytest.StashKey["Place"]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if not hasattr(item.config, "workerinput"):  # one process, so there is nobody else
        return (yield)
    shared = Path(item.config.getoption("basetemp")).parent  # of all processes of this run
    how = fcntl.LOCK_EX if item.get_closest_marker("alone") else fcntl.LOCK_SH
    with place(shared, how) as item.stash[_room]:
        return (yield)


@pytest.fixture
def others_meanwhile(request: pytest.FixtureRequest) -> OthersMeanwhile:
    """Lets others run while a test that is alone waits; it is alone again afterwards."""
    held = request.node.stash.get(_room, None)
    return held.others_meanwhile if held else nullcontext


class Place:
    """One place in a room, or all."""

    def __init__(self, gate: TextIO, room: TextIO) -> None:
        self._gate, self._room = gate, room

    def take(self, how: int) -> None:
        fcntl.flock(self._gate, how)
        fcntl.flock(self._room, how)
        fcntl.flock(self._gate, fcntl.LOCK_UN)

    @asynccontextmanager
    async def others_meanwhile(self) -> AsyncIterator[None]:
        fcntl.flock(self._room, fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(self._room, fcntl.LOCK_UN)  # others who do the same wait for it
            await asyncio.to_thread(self.take, fcntl.LOCK_EX)


@contextmanager
def place(shared: Path, how: int) -> Iterator[Place]:
    """One place in the room of that folder, or all places."""
    with (shared / "gate").open("w") as gate, (shared / "room").open("w") as room:
        held = Place(gate, room)
        held.take(how)
        yield held
