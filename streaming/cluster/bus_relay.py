"""What is published in one process reaches the others, over the channel layer: hints, no more.

A hint says where to look, never what is there, so it may be lost, doubled, late or made up: text
comes from the journal, and a wish to stop from the database. What is published in quick
succession goes out as one message to all processes. Nobody ever waits for the layer. While it is
down hints are dropped, and `poller` finds what they would have told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

from channels.layers import BaseChannelLayer

from streaming.cluster.bus import Subject, Topic

logger = logging.getLogger(__name__)

GROUP = "rings"
MESSAGE = "rings"
"""Names on the layer stay: while servers are replaced, another release may run next to this one."""
TOGETHER_SECONDS = 0.01
BACKOFF_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
TOPICS = {topic.wire: topic for topic in Topic if topic.is_heard_elsewhere}

Deliver = Callable[..., None]


class BusRelay:
    """Forwards what is published here, and delivers what was published elsewhere.

    Belongs to the loop.
    """

    def __init__(self, layer: BaseChannelLayer, deliver: Deliver) -> None:
        self._layer = layer
        self._deliver = deliver
        self._trouble = trouble_of_layers()
        self._me = uuid4().hex
        self._pending: dict[Subject, int] = {}
        self._is_pending = asyncio.Event()
        self._tasks = [
            asyncio.create_task(self._keep_trying("sent", self._send), name="bus out"),
            asyncio.create_task(self._keep_trying("received", self._receive), name="bus in"),
        ]
        self.subscribed = asyncio.Event()

    def forward(self, subject: Subject, payload: tuple[Any, ...]) -> None:
        """Send it to the others, soon and at most once; of entries only the last's number."""
        if subject.topic is Topic.ENTRIES:
            (entries,) = payload
            self._pending[Topic.COMMITTED.of(subject.key)] = entries[-1].seq
        elif subject.topic.is_heard_elsewhere:
            self._pending[subject] = payload[0] if subject.topic.payload is int else 0
        self._is_pending.set()

    async def stop(self) -> None:
        """Send what was not sent yet, if that can be done at once, and release the layer."""
        await self._end_tasks()
        try:
            async with asyncio.timeout(1.0):
                await self._send_pending()
                await self._layer.flush()
        except self._trouble as trouble:
            logger.warning("The channel layer could not be left in order: %r", trouble)

    async def _end_tasks(self) -> None:
        """Cancel, and again: a driver that is just connecting may swallow it."""
        for _ in range(10):
            running = [task for task in self._tasks if not task.done()]
            for task in running:
                task.cancel()
            if running:
                await asyncio.wait(running, timeout=0.1)

    async def _keep_trying(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do it until cancelled; after each failure it backs off, longer until it works again."""
        loop, failures, began = asyncio.get_running_loop(), 0, 0.0
        while True:
            try:
                began = loop.time()
                await work()
            except self._trouble as trouble:
                logger.warning("Messages of the bus cannot be %s just now: %r", what, trouble)
            except Exception:  # the layer's edge: whatever broke, it is tried again
                logger.exception("Messages of the bus cannot be %s just now", what)
            failures = 1 if loop.time() - began > BACKOFF_SECONDS[-1] else failures + 1
            await asyncio.sleep(BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1])

    async def _send(self) -> None:
        while True:
            await self._is_pending.wait()
            self._is_pending.clear()
            await self._send_pending()
            await asyncio.sleep(TOGETHER_SECONDS)

    async def _send_pending(self) -> None:
        pending, self._pending = self._pending, {}
        if pending:
            rings = [[topic.wire, _key(key), seq] for (topic, key), seq in pending.items()]
            message = {"type": MESSAGE, "from": self._me, "rings": rings}
            await self._layer.group_send(GROUP, message)

    async def _receive(self) -> None:
        self.subscribed.clear()
        await self._layer.flush()
        channel = await self._layer.new_channel()
        await self._layer.group_add(GROUP, channel)
        self.subscribed.set()
        while True:
            message = await self._layer.receive(channel)
            if message.get("from") != self._me:
                self._deliver_all(message)

    def _deliver_all(self, message: Mapping[str, Any]) -> None:
        for ring in message.get("rings", ()):
            try:
                subject, payload = _read(*ring)
            except (TypeError, ValueError) as trouble:
                logger.warning("A message of the bus cannot be read: %s", trouble)
                continue
            self._deliver(subject, *payload)


def trouble_of_layers() -> tuple[type[Exception], ...]:
    """What a layer raises when its server is away. Without a layer nobody loads what it needs."""
    from redis.exceptions import RedisError

    return OSError, TimeoutError, RedisError


def _key(key: int | UUID) -> int | str:
    return key if isinstance(key, int) else str(key)


def _read(wire: str, key: int | str, seq: int) -> tuple[Subject, tuple[int, ...]]:
    """What another process published; raises ValueError for what nobody publishes."""
    topic = TOPICS.get(wire)
    if topic is None:
        raise ValueError(wire)
    return topic.of(topic.key(str(key))), (int(seq),) if topic.payload is int else ()
