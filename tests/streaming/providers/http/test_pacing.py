"""Busy runs read in frames, together, and not before what they read is kept and shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from streaming.providers.http.pacing import SHORTEST_SECONDS, FramePacing

FRAME = 0.02
SOON = 30


class Keeping:
    """Stands for a writer: calls back once `kept` is called."""

    def __init__(self, frame_seconds: float = FRAME) -> None:
        self.frame_seconds = frame_seconds
        self.asked = asyncio.Event()
        self._waiting: list[Callable[[], None]] = []

    def when_kept(self, callback: Callable[[], None]) -> None:
        self._waiting.append(callback)
        self.asked.set()

    def kept(self) -> None:
        [callback] = self._waiting
        self._waiting.clear()
        callback()


class Readers:
    """Counts who was told to read."""

    def __init__(self, pacing: FramePacing) -> None:
        self._pacing = pacing
        self.told = 0
        self.news = asyncio.Event()

    def come(self, count: int = 1) -> None:
        for _ in range(count):
            self._pacing.when_due(self._read)

    def _read(self) -> None:
        self.told += 1
        self.news.set()


async def test_short_frames_are_not_waited_for() -> None:
    keeping = Keeping(SHORTEST_SECONDS / 2)
    readers = Readers(FramePacing(keeping))
    readers.come()
    assert readers.told == 1
    assert not keeping.asked.is_set()


async def test_who_comes_in_one_frame_reads_at_its_end() -> None:
    loop, keeping = asyncio.get_running_loop(), Keeping()
    readers = Readers(FramePacing(keeping))
    async with asyncio.timeout(SOON):
        end = (loop.time() // FRAME + 1) * FRAME
        readers.come(20)
        await keeping.asked.wait()
        assert loop.time() > end - 0.001
    assert readers.told == 0
    keeping.kept()
    assert readers.told == 20


async def test_a_frame_does_not_end_before_what_was_read_is_kept() -> None:
    keeping = Keeping()
    readers = Readers(FramePacing(keeping))
    async with asyncio.timeout(SOON):
        readers.come()
        await keeping.asked.wait()
    readers.come()
    await asyncio.sleep(FRAME * 2)
    assert readers.told == 0
    keeping.kept()
    assert readers.told == 2


async def test_who_comes_after_a_frame_waits_for_the_next() -> None:
    keeping = Keeping()
    readers = Readers(FramePacing(keeping))
    async with asyncio.timeout(SOON):
        for frame in range(1, 4):
            keeping.asked.clear()
            readers.come()
            assert readers.told == frame - 1
            await keeping.asked.wait()
            keeping.kept()
            assert readers.told == frame


async def test_storage_that_stands_still_keeps_nobody_from_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("streaming.providers.http.pacing.LONGEST_WAIT_SECONDS", FRAME)
    keeping = Keeping()
    readers = Readers(FramePacing(keeping))
    async with asyncio.timeout(SOON):
        for _ in range(3):
            readers.news.clear()
            readers.come()
            await readers.news.wait()
