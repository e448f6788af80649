"""A body read ahead: what came together is taken together, and no more than the bound is held."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager

import httpx
import pytest

from streaming.providers.http.read_ahead import MOST_BYTES, ReadAhead, reading_ahead

SOON = 10


class Chunks(httpx.AsyncByteStream):
    """A body whose chunks lie ready, then `broken` or a wait for `more`, or its end."""

    def __init__(
        self,
        chunks: Iterable[bytes],
        *,
        broken: httpx.HTTPError | None = None,
        more: asyncio.Event | None = None,
    ) -> None:
        self._chunks, self._broken, self._more = chunks, broken, more
        self.read = 0
        self.left = False
        self.waits = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            for chunk in self._chunks:
                self.read += len(chunk)
                yield chunk
            if self._more is not None:
                self.waits.set()
                await self._more.wait()
                yield b"more"
            if self._broken is not None:
                raise self._broken
        finally:
            self.left = True


def ahead_of(chunks: Chunks) -> AbstractAsyncContextManager[ReadAhead]:
    return reading_ahead(httpx.Response(200, stream=chunks))


async def test_what_came_together_is_taken_together() -> None:
    more = asyncio.Event()
    body = Chunks([b"one ", b"two ", b"three "], more=more)
    async with asyncio.timeout(SOON), ahead_of(body) as it:
        assert await it.take() == b"one two three "
        next_one = asyncio.create_task(it.take())
        await body.waits.wait()
        await asyncio.sleep(0)  # the taking has begun, too
        assert not next_one.done()
        more.set()
        assert await next_one == b"more"
        assert await it.take() is None
        assert await it.take() is None


async def test_a_break_comes_after_all_that_came_before() -> None:
    broken = httpx.ReadError("gone")
    async with asyncio.timeout(SOON), ahead_of(Chunks([b"one ", b"two"], broken=broken)) as it:
        assert await it.take() == b"one two"
        for _ in range(2):
            with pytest.raises(httpx.ReadError, match="gone"):
                await it.take()


async def test_r15_no_more_than_the_bound_is_read_ahead() -> None:
    chunk = b"x" * 1000
    body = Chunks(chunk for _ in range(1000))
    async with asyncio.timeout(SOON), ahead_of(body) as it:
        taken = 0
        while (data := await it.take()) is not None:
            taken += len(data)
            await asyncio.sleep(0)
            assert body.read - taken < MOST_BYTES + len(chunk)
        assert taken == 1000 * len(chunk)


async def test_the_reading_ends_with_whoever_reads(caplog: pytest.LogCaptureFixture) -> None:
    waiting = Chunks([b"one"], more=asyncio.Event())
    async with asyncio.timeout(SOON), ahead_of(waiting) as it:
        assert await it.take() == b"one"
    assert waiting.left
    broken = Chunks([b"one"], broken=httpx.ReadError("gone"))
    async with asyncio.timeout(SOON), ahead_of(broken) as it:
        assert await it.take() == b"one"
    assert broken.left
    del it
    gc.collect()
    assert not caplog.records
