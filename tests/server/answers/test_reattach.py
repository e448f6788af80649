"""100 reconnects during one answer: no gap, nothing twice, and the same HTML as after a reload."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.history import expects_frames
from tests.support.kept import kept_answers
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor, answers
from tests.support.watcher import Watcher

pytestmark = pytest.mark.server

RECONNECTS = 100


@pytest.mark.parametrize("model", ["demo-clock-100-50000", "demo-load-100-7-50000"])
async def test_r2_100_reconnects_show_every_delta_once(
    tmp_path: Path, upstream: Upstream, model: str
) -> None:
    moments = Random(100)
    with upstream.site(tmp_path, model) as site:
        async with Visitor(site) as visitor:
            sent = await visitor.send("A long one.", f"demo/{model}")
            watcher = await visitor.watch(sent.conversation)
            for _ in range(RECONNECTS):
                await watch_a_few_frames(watcher, moments.randint(0, 12))
            assert watcher.status == "running"
            await visitor.stop(sent.generation)
            await watcher.watch_to_the_end()
            page = await visitor.conversation(sent.conversation)
        kept = kept_answers(site)[sent.generation]
        expects_frames(watcher.frames, {sent.generation: kept})
    assert (watcher.gaps, watcher.doubles) == (0, 0)
    assert watcher.answer.shown() == answers(page)[-1].one("data-answer").shown()
    assert kept.status == watcher.status == "cancelled"
    if "clock" in model:
        words = kept.text.split()
        assert watcher.answer.text().split() == words
        assert len(words) == len(set(words)) > RECONNECTS


async def watch_a_few_frames(watcher: Watcher, count: int) -> None:
    """Reads that many frames, then drops the connection like a lost network does."""
    try:
        async with watcher.connected() as socket:
            for _ in range(count):
                await watcher.take_in_one(socket)
            socket.transport.abort()
    except ConnectionClosed:
        return
