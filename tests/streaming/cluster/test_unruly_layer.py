"""Between processes messages are lost, doubled and late, all at once: same text, same order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer
from django.contrib.auth.models import User
from django.db.models.functions import Now

from streaming.cluster.bus import Bus, Topic
from streaming.cluster.bus_relay import BusRelay
from streaming.cluster.poller import Poller
from streaming.journal import store
from streaming.journal.run_facts import RunFacts
from streaming.live.broadcast import Broadcasts
from streaming.models import Generation, Worker
from tests.streaming.live.test_broadcast import Screen, do, watching
from tests.support.rows import keep, running, worker

pytestmark = pytest.mark.django_db(transaction=True)

FINISHED = RunFacts(Generation.Status.FINISHED, finish_reason="stop")
WORDS = 60
LOOK_SECONDS = 0.05
WAYS = {
    "sound": ("sound",),
    "every second lost": ("sound", "lost"),
    "all lost": ("lost",),
    "doubled": ("doubled",),
    "reordered": ("sound", "late", "late"),
    "all at once": ("sound", "lost", "doubled", "late", "late"),
}


class Unruly(InMemoryChannelLayer):  # type: ignore[misc]
    """A layer that does to each message what comes next in `way`; it counts what it did."""

    def __init__(self, way: tuple[str, ...]) -> None:
        super().__init__()
        self.way = way
        self.did: list[str] = []
        self.done = asyncio.Event()
        self._random = Random(5)
        self._held: list[tuple[str, Any]] = []

    async def flush(self) -> None:
        """Others use it, too."""

    async def group_send(self, group: str, message: Any) -> None:
        do_so = self.way[len(self.did) % len(self.way)]
        self.did.append(do_so)
        self.done.set()
        if do_so == "late":
            self._held.append((group, message))
            return
        for _ in range({"lost": 0, "doubled": 2}.get(do_so, 1)):
            await super().group_send(group, message)
        self._random.shuffle(self._held)
        while do_so != "lost" and self._held:
            await super().group_send(*self._held.pop())


class Processes:
    """One that writes, and one that shows what it hears of it over the layer, and sees."""

    def __init__(self, layer: Unruly, me: Worker) -> None:
        self.shows = Bus()
        self.relays = BusRelay(layer, lambda *message: None), BusRelay(layer, self.shows.deliver)
        self.writes = Bus(self.relays[0].forward)
        self.poller = Poller(self.shows, me.pk, lambda pk: False, LOOK_SECONDS)

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        for end in self.relays:
            await end.subscribed.wait()
        looking = asyncio.create_task(self.poller.keep_polling())
        yield
        looking.cancel()
        await asyncio.wait([looking])
        for end in self.relays:
            await end.stop()


@pytest.mark.parametrize("way", WAYS)
async def test_r2_whatever_the_layer_does_the_text_is_whole_and_in_order(
    owner: User, way: str
) -> None:
    generation, layer = await do(lambda: running(owner, worker("there"))), Unruly(WAYS[way])
    me = Worker(host="here", lease_until=Now() + timedelta(seconds=10))
    await do(me.save)
    processes = Processes(layer, me)
    screen = await Screen.of(generation)
    words = [f"word-{number} " for number in range(WORDS)]
    async with asyncio.timeout(30), processes.alive():
        processes.shows.subscribe(Topic.THREAD.of(generation.conversation_id), screen.look_again)
        await watching(Broadcasts(processes.shows), generation, screen)
        for word in words:
            entries = await do(partial(keep, generation, word))
            layer.done.clear()
            processes.writes.publish(Topic.ENTRIES.of(generation.pk), entries)
            await layer.done.wait()
            await screen.take_in_all()
        await do(lambda: store.close(generation.pk, FINISHED))
        processes.writes.publish(Topic.CLOSED.of(generation.pk))
        await screen.until(lambda screen: screen.over)
        await screen.take_in_all()
    assert set(layer.did) == set(WAYS[way])
    assert len(layer.did) > WORDS
    assert screen.reads("".join(words), complete=True)
    assert (screen.status, screen.gaps, screen.doubles) == ("finished", 0, 0)
