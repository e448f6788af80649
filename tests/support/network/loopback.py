"""A real HTTP server on loopback whose every byte a test decides."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.support.network.serving import serve

CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)


LOAD_PATHS = (b"GET /slots ", b"GET /metrics ")
NOT_THERE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
"""After a stop a server on this machine is asked what it works on; this one does not tell."""


@dataclass
class Visit:
    """One connection: what the client sent, and the means to answer."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    head: bytes = b""
    body: bytes = b""

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def chunk(self, data: bytes) -> None:
        await self.send(b"%x\r\n%s\r\n" % (len(data), data))

    async def end(self) -> None:
        await self.send(b"0\r\n\r\n")

    async def until_hang_up(self) -> None:
        while await self.reader.read(65536):
            pass


Handler = Callable[[Visit], Awaitable[None]]


@dataclass
class Loopback:
    url: str = ""
    visits: list[Visit] = field(default_factory=list)
    done: asyncio.Queue[Visit] = field(default_factory=asyncio.Queue)


@asynccontextmanager
async def loopback(handler: Handler) -> AsyncIterator[Loopback]:
    """Serves one request per connection; a visit is `done` when its handler returned."""
    place = Loopback()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        here = Visit(reader, writer)
        place.visits.append(here)
        try:
            here.head = await reader.readuntil(b"\r\n\r\n")
            if here.head.startswith(LOAD_PATHS):
                await here.send(NOT_THERE)
                return
            for line in here.head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    here.body = await reader.readexactly(int(line.split(b":")[1]))
            await handler(here)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away: some tests are about that
        finally:
            writer.close()
            place.done.put_nowait(here)

    async with serve(visit, limit=2**20) as port:
        place.url = f"http://127.0.0.1:{port}/v1"
        yield place


def plain(status: str, body: bytes = b"", *headers: str) -> Handler:
    """A handler that answers every request with this."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]

    async def answer(visit: Visit) -> None:
        await visit.send("\r\n".join(lines).encode() + body)

    return answer
