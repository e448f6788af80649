"""What goes out over a socket is not held to the limit of what comes in (R17, L2).

Daphne has one limit for messages, which autobahn applies to both directions. What a page says is
short; what it is shown may be an answer of 2 MiB. So a long message goes out in frames, which
browsers put together again. How much may be on its way to one page is told by L4.
"""

from __future__ import annotations

from typing import Any

from daphne import server
from daphne.ws_protocol import WebSocketFactory

from chatsite.bounds.inbox import BoundedInbox

FRAME_BYTES = 64 * 1024


class RoomyProtocol(BoundedInbox):
    """A socket that can send a message of any length, and is bounded in what comes in."""

    def sendMessage(  # noqa: N802 (autobahn's name)
        self,
        payload: bytes,
        isBinary: bool = False,  # noqa: N803 (as above)
        **options: Any,
    ) -> None:
        if len(payload) <= FRAME_BYTES:
            super().sendMessage(payload, isBinary, **options)
            return
        self.beginMessage(isBinary)
        for start in range(0, len(payload), FRAME_BYTES):
            self.sendMessageFrame(payload[start : start + FRAME_BYTES])
        self.endMessage()


class RoomyFactory(WebSocketFactory):  # type: ignore[misc]  # as above
    """Makes such sockets."""

    protocol = RoomyProtocol


def install() -> None:
    """Let Daphne, which has no setting for it, make these."""
    server.WebSocketFactory = RoomyFactory
