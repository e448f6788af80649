"""One connection to an upstream, read at the pace of what it carries: plain asyncio.

A read costs one future and no cancel scope. Under backpressure what arrives waits for the next
frame, so that one read carries all that came since the last.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Any, cast

import httpcore

from streaming.providers.base import Backpressure

MOST_UNREAD = 128 * 1024
"""Bytes that wait to be read before the kernel, and so upstream, has to wait."""


class Incoming(asyncio.Protocol):
    """What came over a connection and was not read yet; whether more may be written to it.

    `backpressure` says when a reader is given what came.
    """

    def __init__(self) -> None:
        self.backpressure: Backpressure | None = None
        self.transport: asyncio.Transport | None = None
        self.ended = False
        self._data = bytearray()
        self._trouble: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._is_due = False
        self._writable: asyncio.Future[None] | None = None

    # What the transport calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._data += data
        if len(self._data) >= MOST_UNREAD and self.transport is not None:
            self.transport.pause_reading()
        if self._reader is not None:
            self._wake_in_time()

    def eof_received(self) -> None:
        self.ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended, self._trouble = True, exc
        self._wake()
        self.resume_writing()

    def pause_writing(self) -> None:
        self._writable = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        writable, self._writable = self._writable, None
        if writable is not None and not writable.done():
            writable.set_result(None)

    # What the stream calls

    async def read(self, most: int) -> bytes:
        """What came, waiting for it and for the backpressure; empty at the end."""
        if not self.ended and not (self._data and self.backpressure is None):
            self._reader = asyncio.get_running_loop().create_future()
            if self._data:
                self._wake_in_time()
            try:
                await self._reader
            finally:
                self._reader = None
        if not self._data and self._trouble is not None:
            raise self._trouble
        return self._take(most)

    async def flushed(self) -> None:
        """Returns once more may be written."""
        if self._writable is not None:
            await self._writable
        if self._trouble is not None:
            raise self._trouble

    def _take(self, most: int) -> bytes:
        was_full = len(self._data) >= MOST_UNREAD
        data = bytes(self._data[:most])
        del self._data[:most]
        if was_full and len(self._data) < MOST_UNREAD and self.transport is not None:
            self.transport.resume_reading()
        return data

    def _wake_in_time(self) -> None:
        if self.backpressure is None:
            self._wake()
        elif not self._is_due:
            self._is_due = True
            self.backpressure.when_due(self._due)

    def _due(self) -> None:
        self._is_due = False
        if self._data:
            self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)


class TcpStream(httpcore.AsyncNetworkStream):
    """One connection, with or without TLS."""

    def __init__(self, incoming: Incoming) -> None:
        self._incoming = incoming

    def apply_backpressure(self, backpressure: Backpressure) -> None:
        """From now on what comes is read when the backpressure says so."""
        self._incoming.backpressure = backpressure

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        try:
            if timeout is not None:
                async with asyncio.timeout(timeout):
                    return await self._incoming.read(max_bytes)
            return await self._incoming.read(max_bytes)
        except TimeoutError as late:
            raise httpcore.ReadTimeout(str(late)) from late
        except (OSError, ssl.SSLError) as broken:
            raise httpcore.ReadError(str(broken)) from broken

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        try:
            async with asyncio.timeout(timeout):
                self._transport.write(buffer)
                await self._incoming.flushed()
        except TimeoutError as late:
            raise httpcore.WriteTimeout(str(late)) from late
        except (OSError, ssl.SSLError) as broken:
            raise httpcore.WriteError(str(broken)) from broken

    async def aclose(self) -> None:
        """Closed when this returns: the transport closes its socket in the loop's next turn."""
        self._transport.abort()
        await asyncio.sleep(0)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                secured = await loop.start_tls(
                    self._transport,
                    self._incoming,
                    ssl_context,
                    server_hostname=server_hostname,
                )
        except TimeoutError as late:
            await self.aclose()
            raise httpcore.ConnectTimeout(str(late)) from late
        except OSError as refused:  # errors of TLS are OSErrors, too
            await self.aclose()
            raise httpcore.ConnectError(str(refused)) from refused
        self._incoming.transport = secured
        return self

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":  # asked of an idle connection: is it closed?
            return self._incoming.ended
        return self._transport.get_extra_info({"server_addr": "peername"}.get(info, info))

    @property
    def _transport(self) -> asyncio.Transport:
        assert self._incoming.transport is not None
        return self._incoming.transport
