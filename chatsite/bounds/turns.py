"""Whose turn it is among requests: a few are served at once, the others wait in line.

Threads share one interpreter. With as many of them at work as there are requests, the loop, and
with it every answer that is being written, would get its turn once all the others had theirs.

People take turns: whoever has fewest requests at work is next, and nobody has two turns at once, so
that one who asks for much does not slow down what others do.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple


class _Waiting(NamedTuple):
    who: str
    called: asyncio.Future[None]


class Turns:
    """At most `most` have a turn at once, of which `free` are left. Belongs to the loop.

    A turn that takes longer than `patience` seconds waits for something: the next one begins
    then, so that nobody who waits for a database or for a run to end holds up the others. The
    request still counts among the `own` that one person may have at work.
    """

    def __init__(self, most: int, patience: float, own: int) -> None:
        self.free = most
        self._patience, self._own = patience, own
        self._waiting: list[_Waiting] = []
        self._at_work: Counter[str] = Counter()
        self._in_turn: set[str] = set()

    @asynccontextmanager
    async def one(self, who: str) -> AsyncIterator[None]:
        """A turn of `who`, once it has come."""
        await self._come(who)
        turn = _Turn(partial(self._give_back, who))
        timer = asyncio.get_running_loop().call_later(self._patience, turn.end)
        try:
            yield
        finally:
            timer.cancel()
            turn.end()  # who leaves counts as at work until the next one is chosen
            self._leave(who)
            self._call()

    async def _come(self, who: str) -> None:
        if self.free > 0 and self._may(who):
            self._take(who)
            return
        waiting = _Waiting(who, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        try:
            await waiting.called
        except asyncio.CancelledError:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            else:  # it was called in the same moment
                self._leave(who)
                self._give_back(who)
            raise

    def _may(self, who: str) -> bool:
        return who not in self._in_turn and self._at_work[who] < self._own

    def _take(self, who: str) -> None:
        self.free -= 1
        self._in_turn.add(who)
        self._at_work[who] += 1

    def _leave(self, who: str) -> None:
        self._at_work[who] -= 1
        if not self._at_work[who]:
            del self._at_work[who]

    def _give_back(self, who: str) -> None:
        self.free += 1
        self._in_turn.discard(who)
        self._call()

    def _call(self) -> None:
        """Whoever has fewest at work, and among those the one who waits longest."""
        while self.free > 0:
            ready = [one for one in self._waiting if self._may(one.who)]
            if not ready:
                return
            chosen = min(ready, key=lambda one: self._at_work[one.who])
            self._waiting.remove(chosen)
            if not chosen.called.done():
                self._take(chosen.who)
                chosen.called.set_result(None)


class _Turn:
    """Ends once, whoever ends it first."""

    def __init__(self, give_back: Callable[[], None]) -> None:
        self._give_back: Callable[[], None] | None = give_back

    def end(self) -> None:
        give_back, self._give_back = self._give_back, None
        if give_back is not None:
            give_back()
