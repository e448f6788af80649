"""Model servers on this machine are found; what else listens there is not taken for one."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from streaming.providers.discovery import find
from tests.support.site import free_port
from tests.support.upstream import Upstream

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nhome"


async def test_a_server_that_lists_models_is_a_provider(upstream: Upstream) -> None:
    port = int(urlsplit(upstream.url).port or 0)
    (found,) = await find({("127.0.0.1", port), ("127.0.0.1", free_port())})
    assert (found.format, found.base_url) == ("chat", f"http://127.0.0.1:{port}/v1")
    assert (found.name, found.slug) == (f"127.0.0.1:{port}", f"127-0-0-1-{port}")
    assert not found.demo


async def test_what_is_no_model_server_is_left_alone() -> None:
    async def show_a_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(PAGE)
        await writer.drain()
        writer.close()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with (
        await asyncio.start_server(show_a_page, "127.0.0.1") as page,
        await asyncio.start_server(say_nothing, "127.0.0.1") as silence,
    ):
        places = {server.sockets[0].getsockname()[:2] for server in (page, silence)}
        assert await find(places) == ()
