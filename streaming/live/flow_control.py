"""How much may be on its way to one page (L4): sending itself never waits for a reader."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from django.conf import settings


class FlowControl:
    """Counts what a page was sent and has not acknowledged, and says when it has to wait.

    A page that has too much unread is sent nothing more until it has read all of it. `on_full`
    is called once when that begins, `on_timeout` if the page does not read in time.
    """

    def __init__(self, on_full: Callable[[], None], on_timeout: Callable[[], None]) -> None:
        self._on_full = on_full
        self._on_timeout = on_timeout
        self._unread: deque[tuple[tuple[int, int], int]] = deque()
        self._bytes = 0
        self._full = False
        self._timer: asyncio.TimerHandle | None = None

    def sent(self, generation: int | None, seq: int, size: int) -> None:
        self._unread.append(((generation or 0, seq), size))
        self._bytes += size

    def acknowledged(self, generation: int, seq: int) -> None:
        """Forget all up to this frame; frames of earlier generations were read before it."""
        while self._unread and self._unread[0][0] <= (generation, seq):
            self._bytes -= self._unread.popleft()[1]

    @property
    def too_much_unread(self) -> bool:
        too_many = len(self._unread) >= settings.SOCKET_UNREAD_FRAMES
        return too_many or self._bytes >= settings.SOCKET_UNREAD_BYTES

    @property
    def all_read(self) -> bool:
        return not self._unread

    def must_wait(self) -> bool:
        """Whether nothing more may be sent for now."""
        if self.too_much_unread and not self._full:
            self._full = True
            self._on_full()
            self._start_timer()
        elif self.all_read:
            self._full = False
            self.stop_timer()
        return self._full

    def _start_timer(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(settings.SOCKET_UNREAD_SECONDS, self._on_timeout)

    def stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
