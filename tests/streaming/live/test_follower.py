"""A follower whose loop ends: no work that was begun is left without anybody to await it."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Sequence

import pytest

from streaming.cluster.bus import Bus, Topic
from streaming.journal.entries import Entry
from streaming.journal.reading import JournalReader
from streaming.journal.snapshot import Snapshot
from streaming.live.follower import Follower


class Nobody:
    """An audience that takes nothing in."""

    async def start(self, snapshot: Snapshot, known: Sequence[Entry]) -> None: ...

    def take(self, entries: Sequence[Entry]) -> bool:
        return True

    async def take_many(self, entries: Sequence[Entry]) -> None: ...

    def stopping(self) -> None: ...

    async def waiting(self) -> None: ...

    async def finish(self, snapshot: Snapshot) -> None: ...

    def lost(self) -> None: ...


@pytest.mark.parametrize("topic", [None, Topic.WAITING, Topic.CLOSED])
def test_a_loop_that_ends_at_once_drops_no_work_unawaited(topic: Topic | None) -> None:
    async def open_and_leave() -> None:
        bus = Bus()
        opening = asyncio.ensure_future(Follower(1, 1, bus, JournalReader(), Nobody()).open(0))
        await asyncio.sleep(0)  # one turn: what it begins has not run yet
        if topic is not None:
            bus.publish(topic.of(1))
        opening.cancel()

    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always")
        asyncio.run(open_and_leave())
        gc.collect()
    assert [str(each.message) for each in complaints] == []
