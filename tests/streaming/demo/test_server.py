"""The demo upstream as an HTTP server: connections, hang-ups, timing, and its log of visits."""

from __future__ import annotations

import asyncio
import re
import time

import httpx
import pytest

from tests.streaming.demo.client import DemoClient, demo_client


@pytest.mark.parametrize(
    ("model", "deltas"), [("demo-silent", 0), ("demo-stall", 40), ("demo-slow", 3)]
)
async def test_a_hang_up_is_noticed_at_once_also_in_silence(model: str, deltas: int) -> None:
    async with demo_client() as demo:
        asking = asyncio.create_task(demo.ask(model))
        await demo.wait_until_running(model, deltas)
        hung_up = time.time()
        asking.cancel()
        await asyncio.wait([asking])
        visit = await demo.wait_for_visit(model)
    assert visit["client_hung_up"]
    assert visit["deltas"] >= deltas
    assert 0 <= visit["closed"] - hung_up < 0.1
    assert re.fullmatch(
        rf"\d{{4}}-\S+ {model}: client hung up after {visit['deltas']} deltas", demo.log_lines[0]
    )


async def test_an_answer_that_ended_is_no_hang_up() -> None:
    async with demo_client() as demo:
        answer = await demo.ask("demo-brief")
        visit = await demo.wait_for_visit("demo-brief")
    assert visit["status"] == 200
    assert not visit["client_hung_up"]
    assert visit["deltas"] == len(answer.deltas)
    assert visit["characters"] == len(answer.text)
    assert visit["opened"] <= visit["first_delta"] <= visit["closed"]
    assert demo.log_lines == []


async def test_one_connection_serves_many_requests() -> None:
    async with demo_client() as demo:
        await demo.ask("demo-brief")
        await demo.ask("demo-broken")
        await demo.ask("demo-brief")
        host, port = demo.upstream.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        writer.write(b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answers = await reader.read()
        writer.close()
        await writer.wait_closed()
        assert answers.count(b"HTTP/1.1 200") == 2
        assert answers.count(b"HTTP/1.1 404") == 1
        assert len(demo.upstream.connections) == 1


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
    async with demo_client() as demo:
        host, port = demo.upstream.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(request_bytes)
        assert (await reader.read()).startswith(b"HTTP/1.1 " + status)
        writer.close()
        assert (await demo.ask("demo-brief")).finish == "stop"


async def test_http_1_0_is_answered_without_chunks() -> None:
    async with demo_client() as demo:
        host, port = demo.upstream.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        body = b'{"model":"demo-brief","stream":true,"messages":[{"role":"user","content":"x"}]}'
        head = b"POST /v1/chat/completions HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % len(body)
        writer.write(head + body)
        answer = await reader.read()
        writer.close()
    assert answer.endswith(b"data: [DONE]\n\n")
    assert b"\r\n\r\ndata: {" in answer


async def test_deltas_come_at_their_pace_each_in_its_own_read() -> None:
    async with demo_client() as demo:
        arrivals = await arrivals_of(demo, "demo-load-100-8-60")
    # A schedule that drifted by a millisecond a delta would be 60 ms late at the end.
    assert len(arrivals) >= 50
    assert arrivals[-1] - arrivals[0] == pytest.approx(0.6, abs=0.045)


async def arrivals_of(demo: DemoClient, model: str) -> list[float]:
    body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "x"}]}
    async with demo.http.stream("POST", "/v1/chat/completions", json=body) as response:
        return [time.monotonic() async for _ in response.aiter_bytes()]


async def test_a_client_that_does_not_read_is_not_written_to_without_end() -> None:
    async with demo_client() as demo:
        model = "demo-load-9999-999-9999"
        body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "x"}]}
        async with demo.http.stream("POST", "/v1/chat/completions", json=body):
            # Unread it would be written whole in 1 s, and 10 MB fit in no socket's buffers.
            written = await written_when_at_rest(demo)
    assert 0 < written < 9999


async def written_when_at_rest(demo: DemoClient) -> int:
    """The deltas of the only running answer, once twenty requests in a row saw no new one."""
    seen: list[int] = []
    while len(seen) < 20 or seen[0] == 0:
        deltas = await demo.running_deltas()
        seen = [*seen, deltas] if deltas in seen else [deltas]
    return seen[0]


async def test_leaving_ends_running_answers() -> None:
    async with demo_client() as demo:
        asking = asyncio.create_task(demo.ask("demo-slow"))
        await demo.wait_until_running("demo-slow", 1)
        await demo.upstream.__aexit__()
        assert (await asking).cut
        with pytest.raises(httpx.ConnectError):
            await demo.ask("demo-brief")
    assert demo.log_lines == []
