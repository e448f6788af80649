"""Whose turn it is among requests: a few are served at once, the others wait in line.

Threads share one interpreter. With as many of them at work as there are requests, the loop, and
with it every answer that is being written, would get its turn once all the others had theirs.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class Turns:
    """At most `most` have a turn at once, of which `free` are left. Belongs to the loop.

    A turn that takes longer than `patience` seconds waits for something: the next one begins
    then, so that nobody who waits for a database or for a run to end holds up the others.
    """

    def __init__(self, most: int, patience: float) -> None:
        self.free = most
        self._patience = patience
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """A turn, once it has come."""
        await self._come()
        turn = _Turn(self._give_back)
        timer = asyncio.get_running_loop().call_later(self._patience, turn.end)
        try:
            yield
        finally:
            timer.cancel()
            turn.end()

    async def _come(self) -> None:
        if self.free > 0:
            self.free -= 1
            return
        called = asyncio.get_running_loop().create_future()
        self._waiting.append(called)
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._give_back()
            raise

    def _give_back(self) -> None:
        while self._waiting:
            called = self._waiting.popleft()
            if not called.done():
                called.set_result(None)
                return
        self.free += 1


class _Turn:
    """Ends once, whoever ends it first."""

    def __init__(self, give_back: Callable[[], None]) -> None:
        self._give_back: Callable[[], None] | None = give_back

    def end(self) -> None:
        give_back, self._give_back = self._give_back, None
        if give_back is not None:
            give_back()
