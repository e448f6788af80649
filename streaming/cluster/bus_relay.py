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
from importlib.util import find_spec
from typing import Any
from uuid import UUID, uuid4

from channels.layers import BaseChannelLayer

from streaming.cluster.bus import Topic

TROUBLE: tuple[type[Exception], ...] = (OSError, TimeoutError)
"""What a layer says when its server is away."""
if find_spec("redis") is not None:  # else there is no layer
    from redis.exceptions import RedisError

    TROUBLE += (RedisError,)

logger = logging.getLogger(__name__)

GROUP = "rings"
MESSAGE = "rings"
"""Names on the layer stay: while servers are replaced, another release may run next to this one."""
TOGETHER_SECONDS = 0.01
BACKOFF_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
NUMBERED = ("wake", "stopping", "waiting", "closed", "moved", "cancel", "turn", "list")

Deliver = Callable[..., None]


class BusRelay:
    """Forwards what is published here, and delivers what was published elsewhere.

    Belongs to the loop.
    """

    def __init__(self, layer: BaseChannelLayer, deliver: Deliver) -> None:
        self._layer = layer
        self._deliver = deliver
        self._me = uuid4().hex
        self._pending: dict[Topic, int] = {}
        self._is_pending = asyncio.Event()
        self._tasks = [
            asyncio.create_task(self._keep_trying("sent", self._send), name="bus out"),
            asyncio.create_task(self._keep_trying("received", self._receive), name="bus in"),
        ]
        self.subscribed = asyncio.Event()

    def forward(self, topic: Topic, payload: tuple[Any, ...]) -> None:
        """Send it to the others, soon and at most once."""
        kind, about = topic
        if kind == "run":
            (entries,) = payload
            self._pending["wake", about] = entries[-1].seq
        else:
            self._pending[topic] = 0
        self._is_pending.set()

    async def stop(self) -> None:
        """Send what was not sent yet, if that can be done at once, and release the layer."""
        await self._end_tasks()
        try:
            async with asyncio.timeout(1.0):
                await self._send_pending()
                await self._layer.flush()
        except TROUBLE as trouble:
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
            except TROUBLE as trouble:
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
            rings = [[kind, _key(about), seq] for (kind, about), seq in pending.items()]
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
                topic, payload = _read(*ring)
            except (TypeError, ValueError) as trouble:
                logger.warning("A message of the bus cannot be read: %s", trouble)
                continue
            self._deliver(topic, *payload)


def _key(about: Any) -> int | str:
    return about if isinstance(about, int) else str(about)


def _read(kind: str, about: int | str, seq: int) -> tuple[Topic, tuple[int, ...]]:
    """As it was published; raises ValueError for what nobody publishes."""
    if kind == "thread":
        return (kind, UUID(str(about))), ()
    if kind not in NUMBERED:
        raise ValueError(kind)
    return (kind, int(about)), (int(seq),) if kind == "wake" else ()
