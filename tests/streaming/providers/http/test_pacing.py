"""Busy runs read in frames, together, and not before what they read is kept and shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from streaming.providers.http.pacing import SHORTEST_SECONDS, FramePacing

FRAME = 0.02
SOON = 10


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


async def test_short_frames_are_not_waited_for() -> None:
    keeping = Keeping(SHORTEST_SECONDS / 2)
    await FramePacing(keeping).wait()
    assert not keeping.asked.is_set()


async def test_who_comes_in_one_frame_reads_at_its_end() -> None:
    loop, keeping = asyncio.get_running_loop(), Keeping()
    pacing = FramePacing(keeping)
    async with asyncio.timeout(SOON):
        end = (loop.time() // FRAME + 1) * FRAME
        readers = [asyncio.create_task(pacing.wait()) for _ in range(20)]
        await keeping.asked.wait()
        assert loop.time() > end - 0.001
        assert not any(reader.done() for reader in readers)
        keeping.kept()
        await asyncio.gather(*readers)


async def test_a_frame_does_not_end_before_what_was_read_is_kept() -> None:
    keeping = Keeping()
    pacing = FramePacing(keeping)
    async with asyncio.timeout(SOON):
        early = asyncio.create_task(pacing.wait())
        await keeping.asked.wait()
        late = asyncio.create_task(pacing.wait())
        await asyncio.sleep(FRAME * 2)
        assert not early.done()
        assert not late.done()
        keeping.kept()
        await asyncio.gather(early, late)


async def test_storage_that_stands_still_keeps_nobody_from_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("streaming.providers.http.pacing.LONGEST_WAIT_SECONDS", FRAME)
    keeping = Keeping()
    pacing = FramePacing(keeping)
    async with asyncio.timeout(SOON):
        for _ in range(3):
            await pacing.wait()
