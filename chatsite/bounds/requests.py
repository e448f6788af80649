"""What a request may cost before it reaches Django: bytes, headers and time (L11, L16).

Daphne reads a whole body before the application runs, and waits forever for one that comes byte
by byte; a header or a first line as well.
"""

from __future__ import annotations

from typing import Any

from daphne import server
from daphne.http_protocol import HTTPFactory, WebRequest
from django.conf import settings
from twisted.internet import reactor
from twisted.web import http

HEADERS = 100
LINGER_SECONDS = 2.0
TOO_LARGE = b"413 Content Too Large"
TOO_LATE = b"408 Request Timeout"
TOO_MUCH = b"503 Service Unavailable"
ALWAYS_BYTES = 64 * 1024
"""So much of each body is always taken: a message, as people write them."""
REMOVED = (b"Daphne-Root-Path", b"Sec-WebSocket-Protocol")
"""Headers that Daphne trusts as if a proxy had written them. No subprotocol is spoken here."""


class InboundBytes:
    """How many bytes of bodies this process holds, of all requests that are not answered yet."""

    def __init__(self) -> None:
        self.bytes = 0

    def take(self, count: int) -> bool:
        if self.bytes + count > settings.INBOUND_BYTES:
            return False
        self.bytes += count
        return True


inbound = InboundBytes()


class BoundedRequest(WebRequest):  # type: ignore[misc]  # Daphne has no types
    """Refused as soon as it is known to be too large, or when it is not complete in time."""

    def __init__(self, channel: BoundedChannel, *args: Any, **kwargs: Any) -> None:
        super().__init__(channel, *args, **kwargs)
        channel.line_came()
        self._taken = 0
        self._held = 0
        self._refused = False
        self._deadline = reactor.callLater(settings.REQUEST_SECONDS, self._refuse, TOO_LATE)

    def gotLength(self, length: int | None) -> None:  # noqa: N802 (Twisted's name)
        super().gotLength(length)
        if length is not None and length > settings.REQUEST_BYTES:
            self._refuse(TOO_LARGE)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 (Twisted's name)
        self._taken += len(data)
        if self._taken > settings.REQUEST_BYTES:
            self._refuse(TOO_LARGE)
        elif not self._hold(max(0, self._taken - ALWAYS_BYTES) - self._held):
            self._refuse(TOO_MUCH)
        elif not self._refused:
            super().handleContentChunk(data)

    def process(self) -> Any:
        self._cancel_deadline()
        if self._refused:
            return None
        if not self.method.isascii():
            return self.basic_error(400, b"Bad Request", "Invalid method")
        for name in REMOVED:
            self.requestHeaders.removeHeader(name)
        return super().process()

    def finish(self) -> None:
        self._release()
        super().finish()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802 (Twisted's name)
        self._cancel_deadline()
        self._release()
        super().connectionLost(reason)

    def _hold(self, count: int) -> bool:
        if self._refused or not inbound.take(count):
            return self._refused
        self._held += count
        return True

    def _release(self) -> None:
        inbound.bytes -= self._held
        self._held = 0

    def _refuse(self, status: bytes) -> None:
        if self._refused or self.channel is None:
            return
        self._refused = True
        self._release()
        self.channel.refuse(status)

    def _cancel_deadline(self) -> None:
        if self._deadline.active():
            self._deadline.cancel()


class BoundedChannel(http.HTTPChannel):  # type: ignore[misc]  # as above
    """A connection on which a first line may take no longer than a whole request."""

    maxHeaders = HEADERS  # noqa: N815 (Twisted's name)
    _line: Any = None

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 (Twisted's name)
        if self._line is None and not self.requests:
            self._line = reactor.callLater(settings.REQUEST_SECONDS, self.refuse, TOO_LATE)
        super().dataReceived(data)

    def line_came(self) -> None:
        if self._line is not None and self._line.active():
            self._line.cancel()
        self._line = None

    def connectionLost(self, reason: Any) -> None:  # noqa: N802 (Twisted's name)
        self.line_came()
        super().connectionLost(reason)

    def refuse(self, status: bytes) -> None:
        """Say so, drop what still comes, and close the connection once the reply could be read."""
        self.transport.write(
            b"HTTP/1.1 " + status + b"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        )
        reactor.callLater(LINGER_SECONDS, self.loseConnection)


def bounded_channel() -> Any:
    return http._GenericHTTPChannelProtocol(BoundedChannel())


class BoundedFactory(HTTPFactory):  # type: ignore[misc]  # as above
    """Channels for bounded requests."""

    protocol = staticmethod(bounded_channel)

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 (Twisted's name)
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol


def install() -> None:
    """Make Daphne, which has no setting for it, use these."""
    server.HTTPFactory = BoundedFactory
