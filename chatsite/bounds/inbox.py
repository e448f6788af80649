"""How much a socket may leave in this process's memory before it is read (L2, L3).

Daphne puts every message into a queue without a limit, and keeps all that comes before a socket
was accepted.
"""

from __future__ import annotations

from typing import Any

from daphne.ws_protocol import WebSocketProtocol
from django.conf import settings

from streaming.live.protocol import TOO_MANY_COMMANDS
from streaming.live.rate_limit import RateLimit


class BoundedInbox(WebSocketProtocol):  # type: ignore[misc]  # Daphne has no types
    """A socket that is closed when its messages come faster than they are read."""

    _early = _queued = 0
    _full = False

    def onConnect(self, request: Any) -> Any:  # noqa: N802 (Autobahn's name)
        self._pings = RateLimit(settings.SOCKET_COMMANDS_A_SECOND, settings.SOCKET_COMMANDS_AT_ONCE)
        return super().onConnect(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 (Twisted's name)
        """Before it is accepted a socket may send no more than one message."""
        if self.state == self.STATE_CONNECTING:
            self._early += len(data)
            if self._early > settings.SOCKET_MESSAGE_BYTES:
                self.dropConnection(abort=True)
                return
        super().dataReceived(data)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803 (as above)
        if self._full:
            return
        waiting = self.application_queue.qsize()
        self._queued = self._queued + len(payload) if waiting else len(payload)
        too_many = waiting >= settings.SOCKET_QUEUE_MESSAGES
        if too_many or self._queued > settings.SOCKET_QUEUE_BYTES:
            self._full = True
            self.sendClose(TOO_MANY_COMMANDS)
        else:
            super().onMessage(payload, isBinary)

    def onPing(self, payload: bytes) -> None:  # noqa: N802 (Autobahn's name)
        """Each is answered, and answers that the other side does not read pile up."""
        if self._pings.take():
            super().onPing(payload)
        else:
            self.dropConnection(abort=True)
