"""Rings to and from the other processes, over the channel layer: hints and nothing else.

A hint says where to look, never what is there, so it may be lost, doubled, late or made up: text
comes from the journal, and a wish to stop from the database. What rings in quick succession goes
out as one message to all processes. Nobody ever waits for the layer. While it is down hints are
dropped, and `lookout` finds what they would have told.
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
TOGETHER_SECONDS = 0.01
RETRY_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
NUMBERED = ("wake", "stopping", "waiting", "closed", "moved", "cancel", "turn", "list")

Heard = Callable[..., None]


class Hints:
    """Tells the other processes what rings here, and here what rings there. Belongs to the loop."""

    def __init__(self, layer: BaseChannelLayer, heard: Heard) -> None:
        self._layer = layer
        self._heard = heard
        self._me = uuid4().hex
        self._told: dict[Topic, int] = {}
        self._news = asyncio.Event()
        self._tasks = [
            asyncio.create_task(self._persist("sent", self._send), name="hints out"),
            asyncio.create_task(self._persist("heard", self._receive), name="hints in"),
        ]
        self.listening = asyncio.Event()

    def tell(self, topic: Topic, news: tuple[Any, ...]) -> None:
        """Pass a ring on, soon and at most once."""
        kind, about = topic
        if kind == "run":
            (entries,) = news
            self._told["wake", about] = entries[-1].seq
        else:
            self._told[topic] = 0
        self._news.set()

    async def stop(self) -> None:
        """Tell what was not told yet, if that can be done at once, and let go of the layer."""
        await self._end_tasks()
        try:
            async with asyncio.timeout(1.0):
                await self._send_told()
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

    async def _persist(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do it for ever, with a pause after each failure that grows until it works again."""
        loop, failures, began = asyncio.get_running_loop(), 0, 0.0
        while True:
            try:
                began = loop.time()
                await work()
            except TROUBLE as trouble:
                logger.warning("Hints cannot be %s just now: %r", what, trouble)
            except Exception:  # the layer's edge: whatever broke, it is tried again
                logger.exception("Hints cannot be %s just now", what)
            failures = 1 if loop.time() - began > RETRY_SECONDS[-1] else failures + 1
            await asyncio.sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS)) - 1])

    async def _send(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await self._send_told()
            await asyncio.sleep(TOGETHER_SECONDS)

    async def _send_told(self) -> None:
        told, self._told = self._told, {}
        if told:
            rings = [[kind, _name(about), seq] for (kind, about), seq in told.items()]
            message = {"type": MESSAGE, "from": self._me, "rings": rings}
            await self._layer.group_send(GROUP, message)

    async def _receive(self) -> None:
        self.listening.clear()
        await self._layer.flush()
        channel = await self._layer.new_channel()
        await self._layer.group_add(GROUP, channel)
        self.listening.set()
        while True:
            message = await self._layer.receive(channel)
            if message.get("from") != self._me:
                self._hear(message)

    def _hear(self, message: Mapping[str, Any]) -> None:
        for ring in message.get("rings", ()):
            try:
                topic, news = _read(*ring)
            except (TypeError, ValueError) as trouble:
                logger.warning("A hint that cannot be read: %s", trouble)
                continue
            self._heard(topic, *news)


def _name(about: Any) -> int | str:
    return about if isinstance(about, int) else str(about)


def _read(kind: str, about: int | str, seq: int) -> tuple[Topic, tuple[int, ...]]:
    """A ring as it was named; raises ValueError for one that nobody rings."""
    if kind == "thread":
        return (kind, UUID(str(about))), ()
    if kind not in NUMBERED:
        raise ValueError(kind)
    return (kind, int(about)), (int(seq),) if kind == "wake" else ()
