"""Messages between processes: sent to all others soon and at most once, believed by none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from channels.layers import InMemoryChannelLayer

from streaming.cluster import bus_relay
from streaming.cluster.bus import Bus, Subject, Topic
from streaming.cluster.bus_relay import BusRelay
from streaming.journal.entries import Entry

PATIENCE_SECONDS = 30


class Process:
    """One end of the layer: a bus, and all that was heard of the others."""

    def __init__(self, layer: Any) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self.is_told = asyncio.Event()
        self.relay = BusRelay(layer, self.hear)
        self.bus = Bus(self.relay.forward)

    def hear(self, subject: Subject, *payload: Any) -> None:
        self.heard.append((*subject, *payload))
        self.is_told.set()

    async def hears(self, *message: Any) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while message not in self.heard:
                self.is_told.clear()
                await self.is_told.wait()


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


async def test_every_topic_is_heard_by_the_other_process_and_not_again_by_its_own(
    two: tuple[Process, Process],
) -> None:
    here, there = two
    conversation = uuid4()
    here.bus.publish(Topic.ENTRIES.of(7), [Entry(1, "text", "a secret"), Entry(2, "text", "b")])
    bare = [topic for topic in Topic if topic.is_heard_elsewhere and topic.payload is None]
    sent = [topic.of(7) for topic in bare if topic.key is int]
    for subject in (*sent, Topic.THREAD.of(conversation)):
        here.bus.publish(subject)
    await there.hears(Topic.THREAD, conversation)
    assert isinstance(there.heard[-1][1], UUID)
    assert there.heard[0] == (Topic.COMMITTED, 7, 2)
    assert there.heard[1:-1] == sent
    assert {topic for topic, *_ in there.heard} == set(Topic) - {Topic.ENTRIES}
    assert here.heard == []


async def test_no_text_goes_over_the_layer_and_what_rings_at_once_goes_as_one_message(
    layer: Layer, two: tuple[Process, Process]
) -> None:
    here, there = two
    for seq in range(1, 50):
        here.bus.publish(Topic.ENTRIES.of(7), [Entry(seq, "text", "a secret")])
        here.bus.publish(Topic.ENTRIES.of(8), [Entry(seq, "text", "a secret")])
    await there.hears(Topic.COMMITTED, 8, 49)
    assert len(layer.sent) == 1
    assert there.heard == [(Topic.COMMITTED, 7, 49), (Topic.COMMITTED, 8, 49)]
    assert "secret" not in str(layer.sent)


async def test_a_layer_that_is_down_raises_nothing_and_is_tried_again(
    layer: Layer, two: tuple[Process, Process], caplog: pytest.LogCaptureFixture
) -> None:
    here, there = two
    layer.is_down = True
    here.bus.publish(Topic.CLOSED.of(1))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await layer.refused.wait()
    assert there.heard == []
    layer.is_down = False
    here.bus.publish(Topic.CLOSED.of(2))
    await there.hears(Topic.CLOSED, 2)
    assert "cannot be sent" in caplog.text
    assert there.heard == [(Topic.CLOSED, 2)], "what was lost is not told later"


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
        await here.hears(Topic.CLOSED, 7)
    assert here.heard == [(Topic.CLOSED, 7)]
    assert "cannot be read" in caplog.text


async def test_what_was_published_last_is_sent_before_a_process_leaves(
    two: tuple[Process, Process],
) -> None:
    here, there = two
    here.bus.publish(Topic.CLOSED.of(7))
    await here.relay.stop()
    await there.hears(Topic.CLOSED, 7)
