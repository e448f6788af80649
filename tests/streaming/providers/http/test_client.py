"""A provider over real HTTP: what the network and a server can do to an answer."""

import asyncio
import json
from contextlib import aclosing

import pytest

from streaming.events import Failed, Finished, StreamOpened, TextDelta
from streaming.providers.base import ChatMessage, ChatRequest
from streaming.providers.http.client import Client
from tests.streaming.providers.http.asking import (
    DONE,
    REQUEST,
    answer,
    failure,
    good,
    hang_after_text,
    provider,
    text,
)
from tests.support.network.loopback import (
    CHUNKED,
    Visit,
    loopback,
    plain,
)


async def test_an_answer_streams(http: Client) -> None:
    events = await answer(http, good)
    assert events[0] == StreamOpened(None)
    assert "".join(e.text for e in events if isinstance(e, TextDelta)) == "Hello"
    assert isinstance(events[-1], Finished)


async def test_the_request_is_signed_and_asks_for_plain_events(http: Client) -> None:
    async with loopback(good) as place:
        async for _ in provider(http, place.url, api_key="k-1").stream(REQUEST):
            pass
        (visit,) = place.visits
    head = visit.head.lower()
    assert head.startswith(b"post /v1/chat/completions http/1.1\r\n")
    assert b"\r\nauthorization: bearer k-1\r\n" in head
    assert b"\r\naccept: text/event-stream\r\n" in head
    assert b"\r\naccept-encoding: identity\r\n" in head
    assert b"\r\ncontent-type: application/json\r\n" in head
    assert json.loads(visit.body)["messages"] == [{"role": "user", "content": "Hi"}]


async def test_text_is_handed_over_before_the_answer_goes_on(http: Client) -> None:
    go_on = asyncio.Event()

    async def slow(visit: Visit) -> None:
        await visit.send(CHUNKED)
        await visit.chunk(text("first"))
        await go_on.wait()
        await visit.chunk(DONE)
        await visit.end()

    async with loopback(slow) as place:
        async for batch in provider(http, place.url).stream(REQUEST):
            if TextDelta("first") in batch:
                go_on.set()
    assert go_on.is_set()


async def test_the_upstreams_request_id_comes_with_the_opening(http: Client) -> None:
    async def named(visit: Visit) -> None:
        await visit.send(CHUNKED.replace(b"200 OK\r\n", b"200 OK\r\nX-Request-Id: req_7\r\n"))
        await visit.chunk(DONE)
        await visit.end()

    assert (await answer(http, named))[0] == StreamOpened("req_7")


async def test_a_cancel_closes_the_connection_before_it_leaves(http: Client) -> None:
    async with loopback(hang_after_text) as place:
        seen = asyncio.Event()

        async def run() -> None:
            async with aclosing(provider(http, place.url).stream(REQUEST)) as stream:
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


async def test_a_cancel_while_waiting_for_headers_closes_the_connection(http: Client) -> None:
    arrived = asyncio.Event()

    async def silent(visit: Visit) -> None:
        arrived.set()
        await visit.until_hang_up()

    async with loopback(silent) as place:
        stream = provider(http, place.url).stream(REQUEST)
        task = asyncio.ensure_future(anext(stream))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(1):
            await place.done.get()


async def test_closing_the_stream_while_holding_a_batch_closes_the_connection(
    http: Client,
) -> None:
    async with loopback(hang_after_text) as place:
        async with aclosing(provider(http, place.url).stream(REQUEST)) as stream:
            async for batch in stream:
                if TextDelta("Hel") in batch:
                    break
        async with asyncio.timeout(1):
            await place.done.get()


async def test_a_finished_connection_serves_the_next_request(http: Client) -> None:
    async def keep(visit: Visit) -> None:
        await good(visit)
        await visit.reader.readuntil(b"\r\n\r\n")
        await visit.reader.readexactly(len(visit.body))
        await good(visit)

    async with loopback(keep) as place:
        upstream = provider(http, place.url)
        for _ in range(2):
            async with aclosing(upstream.stream(REQUEST)) as stream:
                batches = [batch async for batch in stream]
            assert isinstance(batches[-1][-1], Finished)
        assert len(place.visits) == 1


async def test_a_server_that_stays_open_after_its_last_word_has_finished(http: Client) -> None:
    async def linger(visit: Visit) -> None:
        await visit.send(CHUNKED)
        await visit.chunk(text("Hi") + DONE)
        await visit.until_hang_up()

    assert isinstance((await answer(http, linger))[-1], Finished)


async def test_a_cut_body_keeps_its_text_and_is_a_broken_connection(http: Client) -> None:
    async def cut(visit: Visit) -> None:
        await visit.send(CHUNKED)
        await visit.chunk(text("Hel"))

    events = await answer(http, cut)
    assert TextDelta("Hel") in events
    last = events[-1]
    assert isinstance(last, Failed)
    assert (last.kind, last.retryable) == ("connection", True)


