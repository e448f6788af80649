"""A page's one socket: who may have one, and what the page says over it.

It carries the thread of the page's conversation, if it has one, and the person's list.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from conversations.roles.rights import Role
from streaming.cluster.bus import Topic
from streaming.error_messages import replies
from streaming.live import protocol
from streaming.live.protocol import (
    SIGNED_OUT,
    TOO_MANY_BAD_COMMANDS,
    TOO_MANY_COMMANDS,
    Ack,
    Ask,
    BadCommand,
    Follow,
    Saw,
    ShowsList,
    read_command,
)
from streaming.live.rate_limit import RateLimit
from streaming.live.sender import Sender
from streaming.live.sidebar.list_view import ListView
from streaming.live.thread.thread_view import NoThread, ThreadView
from streaming.site import site


class ConversationConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """Speaks with one page: hears what it shows and has read; its sender sends what it lacks."""

    _task: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        user = self.scope["user"]
        if not user.is_authenticated:
            await self.accept()
            await self.close(SIGNED_OUT)
            return
        self.user_id: int = user.pk
        self.role: Role | None = self.scope["role"]
        self.session_key: str = self.scope["session"].session_key
        kwargs = self.scope["url_route"]["kwargs"]
        self._conversation: UUID | None = kwargs.get("conversation_id")
        self._site = site()
        self._language: str = self.scope["language"]
        self._sender = Sender(f"A page of conversation {self._conversation}", self.send)
        self._thread = self._view_of_thread()
        self._list = ListView(self._site, self._conversation, user.pk, self._sender, self._language)
        self._sender.add(self._thread)
        self._sender.add(self._list)
        self._rate = RateLimit(settings.SOCKET_COMMANDS_A_SECOND, settings.SOCKET_COMMANDS_AT_ONCE)
        self._complaints: deque[float] = deque(maxlen=settings.SOCKET_BAD_COMMANDS_A_MINUTE)
        if self._site.closing or not self._site.sockets.admit(self):
            await self.close()  # before it was accepted: the page tries again later
            return
        await self.accept()
        self._listen()
        self._list.listen()
        self._task = asyncio.create_task(self._serve(), name=f"socket {self._conversation}")

    async def __call__(self, *connection: Any) -> None:
        try:
            await super().__call__(*connection)
        finally:  # also when the server cancels its sockets
            self._release()

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        """No message touches the database on the loop, so no connection needs closing."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def websocket_disconnect(self, message: Mapping[str, Any]) -> None:
        """For the same reason: Channels would go to a thread to close what was never opened."""
        raise StopConsumer

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._task is None or self._sender.ended:
            return
        if not self._rate.take():
            self.end(TOO_MANY_COMMANDS)
            return
        try:
            self._hear(text_data)
        except BadCommand as trouble:
            await self._complain(str(trouble))

    def end(self, code: int) -> None:
        """Close the socket; nothing more is sent."""
        self._sender.end(code)

    def _hear(self, text: str | None) -> None:
        match read_command(text):
            case Follow(position, conversation):
                self._show(conversation)
                self._thread.follow(position)
            case ShowsList(shown):
                self._list.follow(shown)
            case Ask():
                self._thread.ask()
            case Saw(generation):
                self._list.note_seen(generation)
            case Ack(generation, seq):
                self._sender.flow.acknowledged(generation, seq)
                self._sender.wake()

    def _show(self, conversation: UUID | None) -> None:
        """From now on the conversation that began in this page, which had none."""
        if conversation is None or conversation == self._conversation:
            return
        if self._conversation is not None:
            raise BadCommand(replies.OTHER_CONVERSATION)
        self._conversation = conversation
        before, self._thread = self._thread, self._view_of_thread()
        self._sender.replace(before, self._thread)
        self._list.show(conversation)
        self._listen()

    def _listen(self) -> None:
        if self._conversation is not None:
            self._site.bus.subscribe(Topic.THREAD.of(self._conversation), self._thread.look_again)

    def _view_of_thread(self) -> ThreadView | NoThread:
        if self._conversation is None:
            return NoThread(self._sender)
        return ThreadView(
            self._site, self._conversation, self.user_id, self._sender, self._language
        )

    async def _serve(self) -> None:
        await self.close(await self._sender.serve())

    def _release(self) -> None:
        if self.scope["user"].is_authenticated:
            self._site.sockets.dismiss(self)
        if self._task is not None:
            self._task.cancel()
            self._list.close()
            self._sender.release()
        if self._task is not None and self._conversation is not None:
            self._site.bus.unsubscribe(Topic.THREAD.of(self._conversation), self._thread.look_again)

    async def _complain(self, sentence: str) -> None:
        """Say what was wrong; a page that continues like that loses its socket."""
        now = time.monotonic()
        self._complaints.append(now)
        full = len(self._complaints) == self._complaints.maxlen
        if full and now - self._complaints[0] < 60:
            await self.close(TOO_MANY_BAD_COMMANDS)
            return
        await self.send(protocol.complaint("bad_command", sentence))
