"""Requests that never end, memory that strangers can take, and malformed headers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.server.requests.test_request_limits import MOST_BYTES, post, status_of
from tests.support.site import Site
from tests.support.visitor import Visitor

pytestmark = pytest.mark.server

SECONDS = 4
INBOUND_MB = 8
SOCKET_HEADERS = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


@pytest.fixture(scope="module")
def strict_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that gives requests little time and little memory."""
    site = Site(
        Path(tmp_path_factory.mktemp("strict")),
        REQUEST_SECONDS=str(SECONDS),
        INBOUND_MB=str(INBOUND_MB),
    )
    try:
        site.start()
        yield site
    finally:
        site.end()


async def drip(site: Site, first: bytes) -> float:
    """Sends these bytes, then a letter ten times a second; the seconds until the 408 comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    began = time.monotonic()
    answer = asyncio.create_task(reader.readline())
    writer.write(first)
    while not answer.done():
        writer.write(b"G")
        await asyncio.wait({answer}, timeout=0.1)
    writer.close()
    assert answer.result().split()[1] == b"408"
    return time.monotonic() - began


async def test_l16_a_first_line_that_comes_byte_by_byte_is_given_up(strict_site: Site) -> None:
    """The first line of a second request on the same connection, too."""
    head = f"HEAD /healthz HTTP/1.1\r\nHost: 127.0.0.1:{strict_site.port}\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", strict_site.port)
    writer.write(head)
    assert b"200" in await reader.readline()
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"GET /")
    took = await asyncio.gather(drip(strict_site, b"G"), drip(strict_site, b"GET /healthz HTT"))
    assert min(took) >= SECONDS
    assert (await asyncio.wait_for(reader.readline(), 30)).split()[1] == b"408"
    writer.close()


async def test_r15_bodies_that_are_held_are_bounded_in_all_and_messages_still_come_through(
    strict_site: Site,
) -> None:
    """Only what exceeds the first 64 KiB of each counts."""
    small = 64 * 1024
    at_most, more = (post(strict_site, f"Content-Length: {size}") for size in (small, small * 4))
    status = 0
    while status != 503:  # again, if the two timed out meanwhile
        async with two_that_hold_all(strict_site):
            status = await status_of(strict_site, more, b"x" * small * 4)
            assert await status_of(strict_site, at_most, b"x" * small) == 403
    while status != 403:  # once the site has noticed that they are closed
        status = await status_of(strict_site, more, b"x" * small * 4)


@asynccontextmanager
async def two_that_hold_all(site: Site) -> AsyncIterator[None]:
    most = post(site, f"Content-Length: {MOST_BYTES}") + b"x" * (MOST_BYTES - 1)
    writers = []
    for _ in range(2):
        _, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(most)
        await writer.drain()
        writers.append(writer)
    yield
    for writer in writers:
        writer.close()


ODD = [
    b"Sec-WebSocket-Protocol: caf\xe9",
    b"Sec-WebSocket-Protocol: \xff\xfe, \x80",
    b"Sec-WebSocket-Protocol: %FF%00,,,",
    b"Sec-WebSocket-Protocol: chat, chat",
    b"Sec-WebSocket-Extensions: \xe9;;=",
    b"Daphne-Root-Path: /caf\xe9",
    b"Origin: \xe9://\xe9",
    b"X-\xe9: y",
    b"Cookie: \xff",
]


@pytest.mark.parametrize("socket", [True, False], ids=["socket", "page"])
@pytest.mark.parametrize("header", ODD, ids=ascii)
async def test_an_odd_header_is_no_trace_in_the_log(
    strict_site: Site, header: bytes, socket: bool
) -> None:
    headers = SOCKET_HEADERS if socket else ()
    path = "/ws/c/00000000-0000-0000-0000-000000000000/" if socket else "/login/"
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{strict_site.port}", *headers]
    head = "\r\n".join(lines).encode() + b"\r\n" + header + b"\r\n\r\n"
    assert await status_of(strict_site, head) in (101, 200, 400, 403)
    assert "Traceback" not in "".join(strict_site.running.printed)


async def test_an_odd_method_is_no_trace_in_the_log(strict_site: Site) -> None:
    head = f" / HTTP/1.1\r\nHost: 127.0.0.1:{strict_site.port}\r\n\r\n".encode()
    for method in (b"G\xe9T", b"\xff"):
        assert await status_of(strict_site, method + head) in (400, 405)
    assert "Traceback" not in "".join(strict_site.running.printed)


async def test_what_is_sent_is_not_sent_back_to_who_traces(shared_site: Site) -> None:
    async with Visitor(shared_site) as visitor:
        reply = await visitor.http.request("TRACE", "/", headers={"X-Mark": "the request's mark"})
        assert reply.status_code >= 300
        assert "the request's mark" not in reply.text


async def test_a_header_cannot_move_the_site_below_another_address(strict_site: Site) -> None:
    async with Visitor(strict_site) as visitor:
        reply = await visitor.http.get("/", headers={"Daphne-Root-Path": "//elsewhere.example"})
        assert "elsewhere.example" not in reply.text


async def test_l3_messages_that_come_faster_than_they_can_be_read_close_the_socket(
    shared_site: Site,
) -> None:
    """Who is still sending seconds later, and reads only then, is told why as well."""
    async with Visitor(shared_site) as visitor:
        sent = await visitor.send("Hello", "demo/demo-brief")
        watcher = visitor.watch_on(sent)
        async with watcher.connected(follow=False) as socket:
            socket.transport.pause_reading()
            with suppress(ConnectionClosed):
                for _ in range(2):
                    for _ in range(1000):
                        await socket.send("x" * 100)
                    await asyncio.sleep(2)
            socket.transport.resume_reading()
            await asyncio.wait_for(socket.wait_closed(), 30)
            assert socket.close_code in (4400, 4429)
