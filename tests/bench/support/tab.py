"""A page as a browser has it, without its script: what is posted, what is said, what is read."""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlencode

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from tests.bench.support.readers import STAMP
from tests.support.site import Site

ACKNOWLEDGE_EVERY = 16
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
LIST = re.compile(r'data-list="(\w+)" data-rows')
ROW = re.compile(r'<li id="row-')
MESSAGE = re.compile(r'<article[^>]* data-message="(\d+)"([^>]*)>')
GENERATION = re.compile(r' data-generation="(\d+)"')
STATUS = re.compile(r' data-status="(\w+)"')
CURSOR = re.compile(r' data-cursor="(\d+)"')
HEAD = re.compile(r"^<!--frame (\{.*?\})-->")


class Arrivals:
    """When the deltas of one answer were shown, in seconds; `clicked` is when it was asked for."""

    def __init__(self, clicked: float) -> None:
        self.clicked = clicked
        self.at: list[float] = []
        self._newest = 0.0
        self._more = asyncio.Event()

    def see(self, frame: str) -> None:
        now = time.monotonic()
        new = [stamp for stamp in map(float, STAMP.findall(frame)) if stamp > self._newest]
        if new:
            self._newest = max(new)
            self.at += [now] * len(new)
            self._more.set()

    async def come(self, count: int) -> None:
        """Return once so many deltas were shown."""
        while len(self.at) < count:
            self._more.clear()
            await self._more.wait()

    @property
    def first_seconds(self) -> float:
        return self.at[0] - self.clicked

    @property
    def longest_gap(self) -> float:
        return max(
            (late - soon for soon, late in zip(self.at, self.at[1:], strict=False)), default=0
        )


class Tab:
    """One person's page: of a new conversation, or of an open one with its socket."""

    def __init__(self, site: Site, cookies: Mapping[str, str]) -> None:
        self.site = site
        self.arrivals: Arrivals | None = None
        self._http = httpx.AsyncClient(
            base_url=site.base_url, trust_env=False, timeout=60, verify=False
        )
        for name, value in cookies.items():
            self._http.cookies.set(name, value, domain="127.0.0.1")
        self._path = "/"
        self._csrf = self._list = ""
        self._rows = 0
        self._position: dict[str, int | str | None] = {}
        self._reading: asyncio.Task[None] | None = None
        self._socket: ClientConnection | None = None

    async def open(self, path: str = "/") -> None:
        """Load the page, then open its socket; the socket of the page before ends."""
        reply = await self._http.get(path)
        assert reply.status_code == 200, f"{path}: {reply.status_code}"
        await self._leave()
        self._path, page = path, reply.text
        self._csrf, self._list = CSRF.findall(page)[0], LIST.findall(page)[0]
        self._rows = len(ROW.findall(page))
        self._position = {"leaf": None, "generation": None, "after": 0, "status": ""}
        self._see_messages(page)
        if self.arrivals is not None:
            self.arrivals.see(page)
        self._reading = asyncio.create_task(self._read())

    async def close(self) -> None:
        await self._leave()
        await self._http.aclose()

    async def send(self, model: str, arrivals: Arrivals) -> None:
        """Press Send, and do what the reply says."""
        self.arrivals = arrivals
        is_new = self._path == "/"
        reply = await self._http.post(
            "/send/",
            data={
                "csrfmiddlewaretoken": self._csrf,
                "key": str(uuid.uuid4()),
                "conversation": "" if is_new else self._path.split("/")[2],
                "prompt": "Go.",
                "model": f"demo/{model}",
            },
            headers={
                "HX-Request": "true",
                "Chat-Begins": "here" if is_new else "",
                "HX-Current-URL": f"{self.site.base_url}{self._path}",
                "Chat-Position": urlencode(
                    {name: value or "" for name, value in self._position.items()}
                ),
            },
        )
        assert reply.status_code == 200, f"{reply.status_code} {reply.text[:500]}"
        if "HX-Redirect" in reply.headers:
            await self.open(reply.headers["HX-Redirect"])
            return
        self._see_messages(reply.text)
        arrivals.see(reply.text)
        if is_new:
            await self._begin(json.loads(reply.headers["HX-Trigger"])["conversation-begun"])

    async def _begin(self, page: Mapping[str, str]) -> None:
        """The conversation has begun in this page, and its socket carries it from now on."""
        self._path = page["address"]
        assert self._socket is not None
        await self._follow(self._socket)

    def _see_messages(self, html: str) -> None:
        """Stand where the last message of the HTML stands, as the page's script reads it."""
        for message, rest in MESSAGE.findall(html)[-1:]:
            run = GENERATION.search(rest)
            cursor = CURSOR.search(rest)
            status = STATUS.search(rest)
            self._position = {
                "leaf": int(message),
                "generation": int(run[1]) if run else None,
                "after": int(cursor[1]) if cursor else 0,
                "status": status[1] if run and status else "",
            }

    async def _read(self) -> None:
        address = self.site.base_url.replace("http", "ws", 1)
        cookies = "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())
        async with connect(
            f"{address}/ws{self._path}",
            origin=Origin(self.site.origin),
            additional_headers={"Cookie": cookies},
            proxy=None,
            compression=None,
            open_timeout=60,
            ping_interval=None,
            close_timeout=1,
        ) as socket:
            self._socket = socket
            await self._follow(socket)
            await self._say(socket, "list", state=self._list, rows=self._rows)
            with suppress(ConnectionClosed):
                await self._hear(socket)

    async def _hear(self, socket: ClientConnection) -> None:
        unread = 0
        async for text in socket:
            assert isinstance(text, str)
            if self.arrivals is not None:
                self.arrivals.see(text)
            if listed := LIST.search(text):
                self._list, self._rows = listed[1], len(ROW.findall(text))
                await self._say(socket, "list", state=self._list, rows=self._rows)
            end = self._advance(text)
            unread += end is not None
            if end is not None and (unread >= ACKNOWLEDGE_EVERY or '"stands"' in text):
                unread = 0
                generation = self._position["generation"] or 0
                await self._say(socket, "ack", generation=generation, seq=end)

    def _advance(self, text: str) -> int | None:
        """The entry up to which the page shows the answer then; None if this does not say."""
        head = None if text.startswith("{") else HEAD.match(text)
        if not text.startswith("{") and head is None:
            self._see_messages(text)
            return None
        said = json.loads(head[1] if head else text)
        end = said.get("to", said.get("cursor", said.get("after")))
        if said.get("generation") is not None:
            self._position["generation"] = said["generation"]
        if "status" in said and said["status"] != "stopping":
            self._position["status"] = said["status"]
        if end is not None:
            self._position["after"] = end
        return int(end) if end is not None else None

    async def _follow(self, socket: ClientConnection) -> None:
        conversation = None if self._path == "/" else self._path.split("/")[2]
        await self._say(socket, "follow", conversation=conversation, **self._position)

    async def _say(self, socket: ClientConnection, kind: str, **more: object) -> None:
        await socket.send(json.dumps({"type": kind, **more}))

    async def _leave(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])
            self._reading = None
