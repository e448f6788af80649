"""No test can reach beyond this machine."""

from __future__ import annotations

import asyncio
import socket

import pytest

from tests.support.isolation.network import OutsideNetworkError


def test_a_connection_beyond_this_machine_is_an_error() -> None:
    with socket.socket() as outgoing, pytest.raises(OutsideNetworkError):
        outgoing.connect(("192.0.2.1", 80))


async def test_asyncio_is_held_back_too() -> None:
    with pytest.raises(OutsideNetworkError):
        await asyncio.open_connection("192.0.2.1", 80)


def test_a_name_of_another_machine_is_not_looked_up() -> None:
    with pytest.raises(OutsideNetworkError):
        socket.create_connection(("chat.example.org", 443), timeout=1)


async def test_this_machine_can_be_reached() -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("localhost", port)
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
