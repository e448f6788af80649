"""Limits of the server itself: L2 on sockets, L11 and L16 on requests."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.support.site import Site
from tests.support.visitor import Visitor

pytestmark = pytest.mark.server

MOST_BYTES = 4 * 1024 * 1024
MOST_MESSAGE = 327_680


async def status_of(site: Site, *parts: bytes) -> int:
    """The status of the reply to these bytes; 0 if the connection ends without one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    try:
        async with asyncio.timeout(20):
            for part in parts:
                writer.write(part)
                await writer.drain()
            line = await reader.readline()
    finally:
        writer.close()
    return int(line.split()[1]) if line else 0


def post(site: Site, *headers: str) -> bytes:
    lines = ["POST /send/ HTTP/1.1", f"Host: 127.0.0.1:{site.port}", *headers, "", ""]
    return "\r\n".join(lines).encode()


async def test_l11_a_body_at_the_limit_is_read_and_one_byte_more_is_refused_unread(
    shared_site: Site,
) -> None:
    length = f"Content-Length: {MOST_BYTES}"
    assert await status_of(shared_site, post(shared_site, length), b"x" * MOST_BYTES) == 403
    more = f"Content-Length: {MOST_BYTES + 1}"
    assert await status_of(shared_site, post(shared_site, more)) == 413


async def test_l11_a_body_of_unknown_length_is_refused_once_it_is_too_long(
    shared_site: Site,
) -> None:
    head = post(shared_site, "Transfer-Encoding: chunked")
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    assert await status_of(shared_site, head, *[chunk] * 64, b"0\r\n\r\n") == 403
    assert await status_of(shared_site, head, *[chunk] * 65) == 413


async def test_l16_a_request_that_does_not_come_to_an_end_is_given_up(tmp_path: Path) -> None:
    site = Site(tmp_path / "data", REQUEST_SECONDS="1")
    try:
        site.start()
        head = post(site, "Content-Length: 10")
        assert await status_of(site, head, b"slow") == 408
        assert await status_of(site, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n") == 408
        assert await status_of(site, post(site, "Content-Length: 4"), b"fast") == 403
    finally:
        site.end()


async def test_l16_headers_are_bounded_in_number_and_size(shared_site: Site) -> None:
    def headers(count: int) -> bytes:
        return post(shared_site, *[f"X-{number}: y" for number in range(count)])

    assert await status_of(shared_site, headers(99)) == 403
    assert await status_of(shared_site, headers(100)) == 400
    assert await status_of(shared_site, post(shared_site, f"X-Long: {'y' * 15_000}")) == 403
    assert await status_of(shared_site, post(shared_site, f"X-Long: {'y' * 16_384}")) in (0, 400)


async def test_l2_a_message_at_the_limit_is_heard_and_one_byte_more_closes_the_socket(
    shared_site: Site,
) -> None:
    async with Visitor(shared_site) as visitor:
        sent = await visitor.send("Hello", "demo/demo-brief")
        watcher = visitor.watch_on(sent)
        async with watcher.connected(follow=False) as socket:
            await socket.send("x" * MOST_MESSAGE)
            assert json.loads(await socket.recv(decode=True))["type"] == "error"
            await socket.send("x" * (MOST_MESSAGE + 1))
            await asyncio.wait_for(socket.wait_closed(), 30)
            assert socket.close_code in (1006, 1009)  # Daphne drops the connection instead
