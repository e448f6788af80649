"""A provider over real HTTP: how long, how much, and how packed."""

import asyncio
import gzip
from collections.abc import Sequence

import pytest

from streaming.events import Event, Failed, Finished, TextDelta
from streaming.providers.config import Timeouts
from streaming.providers.http import connections
from streaming.providers.http.client import Client, close_client, open_client
from tests.streaming.providers.http.asking import (
    DONE,
    REQUEST,
    answer,
    failure,
    good,
    hang_after_text,
    hang_before_headers,
    provider,
    text,
)
from tests.support.network.loopback import (
    CHUNKED,
    Handler,
    Visit,
    loopback,
    plain,
)


async def test_an_endless_line_is_streamed_past_and_cut_off_with_the_body(http: Client) -> None:
    async def endless(visit: Visit) -> None:
        await visit.send(CHUNKED)
        await visit.chunk(text("Hel") + b"data: ")
        while True:
            await visit.chunk(b"x" * 65536)

    events = await answer(http, endless)
    assert TextDelta("Hel") in events
    last = events[-1]
    assert isinstance(last, Failed)
    assert (last.kind, last.code) == ("malformed", "body_too_large")


async def test_an_endless_body_is_cut_off(http: Client) -> None:
    async def endless(visit: Visit) -> None:
        await visit.send(CHUNKED)
        while True:
            await visit.chunk(b": " + b"x" * 65_000 + b"\n")

    assert (await failure(http, endless)).code == "body_too_large"


async def test_a_packed_body_that_nobody_asked_for_is_read(http: Client) -> None:
    body = gzip.compress(text("Hi") + DONE)
    events = await answer(http, plain("200 OK", body, "Content-Encoding: gzip"))
    assert events[1] == TextDelta("Hi")
    assert isinstance(events[-1], Finished)


async def test_a_packed_body_that_unfolds_without_end_is_cut_off(http: Client) -> None:
    bomb = gzip.compress(b"\n" * 100_000_000)
    found = await failure(http, plain("200 OK", bomb, "Content-Encoding: gzip"))
    assert found.code == "body_too_large"


async def test_a_packed_body_may_have_several_members(http: Client) -> None:
    body = gzip.compress(text("Hi")) + gzip.compress(DONE)
    events = await answer(http, plain("200 OK", body, "Content-Encoding: gzip"))
    assert events[1] == TextDelta("Hi")
    assert isinstance(events[-1], Finished)


@pytest.mark.parametrize("encoding", ["br", "gzip"])
async def test_a_packed_body_that_cannot_be_read_is_malformed(http: Client, encoding: str) -> None:
    body = text("Hi")
    found = await failure(http, plain("200 OK", body, f"Content-Encoding: {encoding}"))
    assert (found.kind, found.code) == ("malformed", "encoding")


async def test_a_packed_body_that_stops_early_is_truncated(http: Client) -> None:
    body = gzip.compress(text("Hi") + DONE)[:-20]
    found = await failure(http, plain("200 OK", body, "Content-Encoding: gzip"))
    assert found.kind == "truncated"


async def send_headers_then_wait(visit: Visit) -> None:
    await visit.send(CHUNKED)
    await visit.until_hang_up()


async def trickle_headers(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await visit.send(b"X: y\r\n")
        await asyncio.sleep(0.01)


async def only_keep_alives(visit: Visit) -> None:
    await visit.send(CHUNKED)
    while True:
        await visit.chunk(b": ping\n\n")
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("limit", "handler"),
    [
        ("first_byte", hang_before_headers),
        ("first_byte", trickle_headers),
        ("first_byte", send_headers_then_wait),
        ("silence", hang_after_text),
        ("no_text", only_keep_alives),
        ("total", only_keep_alives),
    ],
)
async def test_each_limit_of_patience_has_its_name(
    http: Client, limit: str, handler: Handler
) -> None:
    timeouts = Timeouts(**{limit: 0.1})
    found = await failure(http, handler, timeouts=timeouts)
    assert (found.kind, found.retryable, found.code) == ("timeout", True, limit)


async def test_time_that_the_reader_takes_is_not_the_servers_silence(http: Client) -> None:
    async with loopback(good) as place:
        upstream = provider(http, place.url, timeouts=Timeouts(silence=0.05, no_text=0.05))
        batches: list[Sequence[Event]] = []
        async for batch in upstream.stream(REQUEST):
            batches.append(batch)
            await asyncio.sleep(0.1)
    assert isinstance(batches[-1][-1], Finished)


async def test_l10_a_request_past_the_most_connections_waits_for_one_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 2)
    came, may_end = asyncio.Queue[Visit](), asyncio.Queue[None]()

    async def hold(visit: Visit) -> None:
        await visit.send(CHUNKED)
        came.put_nowait(visit)
        await may_end.get()
        await visit.chunk(text("Hello") + DONE)
        await visit.end()

    async def ask(url: str, **fields: object) -> list[Event]:
        stream = provider(http, url, **fields).stream(REQUEST)
        return [event async for batch in stream for event in batch]

    http = open_client()
    async with loopback(hold) as place, asyncio.timeout(10):
        two = [asyncio.create_task(ask(place.url)) for _ in range(2)]
        for _ in two:
            await came.get()
        impatient = await ask(place.url, timeouts=Timeouts(first_byte=0.2))
        assert came.empty()
        third = asyncio.create_task(ask(place.url))
        may_end.put_nowait(None)
        await came.get()
        for _ in range(2):
            may_end.put_nowait(None)
        answers = await asyncio.gather(*two, third)
    await close_client(http)
    last = impatient[-1]
    assert isinstance(last, Failed)
    assert (last.kind, last.code) == ("timeout", "first_byte")
    assert all(isinstance(events[-1], Finished) for events in answers)
