"""What model servers say of their work: read from their own words, asked of one's own only."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from streaming.providers.http.client import Client
from streaming.providers.http.server_load import SOURCES
from streaming.providers.registry import provider_for
from tests.streaming.providers.http.asking import http, provider
from tests.support.network.loopback import CHUNKED, Visit

__all__ = ["http"]

READ = {source.path: source.read for source in SOURCES}

VLLM = b"""\
# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="a{b}"} 2.0
vllm:num_requests_waiting{engine="0",model_name="c"} 1.0
vllm:num_requests_running_total 77
"""


@pytest.mark.parametrize(
    ("path", "body", "load"),
    [
        ("/slots", b'[{"id":0,"is_processing":true},{"id":1,"is_processing":false}]', 1),
        ("/slots", b'[{"id":0,"is_processing":false}]', 0),
        ("/slots", b"[]", None),
        ("/slots", b'{"error":{"code":501,"message":"not supported"}}', None),
        ("/slots", b'[{"id":0}]', None),
        ("/slots", b"<html>", None),
        ("/metrics", VLLM.replace(b"a{b}", b"ab"), 3),
        ("/metrics", b"sglang:num_running_reqs 0.0\nsglang:num_queue_reqs 0\n", 0),
        ("/metrics", b"process_cpu_seconds_total 1.5\n", None),
        ("/metrics", b"vllm:num_requests_running 1e999\n", None),
        ("/metrics", b"vllm:num_requests_running .e+\n", None),
        ("/metrics", b"\xff\xfe", None),
    ],
)
def test_the_load_is_read_from_the_servers_own_words(
    path: str, body: bytes, load: int | None
) -> None:
    assert READ[path](body) == load


class Machine:
    """A server that answers each path with what the test says, and remembers what was asked."""

    def __init__(self, **replies: bytes) -> None:
        self.replies = {f"/{path}": body for path, body in replies.items()}
        self.asked: list[str] = []
        self.url = ""

    async def __aenter__(self) -> Machine:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ")[1].decode()
        self.asked.append(path)
        body = self.replies.get(path)
        visit = Visit(reader, writer)
        if body is None:
            await visit.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        else:
            await visit.send(CHUNKED.replace(b"text/event-stream", b"text/plain"))
            await visit.chunk(body)
            await visit.end()
        writer.close()


async def test_a_server_is_asked_at_its_root_and_then_only_where_it_told(http: Client) -> None:
    async with Machine(metrics=b"vllm:num_requests_running 1\n") as machine:
        upstream = provider(http, f"{machine.url}/v1")
        assert [await upstream.load(), await upstream.load()] == [1, 1]
    assert machine.asked == ["/slots", "/metrics", "/metrics"]


async def test_a_server_that_does_not_tell_is_asked_once(http: Client) -> None:
    async with Machine() as machine:
        upstream = provider(http, f"{machine.url}/v1")
        assert [await upstream.load(), await upstream.load()] == [None, None]
    assert machine.asked == ["/slots", "/metrics"]


@pytest.mark.parametrize(
    ("host", "options", "asks"),
    [
        ("api.example.com", {}, False),
        ("api.example.com", {"load": True}, True),
        ("192.168.1.5:8000", {}, True),
        ("gpu.local", {}, True),
    ],
)
async def test_only_a_server_of_ones_own_is_asked(
    http: Client, host: str, options: dict[str, Any], *, asks: bool
) -> None:
    upstream = provider_for(provider(http, f"http://{host}/v1", options=options).config, http)
    asked: list[str] = []

    async def send(request: Any, **named: Any) -> Any:
        asked.append(str(request.url))
        raise TimeoutError

    http.send = send  # type: ignore[method-assign]  # nothing leaves this machine
    assert await upstream.load() is None
    assert asked == ([f"http://{host}/slots", f"http://{host}/metrics"] if asks else [])
