"""Pages of the site without a browser: answers begun by a plain form, sockets that only read."""

from __future__ import annotations

import asyncio
import json
import re
import resource
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidMessage
from websockets.typing import Origin

from tests.bench.support.readers import Lateness
from tests.support.site import Site
from tests.support.visitor import Visitor

ACKNOWLEDGE_EVERY = 16
LAST = re.compile(r'"(?:to|cursor)": ?(\d+)')
GENERATION = re.compile(r'"generation": ?(\d+)')
ANSWER = re.compile(r'data-message="(\d+)" data-role="assistant".*?data-generation="(\d+)"')


def allow_many_sockets() -> None:
    """As many open files as this user may have, for this process and those it starts."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@dataclass(frozen=True, slots=True)
class Begun:
    """An answer that is being written."""

    conversation: str
    message: int
    generation: int


async def begin(visitor: Visitor, model: str) -> Begun:
    reply = await visitor.post("/send/", prompt="Go.", model=f"demo/{model}", conversation="")
    assert reply.status_code == 303, f"{reply.status_code} {reply.text[:500]}"
    place = reply.headers["location"]
    page = await visitor.http.get(place)
    found = ANSWER.findall(page.text)
    assert found, page.text[:500]
    message, generation = map(int, found[-1])
    return Begun(place.split("/c/")[1].partition("/")[0], message, generation)


@asynccontextmanager
async def socket_of(
    site: Site, visitor: Visitor, answer: Begun, status: str = "running"
) -> AsyncIterator[ClientConnection]:
    """The socket of a page that shows the answer as it was before its first word."""
    socket = await _connect(site, visitor, answer)
    async with socket:
        where = {"leaf": answer.message, "generation": answer.generation, "after": 0}
        await socket.send(json.dumps({"type": "follow", "status": status, **where}))
        yield socket


async def _connect(site: Site, visitor: Visitor, answer: Begun) -> ClientConnection:
    """As a page does: a server too busy to shake hands in time is asked again."""
    while True:
        with suppress(InvalidMessage, TimeoutError, OSError):
            return await connect(
                f"{site.base_url.replace('http', 'ws', 1)}/ws/c/{answer.conversation}/",
                origin=Origin(site.origin),
                additional_headers={"Cookie": visitor.cookie_header},
                proxy=None,
                compression=None,
                open_timeout=60,
                ping_interval=None,
                close_timeout=1,
            )
        await asyncio.sleep(0.5)


class Reading:
    """Reads every socket as fast as frames come, and acknowledges as the page's script does."""

    def __init__(self) -> None:
        self.lateness = Lateness()
        self.tasks: list[asyncio.Task[None]] = []

    def begin(self, socket: ClientConnection) -> None:
        self.tasks.append(asyncio.create_task(self._read(len(self.tasks), socket)))

    def end(self) -> None:
        """To be called when all has been measured: until then nothing may have ended."""
        ended = sum(task.done() for task in self.tasks)
        assert not ended, f"{ended} answers ended too soon to be measured"
        for task in self.tasks:
            task.cancel()

    async def _read(self, answer: int, socket: ClientConnection) -> None:
        count = generation = 0
        with suppress(ConnectionClosed):
            async for frame in socket:
                assert isinstance(frame, str)
                self.lateness.see(answer, frame, time.time())
                count += 1
                if count % ACKNOWLEDGE_EVERY == 0 and (last := LAST.search(frame)):
                    if not generation and (said := GENERATION.search(frame)):
                        generation = int(said[1])
                    ack = {"type": "ack", "generation": generation, "seq": int(last[1])}
                    await socket.send(json.dumps(ack))
