"""The socket of a conversation's page: leads it on to where the thread stands, and keeps it there.

One task per socket does all sending, in order. It never waits for a slow reader: a page that
does not acknowledge loses its place, and is led on again once it has read what was sent.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from streaming import fragments, lifecycle, pages
from streaming.answers import Shown
from streaming.broadcast import Broadcast, Frame, Item
from streaming.bucket import Bucket
from streaming.commands import Ack, BadCommand, Follow, read_command
from streaming.pages import Position
from streaming.sockets import SIGNED_OUT
from streaming.threads import in_thread
from streaming.unread import Unread

logger = logging.getLogger(__name__)

TOO_MANY_BAD_COMMANDS = 4400  # 1008 would say it, but Daphne can only send private codes
NOT_FOUND = 4404
NEVER_READS = 4408
TOO_MANY_COMMANDS = 4429
RETRY_SECONDS = 1.0


class ConversationConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """Speaks with one page: hears what it shows and has read, sends what it lacks."""

    _task: asyncio.Task[None] | None = None
    _end: int | None = None

    async def connect(self) -> None:
        user = self.scope["user"]
        if not user.is_authenticated:
            await self.accept()
            await self.close(SIGNED_OUT)
            return
        self.user_id: int = user.pk
        self.session_key: str = self.scope["session"].session_key
        self._conversation: UUID = self.scope["url_route"]["kwargs"]["conversation_id"]
        self._site = lifecycle.site()
        self._asked: Position | None = None
        self._position: Position | None = None
        self._broadcast: Broadcast | None = None
        self._unread = Unread(settings.SOCKET_UNREAD_FRAMES, settings.SOCKET_UNREAD_BYTES)
        self._outbox: deque[Item] = deque()
        self._news = asyncio.Event()
        self._behind = self._overfull = False
        self._patience: asyncio.TimerHandle | None = None
        self._allowed = Bucket(settings.SOCKET_COMMANDS_A_SECOND, settings.SOCKET_COMMANDS_AT_ONCE)
        self._complaints: deque[float] = deque(maxlen=settings.SOCKET_BAD_COMMANDS_A_MINUTE)
        if self._site.closing or not self._site.sockets.admit(self):
            await self.close()  # before it was accepted: the page tries again later
            return
        await self.accept()
        self._site.doorbell.listen(("thread", self._conversation), self.look_again)
        self._task = asyncio.create_task(self._serve(), name=f"socket {self._conversation}")

    async def __call__(self, *connection: Any) -> None:
        try:
            await super().__call__(*connection)
        finally:  # also when the server cancels its sockets
            self._let_go()

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        """No message touches the database on the loop, so no connection needs tidying up."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._task is None or self._end is not None:
            return
        if not self._allowed.take():
            self.end(TOO_MANY_COMMANDS)
            return
        try:
            match read_command(text_data):
                case Follow(position):
                    self._asked = position  # the sending task may be busy with where it was
                    self.look_again()
                case Ack(generation, seq):
                    self._unread.acknowledged(generation, seq)
                    self._news.set()
        except BadCommand as trouble:
            await self._complain(str(trouble))

    def _let_go(self) -> None:
        if self.scope["user"].is_authenticated:
            self._site.sockets.dismiss(self)
        if self._task is not None:
            self._task.cancel()
            self._be_patient(None)
            self._site.doorbell.leave(("thread", self._conversation), self.look_again)
            self._leave()

    # Called by broadcasts, the doorbell and those who count sockets

    def end(self, code: int) -> None:
        """Close the socket; nothing more is sent."""
        self._end = code
        self._news.set()

    def show(self, item: Item) -> None:
        self._outbox.append(item)
        self._news.set()

    def look_again(self) -> None:
        self._behind = True
        self._news.set()

    # The sending task

    async def _serve(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            if self._end is not None:
                self._leave()
                await self.close(self._end)
                return
            try:
                await self._send_news()
            except Exception:  # the socket's edge: whatever broke, the page is led on again
                logger.exception("A page of conversation %s has to wait", self._conversation)
                asyncio.get_running_loop().call_later(RETRY_SECONDS, self.look_again)

    async def _send_news(self) -> None:
        while self._end is None and not self._must_wait():
            if self._asked is not None:
                self._position, self._asked = self._asked, None
            if self._position is None:
                return
            if self._behind:
                await self._catch_up(self._position)
            elif self._outbox:
                await self._send_item(self._outbox.popleft())
            else:
                return

    def _must_wait(self) -> bool:
        """Whether the page has more unread than it may; then it loses its place first."""
        if self._unread.too_much and not self._overfull:
            self._leave()
            self._overfull = self._behind = True
            self._be_patient(settings.SOCKET_UNREAD_SECONDS)
        elif self._unread.nothing:
            self._overfull = False
            self._be_patient(None)
        return self._overfull

    def _be_patient(self, seconds: float | None) -> None:
        """Give a page that has too much unread so much time to read all of it."""
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        if seconds is not None:
            loop = asyncio.get_running_loop()
            self._patience = loop.call_later(seconds, self.end, NEVER_READS)

    async def _catch_up(self, position: Position) -> None:
        self._behind = False
        self._leave()
        news = await in_thread(pages.catch_up)(self._conversation, self.user_id, position)
        if news is None:
            self._position = None
            await self.close(NOT_FOUND)
            return
        for fragment in news.fragments:
            await self.send(fragment)
        self._position = news.position
        if news.position.running:
            await self._watch(news.position)

    async def _watch(self, position: Position) -> None:
        assert position.generation is not None
        assert position.leaf is not None
        self._broadcast = await self._site.broadcasts.watch(
            self, position.generation, position.leaf, position.after
        )
        if self._broadcast is None:
            self.look_again()
        elif not position.after and not self._outbox:  # what it says of waiting may be old
            await self.send(await in_thread(fragments.bar)(position.leaf))

    def _leave(self) -> None:
        self._outbox.clear()
        if self._broadcast is not None:
            self._site.broadcasts.leave(self, self._broadcast)
            self._broadcast = None

    async def _send_item(self, item: Item) -> None:
        assert self._position is not None
        match item:
            case Frame():
                await self._send_frame(item.text, item.end)
                if item.status:
                    await self._send_end(item.status)
            case Shown():
                assert self._position.leaf is not None
                article = await in_thread(pages.whole)(self._position.leaf, item)
                await self._send_frame(article, item.cursor)
            case str():
                await self.send(item)

    async def _send_frame(self, text: str, after: int) -> None:
        assert self._position is not None
        await self.send(text)
        self._position = replace(self._position, after=after)
        self._unread.sent(self._position.generation or 0, after, len(text))

    async def _send_end(self, status: str) -> None:
        assert self._position is not None
        self._position = replace(self._position, status=status)
        self._broadcast = None
        leaf, generation = self._position.leaf, self._position.generation
        await self.send(fragments.status(leaf, generation, status))

    async def _complain(self, sentence: str) -> None:
        """Say what was wrong; who goes on like that is shown out."""
        now = time.monotonic()
        self._complaints.append(now)
        full = len(self._complaints) == self._complaints.maxlen
        if full and now - self._complaints[0] < 60:
            await self.close(TOO_MANY_BAD_COMMANDS)
            return
        await self.send(fragments.complaint("bad_command", sentence))
