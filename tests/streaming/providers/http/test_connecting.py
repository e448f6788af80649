"""A stop while the connection is being made: upstream sees it closed at once, whenever it came."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import suppress

import pytest

from streaming.providers.http.connections import AsyncioBackend

TURNS = 12


@pytest.fixture
def nothing_collected() -> Iterator[None]:
    """What only the garbage collector releases stays open for long."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("turns", range(TURNS))
async def test_r5_a_stop_while_connecting_leaves_no_connection(
    nothing_collected: None, turns: int
) -> None:
    """After any number of the loop's turns, so also in the one in which it came about."""
    ends: list[asyncio.Task[bytes]] = []
    came: asyncio.Queue[object] = asyncio.Queue()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends.append(asyncio.create_task(reader.read()))
        came.put_nowait(writer.get_extra_info("peername"))
        await ends[-1]
        writer.close()

    async with await asyncio.start_server(take, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        connecting = asyncio.create_task(AsyncioBackend().connect_tcp("127.0.0.1", port, 5.0))
        for _ in range(turns):
            await asyncio.sleep(0)
        if connecting.done():
            await connecting.result().aclose()
        connecting.cancel()
        with suppress(asyncio.CancelledError):
            await connecting
        async with asyncio.timeout(5):
            # Connections are accepted in their order: after a later one, that one was seen.
            _, later = await asyncio.open_connection("127.0.0.1", port)
            while await came.get() != later.get_extra_info("sockname"):
                pass
            later.close()
            assert await asyncio.gather(*ends) == [b""] * len(ends)
