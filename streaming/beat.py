"""The beat on which busy runs read: all together, so that one commit serves them all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

SHORTEST_SECONDS = 0.004
"""A shorter frame is not worth waiting for: reading at once is sooner and costs no more."""


class Beat:
    """Waits for the end of the running frame, if frames are long; else not at all."""

    def __init__(self, frame_seconds: Callable[[], float]) -> None:
        self._frame_seconds = frame_seconds
        self._next: asyncio.Event | None = None

    async def __call__(self) -> None:
        seconds = self._frame_seconds()
        if seconds < SHORTEST_SECONDS:
            return
        if self._next is None:
            loop = asyncio.get_running_loop()
            self._next = asyncio.Event()
            loop.call_at((loop.time() // seconds + 1) * seconds, self._strike)
        await self._next.wait()

    def _strike(self) -> None:
        if self._next is not None:
            self._next.set()
            self._next = None
