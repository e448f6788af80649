"""The demo upstream as an HTTP server: connections, hang-ups, pace, and what it remembers."""

from __future__ import annotations

import asyncio
import re
import time

import httpx
import pytest

from tests.streaming.demo.client import Visitor, visiting


@pytest.mark.parametrize(
    ("model", "deltas"), [("demo-silent", 0), ("demo-stall", 40), ("demo-slow", 3)]
)
async def test_a_hang_up_is_noticed_at_once_also_in_silence(model: str, deltas: int) -> None:
    async with visiting() as visitor:
        asking = asyncio.create_task(visitor.ask(model))
        await visitor.has_running(model, deltas)
        hung_up = time.time()
        asking.cancel()
        await asyncio.wait([asking])
        visit = await visitor.has_logged(model)
    assert visit["client_hung_up"]
    assert visit["deltas"] >= deltas
    assert 0 <= visit["closed"] - hung_up < 0.1
    assert re.fullmatch(
        rf"\d{{4}}-\S+ {model}: client hung up after {visit['deltas']} deltas", visitor.said[0]
    )


async def test_an_answer_that_ended_is_no_hang_up() -> None:
    async with visiting() as visitor:
        answer = await visitor.ask("demo-brief")
        visit = await visitor.has_logged("demo-brief")
    assert visit["status"] == 200
    assert not visit["client_hung_up"]
    assert visit["deltas"] == len(answer.deltas)
    assert visit["characters"] == len(answer.text)
    assert visit["opened"] <= visit["first_delta"] <= visit["closed"]
    assert visitor.said == []


async def test_one_connection_serves_many_requests() -> None:
    async with visiting() as visitor:
        await visitor.ask("demo-brief")
        await visitor.ask("demo-broken")
        await visitor.ask("demo-brief")
        host, port = visitor.demo.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        writer.write(b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answers = await reader.read()
        writer.close()
        await writer.wait_closed()
        assert answers.count(b"HTTP/1.1 200") == 2
        assert answers.count(b"HTTP/1.1 404") == 1
        assert len(visitor.demo.connections) == 1


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"NONSENSE\r\n\r\n", b"400"),
        (b"GET /v1/models HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 100_000, b"431"),
        (b"DELETE /v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"405"),
    ],
)
async def test_a_bad_request_gets_a_status_and_the_server_lives(
    request_bytes: bytes, status: bytes
) -> None:
    async with visiting() as visitor:
        host, port = visitor.demo.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(request_bytes)
        assert (await reader.read()).startswith(b"HTTP/1.1 " + status)
        writer.close()
        assert (await visitor.ask("demo-brief")).finish == "stop"


async def test_http_1_0_is_answered_without_chunks() -> None:
    async with visiting() as visitor:
        host, port = visitor.demo.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        body = b'{"model":"demo-brief","stream":true,"messages":[{"role":"user","content":"x"}]}'
        head = b"POST /v1/chat/completions HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % len(body)
        writer.write(head + body)
        answer = await reader.read()
        writer.close()
    assert answer.endswith(b"data: [DONE]\n\n")
    assert b"\r\n\r\ndata: {" in answer


async def test_deltas_come_at_their_pace_each_in_its_own_read() -> None:
    async with visiting() as visitor:
        arrivals = await arrivals_of(visitor, "demo-load-100-8-60")
    # A schedule that drifted by a millisecond a delta would be 60 ms late at the end.
    assert len(arrivals) >= 50
    assert arrivals[-1] - arrivals[0] == pytest.approx(0.6, abs=0.045)


async def arrivals_of(visitor: Visitor, model: str) -> list[float]:
    body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "x"}]}
    async with visitor.client.stream("POST", "/v1/chat/completions", json=body) as response:
        return [time.monotonic() async for _ in response.aiter_bytes()]


async def test_a_client_that_does_not_read_is_not_written_to_without_end() -> None:
    async with visiting() as visitor:
        model = "demo-load-9999-999-9999"
        body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "x"}]}
        async with visitor.client.stream("POST", "/v1/chat/completions", json=body):
            # It would have written everything after 1 s, and 10 MB fit in no socket's buffers.
            await asyncio.sleep(1.5)
            running = (await visitor.client.get("/_demo/running")).json()
    assert 0 < running[0]["deltas"] < 9999


async def test_leaving_ends_running_answers() -> None:
    async with visiting() as visitor:
        asking = asyncio.create_task(visitor.ask("demo-slow"))
        await visitor.has_running("demo-slow", 1)
        await visitor.demo.__aexit__()
        assert (await asking).cut
        with pytest.raises(httpx.ConnectError):
            await visitor.ask("demo-brief")
    assert visitor.said == []
