"""What `static/js/stream.js` does, without a browser: follows a conversation's socket on a page."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from tests.support.document import Element

HEADING = re.compile(r"^<!--frame (\{.*?\})-->", re.DOTALL)
ACKNOWLEDGE_EVERY = 16
PATIENCE = 120


class LastAnswer:
    """The last answer on a page, and what frames do to it."""

    def __init__(self, page: Element) -> None:
        self.page = page
        self.article = self._last_answer()
        self.news = asyncio.Event()

    def _last_answer(self) -> Element:
        return self.page.all("data-role", "assistant")[-1]

    @property
    def cursor(self) -> int:
        return int(self.article.attributes["data-cursor"])

    @property
    def status(self) -> str:
        return self.article.attributes["data-status"]

    @property
    def elsewhere(self) -> int | None:
        """The run that writes on another branch than this page shows."""
        stop = self.page.all("data-action", "stop")
        if self.status == "running" or not stop:
            return None
        return int(stop[0].attributes["data-generation"])

    @property
    def queue(self) -> str:
        """What sums up the prompts in line that the page shows."""
        return "".join(one.attributes["data-queue"] for one in self.page.all("id", "queue"))

    @property
    def answer(self) -> Element:
        """Its first text."""
        return self.article.all("data-answer")[0]

    def append(self, message: dict[str, Any]) -> None:
        answer = message["message"]
        part = f"{answer}{message.get('place', '')}"
        places = {
            "text": f"answer-{part}-tail",
            "reasoning": f"reasoning-{part}",
            "arguments": f"tool-{answer}-{message.get('call')}-arguments",
        }
        self.page.one("id", places[message["type"]]).append(message["text"])

    def swap(self, html: str) -> None:
        self.page.swap(html)
        self.article = self._last_answer()

    def move_to(self, cursor: int) -> None:
        self.article.attributes["data-cursor"] = str(cursor)
        self.news.set()


class Watcher(LastAnswer):
    """A page that is kept up by the frames of its socket.

    It keeps the cursor rule strictly: a frame that starts at the cursor is taken in, one that ends
    at or before it is dropped and counted in `doubles`, any other is a gap and asks again.
    """

    def __init__(self, page: Element, address: str, origin: str, cookies: str) -> None:
        super().__init__(page)
        self.address = address
        self.origin = origin
        self.cookies = cookies
        self.frames: list[str] = []
        self.doubles = 0
        self.gaps = 0
        self._unacknowledged = 0

    @asynccontextmanager
    async def connected(self, *, follow: bool = True) -> AsyncIterator[ClientConnection]:
        """The socket, and unless told otherwise it has asked for what follows the cursor."""
        async with (
            asyncio.timeout(PATIENCE),
            connect(
                self.address,
                origin=Origin(self.origin),
                additional_headers={"Cookie": self.cookies},
                proxy=None,
                max_size=None,
            ) as socket,
        ):
            if follow:
                await self.follow(socket)
            yield socket

    async def follow(self, socket: ClientConnection) -> None:
        said = self.article.attributes
        following = {
            "type": "follow",
            "leaf": int(said["data-message"]),
            "generation": int(said["data-generation"]),
            "after": self.cursor,
            "status": self.status,
            "elsewhere": self.elsewhere,
            "queue": self.queue,
            "edits": int(self.page.one("id", "edits").attributes["data-edits"]),
        }
        await socket.send(json.dumps(following))

    async def watch_to_the_end(self) -> None:
        """Reads until the answer has ended, or the connection has."""
        try:
            with suppress(ConnectionClosed, InvalidHandshake, ConnectionError):
                async with self.connected() as socket:
                    while self.status == "running":
                        await self.take_in_one(socket)
        except TimeoutError:
            raise AssertionError(f"no end came to {self}") from None

    def __str__(self) -> str:
        last = "\n".join(frame[:500] for frame in self.frames[-5:])
        return f"{self.article.attributes}, gaps {self.gaps}, last frames:\n{last}"

    async def reaches(self, cursor: int) -> None:
        """Waits, while another task reads, until the page is that far."""
        async with asyncio.timeout(30):
            while self.cursor < cursor:
                self.news.clear()
                await self.news.wait()

    async def take_in_one(self, socket: ClientConnection) -> None:
        frame = await socket.recv(decode=True)
        self.frames.append(frame)
        if frame.startswith("{"):
            await self._take_in_message(socket, json.loads(frame))
        elif heading := HEADING.match(frame):
            facts = json.loads(heading[1])
            if await self._is_next(socket, facts):
                self.swap(frame[heading.end() :])
                self.move_to(facts.get("to", facts.get("cursor")))
        else:
            self.swap(frame)
        await self._acknowledge(socket)

    async def _take_in_message(self, socket: ClientConnection, message: dict[str, Any]) -> None:
        match message["type"]:
            case "open" if await self._is_next(socket, message):
                place = self.page.one("id", f"answer-{message['message']}-open")
                place.fill(message["text"])
                self.move_to(message["to"])
            case "text" | "reasoning" | "arguments" if await self._is_next(socket, message):
                self.append(message)
                self.move_to(message["to"])
            case "status" if message["status"] != "stopping":
                self.article.attributes["data-status"] = message["status"]
            case "stands":
                await self._say_read(socket, message["generation"] or 0, message["after"])
            case "error":
                raise AssertionError(f"the socket said {message}")

    async def _is_next(self, socket: ClientConnection, facts: dict[str, Any]) -> bool:
        if "cursor" in facts or facts["from"] == self.cursor:
            return True
        if facts["to"] <= self.cursor:
            self.doubles += 1
        else:
            self.gaps += 1
            await self.follow(socket)
        return False

    async def _acknowledge(self, socket: ClientConnection) -> None:
        self._unacknowledged += 1
        if self._unacknowledged >= ACKNOWLEDGE_EVERY:
            self._unacknowledged = 0
            generation = int(self.article.attributes["data-generation"])
            await self._say_read(socket, generation, self.cursor)

    async def _say_read(self, socket: ClientConnection, generation: int, seq: int) -> None:
        await socket.send(json.dumps({"type": "ack", "generation": generation, "seq": seq}))
