"""A provider over real HTTP: what the network and a server can do to an answer."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

import pytest

from streaming.events import AnswerNoted, Event, Failed, Finished, StreamOpened, TextDelta
from streaming.providers.base import ChatMessage, ChatRequest
from streaming.providers.client import Client, close_client, open_client
from streaming.providers.config import ProviderConfig, Timeouts
from streaming.providers.registry import provider_for
from streaming.providers.upstream import Upstream
from tests.streaming.loopback import CHUNKED, Handler, Visit, loopback, plain

REQUEST = ChatRequest("m", (ChatMessage("user", "Hi"),))


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    client = open_client()
    yield client
    await close_client(client)


def provider(client: Client, url: str, **fields: Any) -> Upstream:
    return provider_for(ProviderConfig("p", "P", "chat", url, **fields), client)


async def answer(client: Client, handler: Handler, **fields: Any) -> list[Event]:
    async with loopback(handler) as place:
        return [
            event
            async for batch in provider(client, place.url, **fields).stream(REQUEST)
            for event in batch
        ]


async def failure(client: Client, handler: Handler, **fields: Any) -> Failed:
    last = (await answer(client, handler, **fields))[-1]
    assert isinstance(last, Failed)
    return last


def text(words: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": words}}]}).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


async def good(visit: Visit) -> None:
    await visit.send(CHUNKED)
    await visit.chunk(text("Hel"))
    await visit.chunk(text("lo") + DONE)
    await visit.end()


async def test_an_answer_streams(client: Client) -> None:
    events = await answer(client, good)
    assert events[0] == StreamOpened(None)
    assert "".join(e.text for e in events if isinstance(e, TextDelta)) == "Hello"
    assert isinstance(events[-1], Finished)


async def test_the_request_is_signed_and_asks_for_plain_events(client: Client) -> None:
    async with loopback(good) as place:
        async for _ in provider(client, place.url, api_key="k-1").stream(REQUEST):
            pass
        (visit,) = place.visits
    head = visit.head.lower()
    assert head.startswith(b"post /v1/chat/completions http/1.1\r\n")
    assert b"\r\nauthorization: bearer k-1\r\n" in head
    assert b"\r\naccept: text/event-stream\r\n" in head
    assert b"\r\naccept-encoding: identity\r\n" in head
    assert b"\r\ncontent-type: application/json\r\n" in head
    assert json.loads(visit.body)["messages"] == [{"role": "user", "content": "Hi"}]


async def test_text_is_handed_over_before_the_answer_goes_on(client: Client) -> None:
    go_on = asyncio.Event()

    async def slow(visit: Visit) -> None:
        await visit.send(CHUNKED)
        await visit.chunk(text("first"))
        await go_on.wait()
        await visit.chunk(DONE)
        await visit.end()

    async with loopback(slow) as place:
        async for batch in provider(client, place.url).stream(REQUEST):
            if TextDelta("first") in batch:
                go_on.set()
    assert go_on.is_set()


async def test_the_upstreams_request_id_comes_with_the_opening(client: Client) -> None:
    async def named(visit: Visit) -> None:
        await visit.send(CHUNKED.replace(b"200 OK\r\n", b"200 OK\r\nX-Request-Id: req_7\r\n"))
        await visit.chunk(DONE)
        await visit.end()

    assert (await answer(client, named))[0] == StreamOpened("req_7")


async def hang_after_text(visit: Visit) -> None:
    await visit.send(CHUNKED)
    await visit.chunk(text("Hel"))
    await visit.until_hang_up()


async def hang_before_headers(visit: Visit) -> None:
    await visit.until_hang_up()


async def test_a_cancel_closes_the_connection_before_it_leaves(client: Client) -> None:
    async with loopback(hang_after_text) as place:
        seen = asyncio.Event()

        async def run() -> None:
            async with aclosing(provider(client, place.url).stream(REQUEST)) as stream:
                async for batch in stream:
                    if TextDelta("Hel") in batch:
                        seen.set()

        task = asyncio.create_task(run())
        await seen.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(1):
            await place.done.get()


async def test_a_cancel_while_waiting_for_headers_closes_the_connection(client: Client) -> None:
    arrived = asyncio.Event()

    async def silent(visit: Visit) -> None:
        arrived.set()
        await visit.until_hang_up()

    async with loopback(silent) as place:
        stream = provider(client, place.url).stream(REQUEST)
        task = asyncio.ensure_future(anext(stream))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(1):
            await place.done.get()


async def test_closing_the_stream_while_holding_a_batch_closes_the_connection(
    client: Client,
) -> None:
    async with loopback(hang_after_text) as place:
        async with aclosing(provider(client, place.url).stream(REQUEST)) as stream:
            async for batch in stream:
                if TextDelta("Hel") in batch:
                    break
        async with asyncio.timeout(1):
            await place.done.get()


async def test_a_finished_connection_serves_the_next_request(client: Client) -> None:
    async def keep(visit: Visit) -> None:
        await good(visit)
        await visit.reader.readuntil(b"\r\n\r\n")
        await visit.reader.readexactly(len(visit.body))
        await good(visit)

    async with loopback(keep) as place:
        upstream = provider(client, place.url)
        for _ in range(2):
            async with aclosing(upstream.stream(REQUEST)) as stream:
                batches = [batch async for batch in stream]
            assert isinstance(batches[-1][-1], Finished)
        assert len(place.visits) == 1


async def test_a_server_that_stays_open_after_its_last_word_has_finished(client: Client) -> None:
    async def linger(visit: Visit) -> None:
        await visit.send(CHUNKED)
        await visit.chunk(text("Hi") + DONE)
        await visit.until_hang_up()

    assert isinstance((await answer(client, linger))[-1], Finished)


async def test_a_cut_body_keeps_its_text_and_is_a_broken_connection(client: Client) -> None:
    async def cut(visit: Visit) -> None:
        await visit.send(CHUNKED)
        await visit.chunk(text("Hel"))

    events = await answer(client, cut)
    assert TextDelta("Hel") in events
    last = events[-1]
    assert isinstance(last, Failed)
    assert (last.kind, last.retryable) == ("connection", True)


async def test_a_body_cut_inside_a_chunk_is_a_broken_connection(client: Client) -> None:
    async def cut(visit: Visit) -> None:
        await visit.send(CHUNKED + b"ffff\r\n" + text("Hel"))

    events = await answer(client, cut)
    assert TextDelta("Hel") in events
    assert isinstance(events[-1], Failed)


async def test_a_whole_body_without_a_terminal_is_truncated(client: Client) -> None:
    found = await failure(client, plain("200 OK", text("Hel")))
    assert found.kind == "truncated"


async def test_nobody_listening_is_a_broken_connection(client: Client) -> None:
    async with loopback(good) as place:
        url = place.url
    (batch,) = [batch async for batch in provider(client, url).stream(REQUEST)]
    (last,) = batch
    assert isinstance(last, Failed)
    assert (last.kind, last.retryable, last.code) == ("connection", True, "connect")


async def test_a_server_that_hangs_up_at_once_is_a_broken_connection(client: Client) -> None:
    async def rude(visit: Visit) -> None:
        pass

    assert (await failure(client, rude)).kind == "connection"


async def test_a_server_that_speaks_no_http_is_a_broken_connection(client: Client) -> None:
    async def other(visit: Visit) -> None:
        await visit.send(b"SSH-2.0-OpenSSH_9.2\r\n")

    assert (await failure(client, other)).kind == "connection"


async def test_a_refusal_for_now_says_how_long_to_wait(client: Client) -> None:
    body = b'{"error":{"message":"slow down","code":"rate_limit_exceeded"}}'
    found = await failure(
        client, plain("429 Too Many Requests", body, "Retry-After: 12", "X-Request-Id: req_9")
    )
    assert (found.kind, found.retry_after, found.status) == ("rate_limit", 12.0, 429)
    assert (found.message, found.request_id) == ("slow down", "req_9")


async def test_a_refusal_opens_no_stream(client: Client) -> None:
    events = await answer(client, plain("500 No", b"data: [DONE]\n\n"))
    assert [type(event) for event in events] == [Failed]


async def test_an_endless_error_page_is_read_only_so_far(client: Client) -> None:
    async def endless(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 500 No\r\n\r\n<html><title>Oh</title>")
        while True:
            await visit.send(b"x" * 65536)

    found = await failure(client, endless)
    assert (found.kind, found.message) == ("server", "Oh")


async def test_a_web_page_with_200_is_no_answer(client: Client) -> None:
    page = b"<!DOCTYPE html><title>Welcome</title>"
    found = await failure(client, plain("200 OK", page, "Content-Type: text/html"))
    assert (found.kind, found.code) == ("malformed", "html")


async def test_a_whole_json_body_is_an_answer_though_a_stream_was_asked_for(client: Client) -> None:
    body = b'{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}'
    events = await answer(client, plain("200 OK", body, "Content-Type: application/json"))
    assert events[1:] == [TextDelta("Hi"), Finished("stop", "stop")]


async def test_a_redirect_is_not_followed(client: Client) -> None:
    async with loopback(good) as elsewhere:
        found = await failure(client, plain("307 Go", b"", f"Location: {elsewhere.url}"))
        assert elsewhere.visits == []
    assert (found.kind, found.code) == ("malformed", "redirect")


async def test_no_cookie_is_kept(client: Client) -> None:
    async with loopback(plain("200 OK", text("Hi") + DONE, "Set-Cookie: a=b")) as place:
        for _ in range(2):
            async for _ in provider(client, place.url).stream(REQUEST):
                pass
        assert b"cookie" not in place.visits[-1].head.lower()


async def test_an_endless_line_is_cut_off(client: Client) -> None:
    async def endless(visit: Visit) -> None:
        await visit.send(CHUNKED)
        await visit.chunk(text("Hel") + b"data: ")
        while True:
            await visit.chunk(b"x" * 65536)

    events = await answer(client, endless)
    assert TextDelta("Hel") in events
    last = events[-1]
    assert isinstance(last, Failed)
    assert (last.kind, last.code) == ("malformed", "frame_too_large")


async def test_an_endless_body_is_cut_off(client: Client) -> None:
    async def endless(visit: Visit) -> None:
        await visit.send(CHUNKED)
        while True:
            await visit.chunk(b": " + b"x" * 65_000 + b"\n")

    assert (await failure(client, endless)).code == "body_too_large"


async def test_a_packed_body_that_nobody_asked_for_is_read(client: Client) -> None:
    body = gzip.compress(text("Hi") + DONE)
    events = await answer(client, plain("200 OK", body, "Content-Encoding: gzip"))
    assert events[1] == TextDelta("Hi")
    assert isinstance(events[-1], Finished)


async def test_a_packed_body_that_unfolds_without_end_is_cut_off(client: Client) -> None:
    bomb = gzip.compress(b"\n" * 100_000_000)
    found = await failure(client, plain("200 OK", bomb, "Content-Encoding: gzip"))
    assert found.code == "body_too_large"


async def test_a_packed_body_may_have_several_members(client: Client) -> None:
    body = gzip.compress(text("Hi")) + gzip.compress(DONE)
    events = await answer(client, plain("200 OK", body, "Content-Encoding: gzip"))
    assert events[1] == TextDelta("Hi")
    assert isinstance(events[-1], Finished)


@pytest.mark.parametrize("encoding", ["br", "gzip"])
async def test_a_packed_body_that_cannot_be_read_is_malformed(
    client: Client, encoding: str
) -> None:
    body = text("Hi")
    found = await failure(client, plain("200 OK", body, f"Content-Encoding: {encoding}"))
    assert (found.kind, found.code) == ("malformed", "encoding")


async def test_a_packed_body_that_stops_early_is_truncated(client: Client) -> None:
    body = gzip.compress(text("Hi") + DONE)[:-20]
    found = await failure(client, plain("200 OK", body, "Content-Encoding: gzip"))
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


async def write_without_end(visit: Visit) -> None:
    await visit.send(CHUNKED)
    while True:
        await visit.chunk(text("on "))
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("limit", "handler"),
    [
        ("first_byte", hang_before_headers),
        ("first_byte", trickle_headers),
        ("first_byte", send_headers_then_wait),
        ("silence", hang_after_text),
        ("no_text", only_keep_alives),
        ("total", write_without_end),
    ],
)
async def test_each_limit_of_patience_has_its_name(
    client: Client, limit: str, handler: Handler
) -> None:
    timeouts = Timeouts(**{limit: 0.1})
    found = await failure(client, handler, timeouts=timeouts)
    assert (found.kind, found.retryable, found.code) == ("timeout", True, limit)


async def test_time_that_the_reader_takes_is_not_the_servers_silence(client: Client) -> None:
    async with loopback(good) as place:
        upstream = provider(client, place.url, timeouts=Timeouts(silence=0.05, no_text=0.05))
        batches: list[Sequence[Event]] = []
        async for batch in upstream.stream(REQUEST):
            batches.append(batch)
            await asyncio.sleep(0.1)
    assert isinstance(batches[-1][-1], Finished)


async def test_a_key_in_the_servers_complaint_is_taken_out(client: Client) -> None:
    body = b'{"error":{"message":"Wrong key secret-key-77"}}'
    found = await failure(client, plain("401 No", body), api_key="secret-key-77")
    assert found.message == "Wrong key ••••"
    streamed = b'data: {"error":{"message":"Wrong key secret-key-77"}}\n\n'
    found = await failure(client, plain("200 OK", streamed), api_key="secret-key-77")
    assert found.message == "Wrong key ••••"


async def test_a_lone_surrogate_in_the_prompt_does_not_break_the_request(client: Client) -> None:
    async with loopback(good) as place:
        odd = ChatRequest("m", (ChatMessage("user", "a\ud800"),))
        async for _ in provider(client, place.url).stream(odd):
            pass
        assert json.loads(place.visits[0].body)["messages"][0]["content"] == "a?"


async def test_a_hundred_and_fifty_answers_run_at_once(client: Client) -> None:
    running = asyncio.Semaphore(0)
    go_on = asyncio.Event()

    async def together(visit: Visit) -> None:
        running.release()
        await go_on.wait()
        await good(visit)

    async with loopback(together) as place:
        upstream = provider(client, place.url)

        async def run() -> bool:
            return isinstance([batch async for batch in upstream.stream(REQUEST)][-1][-1], Finished)

        tasks = [asyncio.create_task(run()) for _ in range(150)]
        async with asyncio.timeout(20):
            for _ in tasks:
                await running.acquire()
        go_on.set()
        assert all(await asyncio.gather(*tasks))


async def models(client: Client, handler: Handler, **fields: Any) -> tuple[str, ...] | Failed:
    async with loopback(handler) as place:
        found = await provider(client, place.url, **fields).ask_models()
        assert all(visit.head.startswith(b"GET /v1/models ") for visit in place.visits)
        return found


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b'{"object":"list","data":[{"id":"b"},{"id":"a"},{"id":"b"},{}]}', ("b", "a")),
        (b'{"models":[{"name":"llama3"}]}', ("llama3",)),
        (b'{"data":[{"id":"gpt"},{"id":"text-embedding-3-small"},{"id":"tts-1"}]}', ("gpt",)),
        (b'{"data":[{"id":"nomic-embed-text"}]}', ("nomic-embed-text",)),
        (b"<html>", ()),
        (b"[1]", ()),
    ],
)
async def test_the_list_of_models_is_asked_from_the_server(
    client: Client, body: bytes, wanted: tuple[str, ...]
) -> None:
    assert await models(client, plain("200 OK", body)) == wanted


async def test_configured_models_are_not_asked_for(client: Client) -> None:
    assert await models(client, plain("500 No"), models=("a",)) == ("a",)


async def test_why_there_is_no_list_can_be_told(client: Client) -> None:
    found = await models(client, plain("401 No", b'{"error":"bad key k-123"}'), api_key="k-123")
    assert isinstance(found, Failed)
    assert (found.kind, found.message) == ("auth", "bad key ••••")
    async with loopback(plain("401 No")) as place:
        assert await provider(client, place.url).models() == ()


def responses(client: Client, url: str, **options: Any) -> Upstream:
    return provider_for(ProviderConfig("p", "P", "responses", url, options=options), client)


def frame(**value: Any) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


async def in_the_background(visit: Visit) -> None:
    await visit.send(CHUNKED)
    response = {"id": "resp_1"}
    await visit.chunk(frame(type="response.created", response=response, sequence_number=0))
    await visit.chunk(frame(type="response.output_text.delta", delta="Hi", sequence_number=1))
    await visit.chunk(frame(type="response.completed", response=response, sequence_number=2))
    await visit.end()


async def test_where_an_answer_in_the_background_stands_is_noted(client: Client) -> None:
    async with loopback(in_the_background) as place:
        upstream = responses(client, place.url, background=True)
        events = [event async for batch in upstream.stream(REQUEST) for event in batch]
    notes = [event for event in events if isinstance(event, AnswerNoted)]
    assert notes[-1] == AnswerNoted("resp_1", cursor=2)
    assert isinstance(events[-1], Finished)
    assert events.index(TextDelta("Hi")) < events.index(notes[-1])


async def test_an_answer_in_the_foreground_needs_no_notes(client: Client) -> None:
    async with loopback(in_the_background) as place:
        upstream = responses(client, place.url)
        events = [event async for batch in upstream.stream(REQUEST) for event in batch]
    assert not any(isinstance(event, AnswerNoted) for event in events)


async def test_what_the_next_request_must_bring_back_is_noted_at_the_end(client: Client) -> None:
    details = [{"type": "reasoning.encrypted", "data": "x"}]
    body = frame(choices=[{"delta": {"content": "Hi", "reasoning_details": details}}]) + DONE
    note, last = (await answer(client, plain("200 OK", body)))[-2:]
    assert isinstance(last, Finished)
    assert isinstance(note, AnswerNoted)
    assert note.opaque == {"format": "chat", "reasoning_details": details}


async def test_an_answer_in_the_background_is_cancelled_by_its_id(client: Client) -> None:
    async with loopback(plain("200 OK", b"{}")) as place:
        assert await responses(client, place.url, background=True).cancel("resp_1") is None
        (visit,) = place.visits
    assert visit.head.startswith(b"POST /v1/responses/resp_1/cancel ")


async def test_a_cancel_that_the_server_refuses_is_told(client: Client) -> None:
    async with loopback(plain("404 No", b'{"error":{"message":"gone"}}')) as place:
        found = await responses(client, place.url, background=True).cancel("resp_1")
    assert found is not None
    assert found.message == "gone"


async def test_elsewhere_a_closed_connection_is_the_cancel(client: Client) -> None:
    async with loopback(plain("500 No")) as place:
        assert await responses(client, place.url).cancel("resp_1") is None
        assert await provider(client, place.url).cancel("resp_1") is None
        assert place.visits == []
