"""What is sent over a socket may be longer than what is received (R17, L2).

Daphne has one limit for messages, which autobahn applies to both directions. What a page says is
short; what it is shown may be an answer of 2 MiB. So a long message is sent in several frames,
which browsers put together again. How much may be on its way to one page is limit L4.
"""

from __future__ import annotations

from typing import Any

from daphne import server
from daphne.ws_protocol import WebSocketFactory
from django.conf import settings

from chatsite.bounds.direct_write import write_at_once
from chatsite.bounds.inbox import BoundedInbox

FRAME_BYTES = 64 * 1024


class RoomyProtocol(BoundedInbox):
    """A socket that can send messages of any length, at once; what it receives is bounded.

    A page may leave before the application hears of it: what is sent until then is dropped.
    """

    def sendMessage(  # noqa: N802 (autobahn's name)
        self,
        payload: bytes,
        isBinary: bool = False,  # noqa: N803 (as above)
        **options: Any,
    ) -> None:
        if self.state != self.STATE_OPEN:
            return
        if len(payload) <= FRAME_BYTES:
            super().sendMessage(payload, isBinary, **options)
            return
        self.beginMessage(isBinary)
        for start in range(0, len(payload), FRAME_BYTES):
            self.sendMessageFrame(payload[start : start + FRAME_BYTES])
        self.endMessage()

    def sendData(  # noqa: N802 (autobahn's name)
        self, data: bytes, sync: bool = False, chopsize: int | None = None
    ) -> None:
        if sync or chopsize or self.send_queue:
            super().sendData(data, sync, chopsize)
        else:
            write_at_once(self.transport, data)


class RoomyFactory(WebSocketFactory):  # type: ignore[misc]  # as above
    """Makes such sockets, which wait for the other side to hear why they close.

    After autobahn's one second the connection is cut, and what was sent last, the code that says
    why, is lost on a slow way.
    """

    protocol = RoomyProtocol

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setProtocolOptions(closeHandshakeTimeout=settings.SOCKET_CLOSE_SECONDS)


def install() -> None:
    """Make Daphne, which has no setting for it, use these."""
    server.WebSocketFactory = RoomyFactory
