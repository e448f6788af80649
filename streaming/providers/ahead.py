"""A body read ahead of whoever takes it: what came together is taken together.

A server writes each delta as a chunk of its own, and the HTTP client hands out chunk by chunk.
Whoever handled each by itself would pay for timing, parsing and keeping once per delta instead
of once per read.
"""

import asyncio
from contextlib import aclosing
from types import TracebackType
from typing import Self

import httpx

MOST_BYTES = 64 * 1024
"""So much is read ahead at most."""


class Ahead:
    """Reads a response's body in a task of its own, which ends with the context."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self._chunks: list[bytes] = []
        self._size = 0
        self._news, self._room = asyncio.Event(), asyncio.Event()

    async def __aenter__(self) -> Self:
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reading.cancel()
        await asyncio.wait([self._reading])
        if not self._reading.cancelled():
            self._reading.exception()  # nobody asks for it any more

    async def take(self) -> bytes | None:
        """All that came since the last time, waiting for it if need be; None at a clean end.

        Raises httpx.HTTPError where the body broke, behind all that came before.
        """
        await self._news.wait()
        if not self._chunks:
            await self._reading
            return None
        data, self._size = b"".join(self._chunks), 0
        self._chunks.clear()
        self._room.set()
        if not self._reading.done():
            self._news.clear()
        return data

    async def end(self, seconds: float) -> None:
        """Wait for the end of the body, but not for long."""
        await asyncio.wait([self._reading], timeout=seconds)

    async def _read(self) -> None:
        try:
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
