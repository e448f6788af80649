"""An answer is read no faster than its backpressure allows; what came meanwhile comes at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from streaming.events import Event, Finished, StreamOpened, TextDelta
from streaming.providers.http.client import Client
from tests.streaming.providers.http.asking import DONE, REQUEST, provider, text
from tests.support.network.loopback import CHUNKED, Visit, loopback

SOON = 30


class Gate:
    """Backpressure that holds readers until it is opened."""

    def __init__(self) -> None:
        self.held = asyncio.Event()
        self._waiting: list[Callable[[], None]] | None = []

    def when_due(self, read: Callable[[], None]) -> None:
        if self._waiting is None:
            read()
        else:
            self._waiting.append(read)
            self.held.set()

    def open(self) -> None:
        waiting, self._waiting = self._waiting or [], None
        for read in waiting:
            read()


async def test_reading_waits_for_the_backpressure_of_its_request(http: Client) -> None:
    gate, opened = Gate(), asyncio.Event()

    async def speak(visit: Visit) -> None:
        await visit.send(CHUNKED)
        await opened.wait()
        await visit.chunk(text("Hello") + DONE)
        await visit.end()

    batches: list[Sequence[Event]] = []
    request = replace(REQUEST, backpressure=gate)
    async with asyncio.timeout(SOON), loopback(speak) as place, asyncio.TaskGroup() as tasks:

        async def read() -> None:
            async for batch in provider(http, place.url).stream(request):
                batches.append(batch)
                opened.set()

        tasks.create_task(read())
        await gate.held.wait()
        assert batches == [(StreamOpened(None),)]
        gate.open()
    assert TextDelta("Hello") in batches[1]
    assert isinstance(batches[-1][-1], Finished)


async def test_a_request_without_backpressure_is_read_at_once(http: Client) -> None:
    async def speak(visit: Visit) -> None:
        await visit.send(CHUNKED)
        await visit.chunk(text("Hello") + DONE)
        await visit.end()

    async with asyncio.timeout(SOON), loopback(speak) as place:
        events = [
            event async for batch in provider(http, place.url).stream(REQUEST) for event in batch
        ]
    assert TextDelta("Hello") in events
