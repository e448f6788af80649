"""Frames in which busy runs read: all together, so that one commit serves them all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

SHORTEST_SECONDS = 0.004
"""A shorter frame is not worth waiting for: reading at once is sooner and costs no more."""

LONGEST_WAIT_SECONDS = 1.0
"""Storage that stands still for longer does not keep anybody from reading."""


class Writer(Protocol):
    """Whoever keeps what is read."""

    @property
    def frame_seconds(self) -> float:
        """How far its commits should lie apart now."""

    def when_kept(self, callback: Callable[[], None]) -> None:
        """Call back once nothing waits to be kept; maybe now."""


class FramePacing:
    """The backpressure of a writer: reading waits for the end of the running frame.

    Short frames are not waited for. A long one does not end before what was read in it is kept
    and shown: reading sooner in a full process would only delay that, and show nothing sooner.
    One for all runs of a process.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._due: list[Callable[[], None]] = []
        self._at_last: asyncio.TimerHandle | None = None

    def when_due(self, read: Callable[[], None]) -> None:
        if not self._due:
            seconds = self._writer.frame_seconds
            if seconds < SHORTEST_SECONDS:
                read()
                return
            loop = asyncio.get_running_loop()
            loop.call_at((loop.time() // seconds + 1) * seconds, self._end_frame)
        self._due.append(read)

    def _end_frame(self) -> None:
        loop = asyncio.get_running_loop()
        self._at_last = loop.call_later(LONGEST_WAIT_SECONDS, self._read_all)
        self._writer.when_kept(self._read_all)

    def _read_all(self) -> None:
        if self._at_last is not None:
            self._at_last.cancel()
            self._at_last = None
        due, self._due = self._due, []
        for read in due:
            read()
