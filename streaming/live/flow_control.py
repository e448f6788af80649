"""How much may be on its way to one page: L4."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from django.conf import settings

from streaming.live.unread import Unread


class FlowControl:
    """Says when a page has more unread than it may, until it has read all of it."""

    def __init__(self, on_full: Callable[[], None], on_patience_over: Callable[[], None]) -> None:
        self._unread = Unread(settings.SOCKET_UNREAD_FRAMES, settings.SOCKET_UNREAD_BYTES)
        self._on_full = on_full
        self._on_patience_over = on_patience_over
        self._full = False
        self._patience: asyncio.TimerHandle | None = None

    def sent(self, generation: int | None, seq: int, size: int) -> None:
        self._unread.sent(generation or 0, seq, size)

    def acknowledged(self, generation: int, seq: int) -> None:
        self._unread.acknowledged(generation, seq)

    def must_wait(self) -> bool:
        """Whether nothing more may be sent for now; the page is told off once, by `on_full`."""
        if self._unread.too_much and not self._full:
            self._full = True
            self._on_full()
            self._be_patient(settings.SOCKET_UNREAD_SECONDS)
        elif self._unread.nothing:
            self._full = False
            self.forget()
        return self._full

    def forget(self) -> None:
        """Wait for nothing any more."""
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _be_patient(self, seconds: float) -> None:
        """Give the page so much time to read what it was sent."""
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(seconds, self._on_patience_over)
