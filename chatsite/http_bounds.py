"""What a request may cost before it reaches Django: bytes, headers and time (L11, L16).

Daphne takes a body whole before the application runs, and waits for ever for one that comes
byte by byte.
"""

from __future__ import annotations

from typing import Any

from daphne import server
from daphne.http_protocol import HTTPFactory, WebRequest
from django.conf import settings
from twisted.internet import reactor

HEADERS = 100
LINGER_SECONDS = 2.0
TOO_LARGE = b"413 Content Too Large"
TOO_LATE = b"408 Request Timeout"


class BoundedRequest(WebRequest):  # type: ignore[misc]  # Daphne has no types
    """Is refused as soon as it is known to be too large, and when it is not whole in time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taken = 0
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
        elif not self._refused:
            super().handleContentChunk(data)

    def process(self) -> Any:
        self._stop_the_clock()
        return None if self._refused else super().process()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802 (Twisted's name)
        self._stop_the_clock()
        super().connectionLost(reason)

    def _refuse(self, status: bytes) -> None:
        """Say so, drop what still comes, and hang up once that could be read."""
        if self._refused or self.channel is None:
            return
        self._refused = True
        self.channel.transport.write(
            b"HTTP/1.1 " + status + b"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        )
        reactor.callLater(LINGER_SECONDS, self.channel.loseConnection)

    def _stop_the_clock(self) -> None:
        if self._deadline.active():
            self._deadline.cancel()


class BoundedFactory(HTTPFactory):  # type: ignore[misc]  # as above
    """Channels for bounded requests."""

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 (Twisted's name)
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        protocol._channel.maxHeaders = HEADERS
        return protocol


def install() -> None:
    """Let Daphne, which has no setting for it, make these."""
    server.HTTPFactory = BoundedFactory
