"""A provider over real HTTP: answers in the background, and what is noted of them."""

from typing import Any

from streaming.events import AnswerNoted, Finished, TextDelta
from streaming.providers.config import ProviderConfig
from streaming.providers.http.client import Client
from streaming.providers.http.upstream import Upstream
from streaming.providers.registry import provider_for
from tests.streaming.providers.http.asking import (
    DONE,
    REQUEST,
    answer,
    frame,
    provider,
)
from tests.support.network.loopback import (
    CHUNKED,
    Visit,
    loopback,
    plain,
)


def responses(http: Client, url: str, **options: Any) -> Upstream:
    return provider_for(ProviderConfig("p", "P", "responses", url, options=options), http)


async def in_the_background(visit: Visit) -> None:
    await visit.send(CHUNKED)
    response = {"id": "resp_1"}
    await visit.chunk(frame(type="response.created", response=response, sequence_number=0))
    await visit.chunk(frame(type="response.output_text.delta", delta="Hi", sequence_number=1))
    await visit.chunk(frame(type="response.completed", response=response, sequence_number=2))
    await visit.end()


async def test_where_an_answer_in_the_background_stands_is_noted(http: Client) -> None:
    async with loopback(in_the_background) as place:
        upstream = responses(http, place.url, background=True)
        events = [event async for batch in upstream.stream(REQUEST) for event in batch]
    notes = [event for event in events if isinstance(event, AnswerNoted)]
    assert notes[-1] == AnswerNoted("resp_1", cursor=2)
    assert isinstance(events[-1], Finished)
    assert events.index(TextDelta("Hi")) < events.index(notes[-1])


async def test_an_answer_in_the_foreground_needs_no_notes(http: Client) -> None:
    async with loopback(in_the_background) as place:
        upstream = responses(http, place.url)
        events = [event async for batch in upstream.stream(REQUEST) for event in batch]
    assert not any(isinstance(event, AnswerNoted) for event in events)


async def test_what_the_next_request_must_bring_back_is_noted_at_the_end(http: Client) -> None:
    details = [{"type": "reasoning.encrypted", "data": "x"}]
    body = frame(choices=[{"delta": {"content": "Hi", "reasoning_details": details}}]) + DONE
    note, last = (await answer(http, plain("200 OK", body)))[-2:]
    assert isinstance(last, Finished)
    assert isinstance(note, AnswerNoted)
    assert note.opaque == {"format": "chat", "reasoning_details": details}


async def test_an_answer_in_the_background_is_cancelled_by_its_id(http: Client) -> None:
    async with loopback(plain("200 OK", b"{}")) as place:
        assert await responses(http, place.url, background=True).cancel("resp_1") is None
        (visit,) = place.visits
    assert visit.head.startswith(b"POST /v1/responses/resp_1/cancel ")


async def test_a_cancel_that_the_server_refuses_is_told(http: Client) -> None:
    async with loopback(plain("404 No", b'{"error":{"message":"gone"}}')) as place:
        found = await responses(http, place.url, background=True).cancel("resp_1")
    assert found is not None
    assert found.message == "gone"


async def test_elsewhere_a_closed_connection_is_the_cancel(http: Client) -> None:
    async with loopback(plain("500 No")) as place:
        assert await responses(http, place.url).cancel("resp_1") is None
        assert await provider(http, place.url).cancel("resp_1") is None
        assert place.visits == []
