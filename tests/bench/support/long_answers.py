"""Long answers that are still being written: most of the words at once, the rest one by one.

Served as a provider's stream to the site, and as messages of a WebSocket to a page of ten lines.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from streaming.demo.behaviours.texts import filler

RATE = 50
AT_ONCE = 1500
CHARACTERS_A_WORD = 7
SPARE_WORDS = 12_000
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
BARE_PAGE = """<!doctype html><title>Bare</title><p></p><script>
const [place] = document.getElementsByTagName("p");
const socket = new WebSocket("ws://127.0.0.1:%(port)d/");
socket.onopen = () => socket.send("%(words)d");
socket.onmessage = ({ data }) => {
  if (place.firstChild) place.firstChild.appendData(data);
  else place.append(data);
  scrollTo(0, document.body.scrollHeight);
};
</script>"""


@dataclass(frozen=True, slots=True)
class Ports:
    upstream: int
    bare: int


def model(words: int) -> str:
    return f"long-{words}"


@asynccontextmanager
async def served() -> AsyncIterator[Ports]:
    upstream = await asyncio.start_server(_answer, "127.0.0.1", 0)
    async with upstream, serve(_send_bare, "127.0.0.1", 0, compression=None) as bare:
        ports = [next(iter(server.sockets)).getsockname()[1] for server in (upstream, bare)]
        yield Ports(*ports)


async def _deltas(words: int) -> AsyncIterator[str]:
    text = filler((words + SPARE_WORDS) * CHARACTERS_A_WORD)
    pieces = re.findall(r"\s*\S+", text)
    begun = "".join(pieces[:words])
    for start in range(0, len(begun), AT_ONCE):
        yield begun[start : start + AT_ONCE]
        await asyncio.sleep(0)
    loop = asyncio.get_running_loop()
    started = loop.time()
    for number, piece in enumerate(pieces[words:]):
        await asyncio.sleep(started + number / RATE - loop.time())
        yield piece


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
        found = LENGTH.search(await reader.readuntil(b"\r\n\r\n"))
        assert found
        asked = json.loads(await reader.readexactly(int(found[1])))
        writer.write(HEAD)
        async for piece in _deltas(int(asked["model"].rpartition("-")[2])):
            choice = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
            writer.write(f"data: {json.dumps({'choices': [choice]})}\n\n".encode())
            await writer.drain()
    writer.close()


async def _send_bare(socket: ServerConnection) -> None:
    with suppress(ConnectionClosed, asyncio.CancelledError):
        async for piece in _deltas(int(await socket.recv())):
            await socket.send(piece)
