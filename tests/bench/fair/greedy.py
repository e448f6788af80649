"""A person who does all at once that the limits of a site allow, for as long as it is wanted."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from tests.support.site import Site

ANSWERS, SOCKETS = 24, 20
SEARCHES_AT_ONCE, UPLOADS_AT_ONCE, EXPORTS_AT_ONCE = 4, 2, 1
FILE_BYTES = 1024 * 1024
WORDS = (
    *("many", "words", "that", "stand", "in", "prompts", "answers", "and", "files"),
    *("of", "the", "same", "kind", "looked", "for"),
)


class Greedy:
    """`done` counts what was replied to, and with which status."""

    def __init__(self, site: Site, cookies: Mapping[str, str], model: str) -> None:
        self.done: Counter[str] = Counter()
        self._site, self._model = site, model
        self._http = httpx.AsyncClient(base_url=site.base_url, trust_env=False, timeout=120)
        for name, value in cookies.items():
            self._http.cookies.set(name, value, domain="127.0.0.1")
        self._sockets: list[ClientConnection] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._random = random.Random(5)
        words = " ".join(self._random.choices(WORDS, k=FILE_BYTES // 2))
        self._words = words[:FILE_BYTES].encode()

    async def begin(self) -> None:
        """Answers and sockets first, then searches, uploads and exports without a pause."""
        await self._http.get("/")
        for _ in range(ANSWERS):
            await self._send()
        for _ in range(SOCKETS):
            await self._open_socket()
        loops = (
            *((self._search,) * SEARCHES_AT_ONCE),
            *((self._upload,) * UPLOADS_AT_ONCE),
            *((self._export,) * EXPORTS_AT_ONCE),
        )
        self._tasks += [asyncio.create_task(self._again(act)) for act in loops]

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(socket.close() for socket in self._sockets))
        await self._http.aclose()

    async def _again(self, act: Callable[[], Awaitable[None]]) -> None:
        while True:
            await act()

    async def _send(self) -> None:
        model = f"demo/{self._model}"
        await self._post("answers", "/send/", {"prompt": "Go.", "model": model})

    async def _search(self) -> None:
        words = " ".join(self._random.sample(WORDS, 3))
        reply = await self._http.get("/search/", params={"q": words})
        self._count("searches", reply)

    async def _export(self) -> None:
        await self._post("exports", "/export/make/", {})

    async def _upload(self) -> None:
        at = self._random.randrange(FILE_BYTES)
        text = self._words[at:] + self._words[:at]  # to make up another one takes too long
        reply = await self._http.post(
            f"/f/{uuid.uuid4()}/part/",
            params={"size": len(text), "at": 0},
            content=text,
            headers={"X-CSRFToken": self._csrf, "Chat-File-Name": "notes.txt"},
        )
        self._count("uploads", reply)

    async def _post(self, what: str, path: str, fields: Mapping[str, str]) -> None:
        own = {"csrfmiddlewaretoken": self._csrf, "key": str(uuid.uuid4())}
        self._count(what, await self._http.post(path, data={**own, **fields}))

    async def _open_socket(self) -> None:
        cookies = "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())
        socket = await connect(
            f"{self._site.base_url.replace('http', 'ws', 1)}/ws/",
            origin=Origin(self._site.origin),
            additional_headers={"Cookie": cookies},
            proxy=None,
            open_timeout=60,
            ping_interval=None,
            close_timeout=1,
        )
        self._sockets.append(socket)
        await socket.send('{"type": "list", "state": "", "rows": 40}')
        self._tasks.append(asyncio.create_task(self._hear(socket)))

    async def _hear(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for _ in socket:
                self.done["frames"] += 1

    def _count(self, what: str, reply: httpx.Response) -> None:
        kind = "" if reply.status_code < 400 else f" ({reply.status_code})"
        self.done[f"{what}{kind}"] += 1

    @property
    def _csrf(self) -> str:
        return next(value for name, value in self._http.cookies.items() if "csrftoken" in name)
