"""The beat on which busy runs read: all together, so that one commit serves them all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

SHORTEST_SECONDS = 0.004
"""A shorter frame is not worth waiting for: reading at once is sooner and costs no more."""

LONGEST_WAIT_SECONDS = 1.0
"""Storage that stands still for longer does not keep anybody from reading."""


class Beat:
    """Waits for the end of the running frame, if frames are long; else not at all.

    A frame does not end before what was read in it is kept and shown: whoever reads on in a
    full process does it in the way of what was read before, and is shown no sooner.
    `when_kept` calls back once nothing waits to be kept.
    """

    def __init__(
        self,
        frame_seconds: Callable[[], float],
        when_kept: Callable[[Callable[[], None]], None],
    ) -> None:
        self._frame_seconds = frame_seconds
        self._when_kept = when_kept
        self._next: asyncio.Event | None = None
        self._at_last: asyncio.TimerHandle | None = None

    async def __call__(self) -> None:
        seconds = self._frame_seconds()
        if seconds < SHORTEST_SECONDS:
            return
        if self._next is None:
            loop = asyncio.get_running_loop()
            self._next = asyncio.Event()
            loop.call_at((loop.time() // seconds + 1) * seconds, self._end_frame)
        await self._next.wait()

    def _end_frame(self) -> None:
        loop = asyncio.get_running_loop()
        self._at_last = loop.call_later(LONGEST_WAIT_SECONDS, self._strike)
        self._when_kept(self._strike)

    def _strike(self) -> None:
        if self._at_last is not None:
            self._at_last.cancel()
            self._at_last = None
        if self._next is not None:
            self._next.set()
            self._next = None
