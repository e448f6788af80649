"""The network between a browser and a site, which loses, refuses and closes sockets as asked."""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

from tests.support.network.serving import serve

Upgrades = Literal["let through", "refused", "stripped", "answered with a page", "swallowed"]

REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
PAGE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    b"Content-Length: 12\r\nConnection: close\r\n\r\n<p>Hello</p>"
)
UPGRADE = re.compile(rb"\r\nUpgrade:[^\r]*", re.IGNORECASE)
CONNECTION = re.compile(rb"\r\nConnection:[^\r]*", re.IGNORECASE)
CLOSE = 0x88
LENGTH_BYTES = {126: 2, 127: 8}


class Socket:
    """One WebSocket on the wire. `silent`: what either side says is lost, and neither knows."""

    def __init__(self, browser: asyncio.StreamWriter) -> None:
        self._browser = browser
        self.silent = False

    def close(self, code: int | None) -> None:
        """The browser is told that the site closes with this code; the site hears nothing."""
        said = b"" if code is None else struct.pack("!H", code)
        self._browser.write(bytes([CLOSE, len(said)]) + said)
        self._browser.close()
        self.silent = True


class Wire:
    """Listens at `url`. `upgrades` says what becomes of sockets from now on."""

    def __init__(self) -> None:
        self.upgrades: Upgrades = "let through"
        self.target = 0
        self.url = ""
        self._sockets: list[Socket] = []

    def swallow(self) -> None:
        """Every socket that is open now falls silent."""
        for socket in self._sockets:
            socket.silent = True

    def close(self, code: int | None) -> None:
        for socket in self._sockets:
            if not socket.silent:
                socket.close(code)

    async def visit(self, browser: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await browser.readuntil(b"\r\n\r\n")
            if not UPGRADE.search(head):
                await self._pass_on(head, browser, back, None)
            elif self.upgrades == "swallowed":
                await browser.read()
            elif self.upgrades == "stripped":
                await self._pass_on(
                    CONNECTION.sub(b"", UPGRADE.sub(b"", head)), browser, back, None
                )
            elif self.upgrades == "let through":
                self._sockets.append(socket := Socket(back))
                await self._pass_on(head, browser, back, socket)
            else:
                back.write(REFUSAL if self.upgrades == "refused" else PAGE)

    async def _pass_on(
        self,
        head: bytes,
        browser: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        socket: Socket | None,
    ) -> None:
        site, there = await asyncio.open_connection("127.0.0.1", self.target)
        there.write(head)
        asking = asyncio.create_task(_pump(browser, there, socket))
        try:
            await (_pump(site, back, None) if socket is None else _pump_frames(site, back, socket))
        finally:
            asking.cancel()
            there.close()


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, socket: Socket | None
) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            if socket is None or not socket.silent:
                writer.write(data)
                await writer.drain()
        writer.close()


async def _pump_frames(
    site: asyncio.StreamReader, back: asyncio.StreamWriter, socket: Socket
) -> None:
    """Whole frames, so that another can come between them."""
    back.write(await site.readuntil(b"\r\n\r\n"))
    while True:
        start = await site.readexactly(2)
        short = start[1] & 127
        length = await site.readexactly(LENGTH_BYTES.get(short, 0))
        frame = await site.readexactly(int.from_bytes(length, "big") if length else short)
        if not socket.silent:
            back.write(start + length + frame)
            await back.drain()


@asynccontextmanager
async def open_wire() -> AsyncIterator[Wire]:
    wire = Wire()
    async with serve(wire.visit) as port:
        wire.url = f"http://127.0.0.1:{port}"
        yield wire
