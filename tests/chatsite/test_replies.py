"""A streamed reply waits for its reader, and lets one go that takes nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from chatsite.bounds import replies

MORE = {"type": "http.response.body", "body": b"x" * 100, "more_body": True}
LAST = {"type": "http.response.body", "body": b"", "more_body": False}


class Connection:
    """As far as a reply looks at Daphne's protocol, Twisted's channel and its transport."""

    def __init__(self) -> None:
        self.channel = self.transport = self
        self.dataBuffer, self.offset, self._tempDataLen = b"", 0, 0
        self.disconnected = self.aborted = False

    def abortConnection(self) -> None:  # noqa: N802 (Twisted's name)
        self.aborted = self.disconnected = True


@pytest.fixture
def connection(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Connection:
    settings.SOCKET_UNREAD_BYTES = 150
    monkeypatch.setattr(replies, "LOOK_SECONDS", 0.005)

    async def handle(_server: Any, protocol: Connection, message: dict[str, Any]) -> None:
        protocol._tempDataLen += len(message["body"])

    monkeypatch.setattr(replies, "_handle_reply", handle)
    return Connection()


async def test_it_waits_while_too_much_is_unread(connection: Connection) -> None:
    await asyncio.wait_for(replies.handle_reply(None, connection, MORE), 1)
    waiting = asyncio.create_task(replies.handle_reply(None, connection, MORE))
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done
    connection._tempDataLen = 10
    await asyncio.wait_for(waiting, 1)
    assert not connection.aborted


async def test_who_takes_nothing_is_let_go(connection: Connection, settings: Any) -> None:
    settings.SOCKET_UNREAD_SECONDS = 0.02
    connection.dataBuffer = b"x" * 500
    await asyncio.wait_for(replies.handle_reply(None, connection, MORE), 1)
    assert connection.aborted


async def test_the_last_piece_and_a_lost_connection_wait_for_nobody(connection: Connection) -> None:
    connection.dataBuffer = b"x" * 500
    await asyncio.wait_for(replies.handle_reply(None, connection, LAST), 1)
    connection.disconnected = True
    await asyncio.wait_for(replies.handle_reply(None, connection, MORE), 1)
