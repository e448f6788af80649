"""A program that follows an answer by its address, in the test's own process."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import User

from chatsite.asgi import application
from chatsite.tokens import granting
from tests.support.living import Living
from tests.support.puppet import PATIENCE_SECONDS

Told = dict[str, Any]


@dataclass
class Follower:
    """Applies events as a client has to: `text` is the answer as it knows it."""

    text: str = ""
    reasoning: str = ""
    cursor: str = ""
    events: list[Told] = field(default_factory=list)

    def take(self, event: Told) -> None:
        self.events.append(event)
        self.cursor = event.get("cursor", self.cursor)
        if event["event"] in ("undo", "edit"):
            self.text = self.text[: event["from"]]
        elif event["event"] == "text":
            assert event["from"] == len(self.text)
            self.text += event["text"]
        elif event["event"] == "reasoning":
            assert event["from"] == len(self.reasoning)
            self.reasoning += event["text"]

    @property
    def names(self) -> list[str]:
        return [event["event"] for event in self.events]


class Stream:
    """One request; NDJSON unless it says otherwise."""

    def __init__(self, message_id: int, *, query: str = "", **headers: str) -> None:
        said = {"host": "127.0.0.1", "accept": "application/x-ndjson"} | headers
        self.status = 0
        self.headers: dict[str, str] = {}
        self.raw = ""
        self.over = False
        communicator: Any = ApplicationCommunicator
        self._asgi = communicator(
            application,
            {
                "type": "http",
                "method": "GET",
                "path": f"/m/{message_id}/stream/",
                "query_string": query.encode(),
                "headers": [
                    (name.replace("_", "-").encode(), value.encode())
                    for name, value in said.items()
                ],
            },
        )
        self._taken = 0

    async def begin(self) -> None:
        await self._asgi.send_input({"type": "http.request", "body": b""})
        start = await self._asgi.receive_output(PATIENCE_SECONDS)
        self.status = start["status"]
        self.headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}

    async def ends(self) -> str:
        while not self.over:
            await self.more()
        return self.raw

    async def more(self) -> None:
        event = await self._asgi.receive_output(PATIENCE_SECONDS)
        self.raw += event.get("body", b"").decode()
        self.over = not event.get("more_body", False)

    def lines(self) -> list[Told]:
        """The events that came since this was last asked."""
        whole = self.raw[self._taken : self.raw.rindex("\n") + 1] if "\n" in self.raw else ""
        self._taken += len(whole)
        return [json.loads(line) for line in whole.splitlines() if line]

    async def hang_up(self) -> None:
        await self._asgi.send_input({"type": "http.disconnect"})
        await self._asgi.wait(PATIENCE_SECONDS)


@dataclass
class Reading:
    """A follower and the request that feeds it."""

    follower: Follower
    stream: Stream

    async def reads(self, text: str) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.follower.text != text:
                await self._take()

    async def ends(self) -> Told:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.stream.over:
                await self._take()
        return self.follower.events[-1]

    async def _take(self) -> None:
        await self.stream.more()
        for event in self.stream.lines():
            self.follower.take(event)


async def token_of(living: Living, user: User | None = None, scope: str = "read") -> str:
    owner = user or living.owner
    made = await living.do(lambda: granting.make(owner, uuid.uuid4(), "curl", scope))
    return made.text


@asynccontextmanager
async def following(
    message_id: int, token: str, follower: Follower | None = None
) -> AsyncIterator[Reading]:
    """From where the follower stands."""
    known = follower or Follower()
    query = f"after={known.cursor}" if known.cursor else ""
    stream = Stream(message_id, query=query, authorization=f"Bearer {token}")
    await stream.begin()
    assert stream.status == 200
    yield Reading(known, stream)
    await stream.hang_up()


async def catch_up(message_id: int, token: str, follower: Follower) -> Told:
    """Reads to the end of the answer; its last event."""
    async with following(message_id, token, follower) as reading:
        return await reading.ends()
