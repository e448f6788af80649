"""A chat upstream that says what a test tells it, when the test tells it to."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from tests.support.network.loopback import Visit, loopback

PATIENCE_SECONDS = 30


class Talk:
    """One request for an answer, and the test's hand on what is answered."""

    def __init__(self, visit: Visit) -> None:
        self.asked: dict[str, Any] = json.loads(visit.body or b"{}")
        self.head = visit.head
        self.over = asyncio.Event()
        self._visit = visit
        self._opened = False

    @property
    def turns(self) -> list[tuple[str, str]]:
        """What was asked: role and text of each message."""
        return [(turn["role"], turn["content"]) for turn in self.asked["messages"]]

    async def open(self, *headers: str) -> None:
        """Take the request; text may follow."""
        if self._opened:
            return
        self._opened = True
        head = (
            "HTTP/1.1 200 OK",
            "Content-Type: text/event-stream",
            "Transfer-Encoding: chunked",
            "Connection: close",
            *headers,
        )
        await self._visit.send("\r\n".join((*head, "", "")).encode())

    async def say(self, text: str) -> None:
        await self.event({"choices": [{"index": 0, "delta": {"content": text}}]})

    async def think(self, text: str) -> None:
        await self.event({"choices": [{"index": 0, "delta": {"reasoning_content": text}}]})

    async def event(self, value: dict[str, Any]) -> None:
        await self.open()
        await self._visit.chunk(b"data: " + json.dumps(value).encode() + b"\n\n")

    async def finish(self, reason: str = "stop", **usage: int) -> None:
        """End the answer well, with tokens counted if they are given."""
        last: dict[str, Any] = {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
        await self.event(last | ({"usage": usage} if usage else {}))
        await self._visit.chunk(b"data: [DONE]\n\n")
        await self._visit.end()
        self.over.set()

    async def refuse(self, status: int, message: str, *headers: str, **error: str) -> None:
        """Answer with an error in the place of a stream."""
        await self.reply(status, {"error": {"message": message, **error}}, *headers)

    async def reply(self, status: int, value: Any, *headers: str) -> None:
        """Answer with a whole body: a JSON value, or the bytes themselves."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
            *headers,
        )
        await self._visit.send("\r\n".join((*head, "", "")).encode() + body)
        self.over.set()

    async def cut(self) -> None:
        """Lose the connection."""
        self._visit.writer.transport.abort()
        self.over.set()

    async def reset(self) -> None:
        """Lose the connection by a reset (RST) in the place of an orderly end."""
        self._visit.writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        await self.cut()

    async def half_close(self) -> None:
        """Say that nothing more comes, and keep listening."""
        self._visit.writer.write_eof()

    async def leave_after_the_headers(self) -> None:
        """End the connection where only that ends the body, and nothing of it came."""
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        await self._visit.send(head)
        self._visit.writer.close()
        self.over.set()

    async def leave_in_a_chunk(self) -> None:
        """End the body inside a chunk that was announced as longer."""
        await self._visit.send(b'40\r\ndata: {"cho')
        self._visit.writer.close()
        self.over.set()

    async def hung_up(self) -> None:
        """Returns when the client has closed the connection."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._visit.until_hang_up()


class Puppet:
    """The upstream: `await puppet.talk()` is the oldest request that was not handed out yet."""

    def __init__(self) -> None:
        self.url = ""
        self.talks: list[Talk] = []
        self._waiting: list[Talk] = []
        self._news = asyncio.Condition()

    async def talk(self, prompt: str | None = None) -> Talk:
        """The next request; where several are on their way, the one that ends in `prompt`."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._news:
            while (found := self._find(prompt)) is None:
                await self._news.wait()
            self._waiting.remove(found)
        return found

    def _find(self, prompt: str | None) -> Talk | None:
        fitting = (talk for talk in self._waiting if prompt in (None, talk.turns[-1][1]))
        return next(fitting, None)

    async def answer(self, visit: Visit) -> None:
        talk = Talk(visit)
        if not visit.body:  # it was asked for its models, of which it has no list
            await talk.refuse(404, "No list")
            return
        self.talks.append(talk)
        self._waiting.append(talk)
        async with self._news:
            self._news.notify_all()
        await talk.over.wait()


@asynccontextmanager
async def puppet_upstream() -> AsyncIterator[Puppet]:
    puppet = Puppet()
    async with loopback(puppet.answer) as place:
        puppet.url = place.url
        yield puppet
        for talk in puppet.talks:
            talk.over.set()
        for _ in place.visits:
            await place.done.get()
