"""An answer is read no faster than its backpressure allows; what came meanwhile comes at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from streaming.events import Finished, StreamOpened, TextDelta
from streaming.providers.http.client import Client
from tests.streaming.providers.http.asking import DONE, REQUEST, provider, text
from tests.support.network.loopback import CHUNKED, Visit, loopback

SOON = 10


class Gate:
    """Backpressure that holds readers until it is opened."""

    def __init__(self) -> None:
        self.held = asyncio.Event()
        self._open = asyncio.Event()

    async def wait(self) -> None:
        self.held.set()
        await self._open.wait()

    def open(self) -> None:
        self._open.set()


async def test_reading_waits_for_the_backpressure_of_its_request(http: Client) -> None:
    gate = Gate()

    async def speak(visit: Visit) -> None:
        await visit.send(CHUNKED)
        await visit.chunk(text("One. "))
        await gate.held.wait()
        await visit.chunk(text("Two. "))
        await visit.chunk(text("Three.") + DONE)
        await visit.end()
        gate.open()

    request = replace(REQUEST, backpressure=gate)
    async with asyncio.timeout(SOON), loopback(speak) as place:
        batches = [batch async for batch in provider(http, place.url).stream(request)]
    assert batches[0] == (StreamOpened(None),)
    [late] = [batch for batch in batches if TextDelta("Two. ") in batch]
    assert TextDelta("Three.") in late
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
