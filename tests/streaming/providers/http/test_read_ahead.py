"""A body read ahead: what came together is taken together, and no more than the bound is held."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager

import httpx
import pytest

from streaming.providers.config import Timeouts
from streaming.providers.http.deadlines import Deadlines
from streaming.providers.http.read_ahead import MOST_BYTES, ReadAhead, reading_ahead

SOON = 30
PATIENT = Timeouts()


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


def ahead_of(
    chunks: Chunks, timeouts: Timeouts = PATIENT
) -> AbstractAsyncContextManager[ReadAhead]:
    deadlines = Deadlines(timeouts, asyncio.get_running_loop().time())
    return reading_ahead(httpx.Response(200, stream=chunks), deadlines)


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


async def test_who_waits_past_the_deadline_is_told_after_all_that_came() -> None:
    body = Chunks([b"one"], more=asyncio.Event())
    async with asyncio.timeout(SOON), ahead_of(body, Timeouts(first_byte=0.02)) as it:
        assert await it.take() == b"one"
        with pytest.raises(TimeoutError):
            await it.take()


async def test_time_in_which_nobody_waits_is_nobodys_silence() -> None:
    timeouts = Timeouts(first_byte=0.02, silence=60.0)
    deadlines = Deadlines(timeouts, asyncio.get_running_loop().time())
    more = asyncio.Event()
    response = httpx.Response(200, stream=Chunks([b"one"], more=more))
    async with asyncio.timeout(SOON), reading_ahead(response, deadlines) as it:
        assert await it.take() == b"one"
        await asyncio.sleep(0.05)
        deadlines.note((), asyncio.get_running_loop().time())
        waiting = asyncio.create_task(it.take())
        await asyncio.sleep(0.05)
        more.set()
        assert await waiting == b"more"


async def test_a_deadline_that_comes_nearer_rings_in_time() -> None:
    deadlines = Deadlines(Timeouts(after_finish=0.02), asyncio.get_running_loop().time())
    response = httpx.Response(200, stream=Chunks([b"one"], more=asyncio.Event()))
    async with asyncio.timeout(SOON), reading_ahead(response, deadlines) as it:
        assert await it.take() == b"one"
        waiting = asyncio.create_task(it.take())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        deadlines.expect_end(concluded=True, now=asyncio.get_running_loop().time())
        with pytest.raises(TimeoutError):
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
