"""The one task that sends over a page's socket, in order, from each of the page's views.

It never waits for a slow reader: a page that does not acknowledge loses its place, and is caught
up once it has read what was sent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError

from streaming.error_messages.failures import CANNOT_SHOW_SENTENCE
from streaming.live import protocol
from streaming.live.backoff import Backoff
from streaming.live.flow_control import FlowControl
from streaming.live.follower import UnreadableJournal
from streaming.live.protocol import CANNOT_SHOW, NEVER_READS

logger = logging.getLogger(__name__)

Send = Callable[[str], Awaitable[None]]


class View(Protocol):
    """A part of a page that is kept as it stands. It calls `Sender.wake` when there is news."""

    async def send_next(self) -> bool:
        """Send one thing that the page lacks; False if there is none."""

    def look_again(self) -> None:
        """Whatever was sent, look anew at how things stand."""

    def leave(self) -> None:
        """Listen to nothing any more."""


class Sender:
    """Serves one page until its socket has to be closed. Belongs to the loop."""

    def __init__(self, name: str, send: Send) -> None:
        self.send = send
        self.flow = FlowControl(self._lose_place, lambda: self.end(NEVER_READS))
        self._name = name
        self._views: list[View] = []
        self._news = asyncio.Event()
        self._end: int | None = None
        self._backoff = Backoff(settings.SOCKET_RETRY_SECONDS)

    def add(self, view: View) -> None:
        self._views.append(view)

    def replace(self, view: View, other: View) -> None:
        """Send from the other in its place."""
        self._views[self._views.index(view)] = other

    @property
    def ended(self) -> bool:
        return self._end is not None

    def wake(self) -> None:
        """There may be something to send."""
        self._news.set()

    def end(self, code: int) -> None:
        """Send nothing more; `serve` returns the code."""
        self._end = code
        self._news.set()

    def release(self) -> None:
        self.flow.stop_timer()
        for view in self._views:
            view.leave()

    async def serve(self) -> int:
        """Send until there is a reason to close the socket: its code."""
        while self._end is None:
            await self._news.wait()
            self._news.clear()
            await self._try_to_send_news()
        self.release()
        return self._end

    async def _try_to_send_news(self) -> None:
        try:
            while not self.ended and not self.flow.must_wait() and await self._send_next():
                pass
        except (DatabaseError, UnreadableJournal) as trouble:  # it may come back at any time
            logger.warning("%s has to wait: %s", self._name, trouble)
            self._look_again_after(self._backoff.wait())
        except Exception:  # the sender's edge: whatever broke, it is tried again, or told
            logger.exception("%s has to wait", self._name)
            await self._try_again_or_say()

    async def _send_next(self) -> bool:
        for view in self._views:
            if await view.send_next():
                return True
        return False

    async def _try_again_or_say(self) -> None:
        seconds = self._backoff.wait_or_give_up()
        if seconds is not None:
            self._look_again_after(seconds)
        else:
            await self.send(protocol.complaint("cannot_show", CANNOT_SHOW_SENTENCE))
            self.end(CANNOT_SHOW)

    def _look_again_after(self, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self._look_again)

    def _look_again(self) -> None:
        for view in self._views:
            view.look_again()

    def _lose_place(self) -> None:
        for view in self._views:
            view.leave()
            view.look_again()
