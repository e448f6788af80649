"""Rings between processes: told to all others soon and at most once, believed by none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from channels.layers import InMemoryChannelLayer

from streaming.cluster import bus_relay
from streaming.cluster.bus import Bus, Topic
from streaming.cluster.bus_relay import BusRelay
from streaming.journal.store import Entry

PATIENCE_SECONDS = 10


class Process:
    """One end of the layer: a bus, and all that was heard of the others."""

    def __init__(self, layer: Any) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self.news = asyncio.Event()
        self.relay = BusRelay(layer, self.hear)
        self.bus = Bus(self.relay.forward)

    def hear(self, topic: Topic, *news: Any) -> None:
        self.heard.append((*topic, *news))
        self.news.set()

    async def hears(self, *ring: Any) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while ring not in self.heard:
                self.news.clear()
                await self.news.wait()


class Layer(InMemoryChannelLayer):  # type: ignore[misc]
    """A layer in this process, whose server can go away; it counts messages."""

    def __init__(self) -> None:
        super().__init__()
        self.is_down = False
        self.refused = asyncio.Event()
        self.sent: list[Any] = []

    async def flush(self) -> None:
        """Others use it, too."""

    async def group_send(self, group: str, message: Any) -> None:
        if self.is_down:
            self.refused.set()
            raise ConnectionRefusedError("nobody there")
        self.sent.append(message)
        await super().group_send(group, message)


@pytest.fixture
async def layer() -> Layer:
    return Layer()


@pytest.fixture
async def two(layer: Layer) -> AsyncIterator[tuple[Process, Process]]:
    processes = Process(layer), Process(layer)
    for process in processes:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await process.relay.subscribed.wait()
    yield processes
    for process in processes:
        await process.relay.stop()


async def test_every_kind_of_ring_is_heard_by_the_other_process_and_not_again_by_its_own(
    two: tuple[Process, Process],
) -> None:
    here, there = two
    conversation = uuid4()
    here.bus.publish(("run", 7), [Entry(1, "text", "a secret"), Entry(2, "text", "b")])
    for kind in ("stopping", "waiting", "closed", "moved", "cancel", "turn", "list"):
        here.bus.publish((kind, 7))
    here.bus.publish(("thread", conversation))
    await there.hears("thread", conversation)
    assert isinstance(there.heard[-1][1], UUID)
    assert there.heard[0] == ("wake", 7, 2)
    assert [ring[0] for ring in there.heard[1:-1]] == list(bus_relay.NUMBERED[1:])
    assert here.heard == []


async def test_no_text_goes_over_the_layer_and_what_rings_at_once_goes_as_one_message(
    layer: Layer, two: tuple[Process, Process]
) -> None:
    here, there = two
    for seq in range(1, 50):
        here.bus.publish(("run", 7), [Entry(seq, "text", "a secret")])
        here.bus.publish(("run", 8), [Entry(seq, "text", "a secret")])
    await there.hears("wake", 8, 49)
    assert len(layer.sent) == 1
    assert there.heard == [("wake", 7, 49), ("wake", 8, 49)]
    assert "secret" not in str(layer.sent)


async def test_a_layer_that_is_down_raises_nothing_and_is_tried_again(
    layer: Layer, two: tuple[Process, Process], caplog: pytest.LogCaptureFixture
) -> None:
    here, there = two
    layer.is_down = True
    here.bus.publish(("closed", 1))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await layer.refused.wait()
    assert there.heard == []
    layer.is_down = False
    here.bus.publish(("closed", 2))
    await there.hears("closed", 2)
    assert "cannot be sent" in caplog.text
    assert there.heard == [("closed", 2)], "what was lost is not told later"


@pytest.mark.parametrize(
    "ring",
    [
        ["run", 7, 1],
        ["shutdown", 7, 0],
        ["closed", "seven", 0],
        ["thread", "7", 0],
        ["closed"],
        ["closed", 7, 0, 0],
        [],
        None,
        7,
        ["closed", None, 0],
    ],
)
async def test_a_message_that_cannot_be_read_harms_nothing(
    layer: Layer, two: tuple[Process, Process], caplog: pytest.LogCaptureFixture, ring: Any
) -> None:
    here, _ = two
    rings = [ring, ["closed", 7, 0]]
    message = {"type": bus_relay.MESSAGE, "from": "somebody", "rings": rings}
    with caplog.at_level(logging.WARNING):
        await layer.group_send(bus_relay.GROUP, message)
        await here.hears("closed", 7)
    assert here.heard == [("closed", 7)]
    assert "cannot be read" in caplog.text


async def test_what_was_rung_last_is_told_before_a_process_leaves(
    two: tuple[Process, Process],
) -> None:
    here, there = two
    here.bus.publish(("closed", 7))
    await here.relay.stop()
    await there.hears("closed", 7)
