"""A body that is read ahead of its consumer: what came together is taken together.

A server writes each delta as a chunk of its own, and the HTTP client hands out chunk by chunk.
To handle each of them alone would cost timing, parsing and keeping once per delta instead of
once per read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import httpx

from streaming.providers.http.deadlines import Alarm, Deadlines

MOST_BYTES = 64 * 1024
"""At most this is read ahead."""


@asynccontextmanager
async def reading_ahead(response: httpx.Response, deadlines: Deadlines) -> AsyncIterator[ReadAhead]:
    """The body, read in a task of its own, which ends with the context."""
    ahead = ReadAhead(response, deadlines)
    try:
        yield ahead
    finally:
        await ahead.stop()


class ReadAhead:
    """Reads a response's body in a task of its own until it is stopped."""

    def __init__(self, response: httpx.Response, deadlines: Deadlines) -> None:
        self._response = response
        self._alarm = Alarm(deadlines, self._ring)
        self._chunks: list[bytes] = []
        self._size = 0
        self._news, self._room = asyncio.Event(), asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def take(self) -> bytes | None:
        """All that came since the last time, waiting for it if need be; None at a clean end.

        Raises TimeoutError where nothing comes before the deadline, httpx.HTTPError where the
        body broke, after all that came before.
        """
        if not self._news.is_set():
            with self._alarm.set():
                await self._news.wait()
        if not self._chunks:
            if self._alarm.rang:
                raise TimeoutError
            await self._reading
            return None
        data, self._size = b"".join(self._chunks), 0
        self._chunks.clear()
        self._room.set()
        if not self._reading.done():
            self._news.clear()
        return data

    def _ring(self) -> None:
        self._news.set()

    async def end(self, seconds: float) -> None:
        """Wait for the end of the body, but not for long."""
        await asyncio.wait([self._reading], timeout=seconds)

    async def stop(self) -> None:
        """End the reading and wait for that."""
        self._alarm.end()
        self._reading.cancel()
        await asyncio.wait([self._reading])
        if not self._reading.cancelled():
            self._reading.exception()  # marks it as seen: nobody waits for it

    async def _read(self) -> None:
        try:
            # It is a generator, which httpx types as an iterator, and has to be closed.
            async with aclosing(self._response.aiter_raw()) as chunks:  # type: ignore[type-var]
                async for chunk in chunks:
                    self._chunks.append(chunk)
                    self._size += len(chunk)
                    self._news.set()
                    while self._size >= MOST_BYTES:
                        self._room.clear()
                        await self._room.wait()
        finally:
            self._news.set()
