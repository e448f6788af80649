"""A reply that is streamed waits for its reader: what is not read yet is bounded (L4).

Daphne hands every piece to the connection at once, which keeps all that the other side does not
take. Here a piece is done once the connection holds little, so who makes the pieces waits; a reader
that takes nothing for SOCKET_UNREAD_SECONDS is let go.
"""

from __future__ import annotations

import asyncio
from typing import Any

from daphne import server
from django.conf import settings

LOOK_SECONDS = 0.05

_handle_reply = server.Server.handle_reply


async def handle_reply(self: Any, protocol: Any, message: Any) -> None:
    await _handle_reply(self, protocol, message)
    if message.get("type") == "http.response.body" and message.get("more_body", False):
        await _until_read(protocol)


async def _until_read(protocol: Any) -> None:
    loop = asyncio.get_running_loop()
    unread, since = _unread(protocol), loop.time()
    while unread > settings.SOCKET_UNREAD_BYTES:
        await asyncio.sleep(LOOK_SECONDS)
        now = _unread(protocol)
        if now < unread:
            since = loop.time()
        elif loop.time() - since > settings.SOCKET_UNREAD_SECONDS:
            protocol.channel.transport.abortConnection()
            return
        unread = now


def _unread(protocol: Any) -> int:
    """Bytes that the connection holds; none once it is gone."""
    channel = getattr(protocol, "channel", None)
    transport = getattr(channel, "transport", None)
    if transport is None or getattr(transport, "disconnected", False):
        return 0
    held = getattr(transport, "dataBuffer", b""), getattr(transport, "offset", 0)
    return len(held[0]) - held[1] + int(getattr(transport, "_tempDataLen", 0))


def install() -> None:
    """Make Daphne, which has no setting for it, use this."""
    server.Server.handle_reply = handle_reply
