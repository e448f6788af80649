"""The demo sends malformed replies, as upstreams and the proxies before them do."""

from __future__ import annotations

import time
import zlib

import httpx

from tests.streaming.demo.client import DemoClient, demo_client


async def body_of(
    demo: DemoClient, model: str, enough: int = 1 << 20
) -> tuple[httpx.Response, bytes]:
    """The answer's head and its raw body, as far as `enough` bytes."""
    body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "Hi"}]}
    data = b""
    async with demo.http.stream("POST", "/v1/chat/completions", json=body) as response:
        async for piece in response.aiter_raw():
            data += piece
            if len(data) > enough:
                break
    return response, data


async def test_a_web_page_comes_with_200() -> None:
    async with demo_client() as demo:
        response, data = await body_of(demo, "demo-page")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")
    assert data.startswith(b"<!doctype html>")


async def test_garbage_comes_as_events() -> None:
    async with demo_client() as demo:
        _, data = await body_of(demo, "demo-garbage")
    assert data.startswith(b"data: {'not'")


async def test_a_line_may_be_endless() -> None:
    async with demo_client() as demo:
        _, data = await body_of(demo, "demo-long-line", 8 << 20)
    assert data.startswith(b"data: aaaa")
    assert b"\n" not in data


async def test_a_bomb_is_small_and_unpacks_to_much() -> None:
    async with demo_client() as demo:
        response, data = await body_of(demo, "demo-bomb")
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(data) < 300_000
    first = zlib.decompressobj(31)
    assert first.decompress(data) == b"data: "
    assert len(zlib.decompressobj(31).decompress(first.unused_data)) == 1_000_000


async def test_a_redirect_leads_elsewhere() -> None:
    async with demo_client() as demo:
        response, _ = await body_of(demo, "demo-elsewhere")
    assert (response.status_code, response.headers["Location"]) == (307, "/v1/models")


async def test_keep_alives_may_come_for_ever() -> None:
    async with demo_client(speed=200) as demo:
        started = time.monotonic()
        _, data = await body_of(demo, "demo-drip", 600)
    assert set(data.split(b"\n\n")[1:-1]) == {b": keep-alive"}
    assert time.monotonic() - started > 0.1
