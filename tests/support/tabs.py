"""Browser tabs without a browser or a server: pages and sockets of the site in this process."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections
from django.http import HttpResponse
from django.test import AsyncClient

from chatsite.asgi import application
from tests.support.document import Element, parse
from tests.support.living import Answering, Living
from tests.support.people.factors import proven
from tests.support.puppet import PATIENCE_SECONDS
from tests.support.secrets.kept import secrets
from tests.support.watcher import Watcher

ORIGIN = settings.PUBLIC_ORIGIN
OF_THE_TESTS = secrets({"secret_key": settings.SECRET_KEY, "field_key": settings.FIELD_KEYS[0]})
Plain: Any = ApplicationCommunicator


class Closed(Exception):
    """The site closed the socket; `code` says why."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class Socket(WebsocketCommunicator):  # type: ignore[misc]
    """A socket of the site in this process, with the two methods that a `Watcher` needs."""

    def __init__(self, path: str, cookies: str = "", origin: str | None = ORIGIN) -> None:
        headers = [(b"cookie", cookies.encode())]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        super().__init__(application, path, headers)

    async def send_input(self, message: Any) -> None:
        # Channels replaces a global function here, which other threads would run into.
        await Plain.send_input(self, message)

    async def receive_output(self, timeout: float = PATIENCE_SECONDS) -> Any:  # noqa: ASYNC109
        return await Plain.receive_output(self, timeout)

    async def open(self) -> None:
        """Raises Closed if the site does not want this socket."""
        accepted, code = await self.connect(PATIENCE_SECONDS)
        if not accepted:
            raise Closed(code)

    async def send(self, text: str | bytes) -> None:
        if isinstance(text, bytes):
            await self.send_to(bytes_data=text)
        else:
            await self.send_input({"type": "websocket.receive", "text": text})

    async def recv(self, decode: bool = True) -> str:
        """The next frame; raises Closed once there are none."""
        event = await self.receive_output()
        if event["type"] == "websocket.close":
            raise Closed(event.get("code"))
        text: str = event["text"]
        return text

    async def closed(self) -> int | None:
        """The code with which the site closes the socket, whatever it sends before."""
        try:
            while True:
                await self.recv()
        except Closed as closed:
            return closed.code


class Page(Watcher):
    """A conversation's page as one tab shows it, kept up by the site's own socket."""

    def __init__(self, page: Element, conversation: uuid.UUID, cookies: str) -> None:
        super().__init__(page, f"/ws/c/{conversation}/", ORIGIN, cookies)

    @asynccontextmanager
    async def connected(self, *, follow: bool = True) -> AsyncIterator[Any]:
        socket: Any = Socket(self.address, self.cookies, self.origin)
        await socket.open()
        try:
            if follow:
                await self.follow(socket)
            yield socket
        finally:
            await socket.disconnect(timeout=PATIENCE_SECONDS)

    async def until(self, socket: Any, is_so: Callable[[Page], object]) -> None:
        """Takes frames in until it is so."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not is_so(self):
                await self.take_in_one(socket)

    async def joins(self, socket: Any) -> None:
        """Asks where the thread stands, which is answered once the page has joined."""
        await socket.send(json.dumps({"type": "ask"}))
        await self.take_in_one(socket)
        assert '"stands"' in self.frames[-1]

    async def shows(self, socket: Any, text: str) -> None:
        """Takes frames in until the answer reads so."""
        await self.until(socket, lambda page: page.answer.text().strip() == text.strip())

    async def ends(self, socket: Any) -> None:
        await self.until(socket, lambda page: page.status != "running")


@dataclass
class Tab:
    """A signed-in browser."""

    client: AsyncClient = field(default_factory=AsyncClient)

    async def sign_in(self, user: User) -> None:
        """As by the page, so that the session has just proved who it is."""
        await self.client.aforce_login(user)
        await sync_to_async(proven)(self.client, user)

    @property
    def cookies(self) -> str:
        return self.client.cookies.output(header="", attrs=[], sep=";").strip()

    async def get(self, path: str, **headers: str) -> HttpResponse:
        return await self.request("get", path, headers=headers)

    async def post(self, path: str, *, htmx: bool = False, **fields: str) -> HttpResponse:
        headers = {"HX-Request": "true"} if htmx else {}
        data = {"key": str(uuid.uuid4())} | fields
        return await self.request("post", path, data=data, headers=headers)

    async def request(self, method: str, path: str, **rest: Any) -> HttpResponse:
        """In a thread of its own, as a server does it, so that requests can overlap."""
        async with ThreadSensitiveContext():
            try:
                reply: HttpResponse = await getattr(self.client, method)(path, **rest)
            finally:
                await sync_to_async(connections.close_all)()
        if not reply.streaming:
            OF_THE_TESTS.expects_none(path, reply.content)
        return reply

    async def page(self, path: str = "/") -> Element:
        reply = await self.get(path)
        assert reply.status_code == 200, f"{path}: {reply.status_code} {reply.content[:1000]!r}"
        return parse(reply.content.decode())

    async def watch(self, conversation: uuid.UUID) -> Page:
        """The conversation's page as it is now, not connected yet."""
        return Page(await self.page(f"/c/{conversation}/"), conversation, self.cookies)


def follow(page: Page, **other: Any) -> str:
    """The command that a page opens with, with some of it said otherwise."""
    said = page.article.attributes
    command = {
        "type": "follow",
        "leaf": int(said["data-message"]),
        "generation": int(said["data-generation"]),
        "after": page.cursor,
        "status": page.status,
    }
    return json.dumps(command | other)


async def whole(reply: HttpResponse) -> bytes:
    """All of a reply, also where it comes piece by piece."""
    if not reply.streaming:
        return reply.content
    pieces: Any = reply
    return b"".join([piece async for piece in pieces])


def place_of(reply: HttpResponse) -> str:
    """Where a reply leads on to, without the host."""
    return urlsplit(reply["Location"]).path


@pytest.fixture
async def tab(living: Living) -> Tab:
    """The owner's browser."""
    tab = Tab()
    await living.do(lambda: None)
    await tab.sign_in(living.owner)
    return tab


def reads(text: str) -> Callable[[Page], bool]:
    return lambda page: page.answer.text().strip() == text.strip()


def is_at(cursor: int) -> Callable[[Page], bool]:
    return lambda page: page.cursor == cursor


async def watched(living: Living, tab: Tab, answer: Answering) -> Page:
    """The page of the conversation in which the answer is written."""
    return await tab.watch((await living.run(answer.pk)).conversation_id)