async def test_a_body_cut_inside_a_chunk_is_a_broken_connection(http: Client) -> None:
    async def cut(visit: Visit) -> None:
        await visit.send(CHUNKED + b"ffff\r\n" + text("Hel"))

    events = await answer(http, cut)
    assert TextDelta("Hel") in events
    assert isinstance(events[-1], Failed)


async def test_a_whole_body_without_a_terminal_is_truncated(http: Client) -> None:
    found = await failure(http, plain("200 OK", text("Hel")))
    assert found.kind == "truncated"


async def test_nobody_listening_is_a_broken_connection(http: Client) -> None:
    async with loopback(good) as place:
        url = place.url
    (batch,) = [batch async for batch in provider(http, url).stream(REQUEST)]
    (last,) = batch
    assert isinstance(last, Failed)
    assert (last.kind, last.retryable, last.code) == ("connection", True, "connect")


async def test_a_server_that_hangs_up_at_once_is_a_broken_connection(http: Client) -> None:
    async def rude(visit: Visit) -> None:
        pass

    assert (await failure(http, rude)).kind == "connection"


async def test_a_server_that_speaks_no_http_is_a_broken_connection(http: Client) -> None:
    async def other(visit: Visit) -> None:
        await visit.send(b"SSH-2.0-OpenSSH_9.2\r\n")

    assert (await failure(http, other)).kind == "connection"


async def test_a_refusal_for_now_says_how_long_to_wait(http: Client) -> None:
    body = b'{"error":{"message":"slow down","code":"rate_limit_exceeded"}}'
    found = await failure(
        http, plain("429 Too Many Requests", body, "Retry-After: 12", "X-Request-Id: req_9")
    )
    assert (found.kind, found.retry_after, found.status) == ("rate_limit", 12.0, 429)
    assert (found.message, found.request_id) == ("slow down", "req_9")


async def test_a_refusal_opens_no_stream(http: Client) -> None:
    events = await answer(http, plain("500 No", b"data: [DONE]\n\n"))
    assert [type(event) for event in events] == [Failed]


async def test_an_endless_error_page_is_read_only_so_far(http: Client) -> None:
    async def endless(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 500 No\r\n\r\n<html><title>Oh</title>")
        while True:
            await visit.send(b"x" * 65536)

    found = await failure(http, endless)
    assert (found.kind, found.message) == ("server", "Oh")


async def test_a_web_page_with_200_is_no_answer(http: Client) -> None:
    page = b"<!DOCTYPE html><title>Welcome</title>"
    found = await failure(http, plain("200 OK", page, "Content-Type: text/html"))
    assert (found.kind, found.code) == ("malformed", "html")


async def test_a_whole_json_body_is_an_answer_though_a_stream_was_asked_for(http: Client) -> None:
    body = b'{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}'
    events = await answer(http, plain("200 OK", body, "Content-Type: application/json"))
    assert events[1:] == [TextDelta("Hi"), Finished("stop", "stop")]


async def test_a_redirect_is_not_followed(http: Client) -> None:
    async with loopback(good) as elsewhere:
        found = await failure(http, plain("307 Go", b"", f"Location: {elsewhere.url}"))
        assert elsewhere.visits == []
    assert (found.kind, found.code) == ("malformed", "redirect")


async def test_no_cookie_is_kept(http: Client) -> None:
    async with loopback(plain("200 OK", text("Hi") + DONE, "Set-Cookie: a=b")) as place:
        for _ in range(2):
            async for _ in provider(http, place.url).stream(REQUEST):
                pass
        assert b"cookie" not in place.visits[-1].head.lower()


async def test_a_key_in_the_servers_complaint_is_taken_out(http: Client) -> None:
    body = b'{"error":{"message":"Wrong key secret-key-77"}}'
    found = await failure(http, plain("401 No", body), api_key="secret-key-77")
    assert found.message == "Wrong key ••••"
    streamed = b'data: {"error":{"message":"Wrong key secret-key-77"}}\n\n'
    found = await failure(http, plain("200 OK", streamed), api_key="secret-key-77")
    assert found.message == "Wrong key ••••"


async def test_a_lone_surrogate_in_the_prompt_does_not_break_the_request(http: Client) -> None:
    async with loopback(good) as place:
        odd = ChatRequest("m", (ChatMessage("user", "a\ud800"),))
        async for _ in provider(http, place.url).stream(odd):
            pass
        assert json.loads(place.visits[0].body)["messages"][0]["content"] == "a?"


async def test_a_hundred_and_fifty_answers_run_at_once(http: Client) -> None:
    running = asyncio.Semaphore(0)
    go_on = asyncio.Event()

    async def together(visit: Visit) -> None:
        running.release()
        await go_on.wait()
        await good(visit)

    async with loopback(together) as place:
        upstream = provider(http, place.url)

        async def run() -> bool:
            return isinstance([batch async for batch in upstream.stream(REQUEST)][-1][-1], Finished)

        tasks = [asyncio.create_task(run()) for _ in range(150)]
        async with asyncio.timeout(20):
            for _ in tasks:
                await running.acquire()
        go_on.set()
        assert all(await asyncio.gather(*tasks))
