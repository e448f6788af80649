"""Writes the answers of one connection: their heads through h11, most of a body past it."""

from __future__ import annotations

import asyncio

import h11

Headers = list[tuple[str, str]]


class ResponseWriter:
    """Knows nothing of who asks, and leaves it to the connection when an answer ends."""

    def __init__(self, http: h11.Connection, transport: asyncio.Transport) -> None:
        self._http = http
        self._transport = transport
        self._chunked = True

    def send(self, *events: h11.Event) -> None:
        parts = [self._http.send(event) for event in events]
        self._transport.write(b"".join(part for part in parts if part))

    def reply(self, status: int, body: bytes, headers: Headers) -> None:
        """A JSON value as the whole body."""
        fields = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            *headers,
        ]
        self.send(h11.Response(status_code=status, headers=fields), h11.Data(data=body))

    def begin(self, headers: Headers, first: bytes) -> None:
        """The head of a body that comes in chunks, and its first bytes."""
        self._chunked = (self._http.their_http_version or b"") >= b"1.1"
        framing = [("Transfer-Encoding", "chunked")] if self._chunked else []
        response = h11.Response(status_code=200, headers=[*headers, *framing])
        data = [h11.Data(data=first)] if first else []
        self.send(response, *data)

    def chunk(self, payload: bytes) -> None:
        # Not through h11: a chunk does not change its state, and would cost more than the rest.
        if not payload:
            return  # an empty chunk would end the body
        if self._chunked:
            payload = b"%x\r\n%b\r\n" % (len(payload), payload)
        self._transport.write(payload)

    def broken_chunk(self, rest: bytes) -> None:
        """The beginning of a chunk that announces more bytes, so no client takes it for an end."""
        if rest:
            self._transport.write(b"%x\r\n%b" % (len(rest) + 100, rest))

    def refuse(self, status: int) -> None:
        """Answer a request that cannot be read, if an answer can still be sent."""
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            fields = [("Content-Length", "0"), ("Connection", "close")]
            self.send(h11.Response(status_code=status, headers=fields), h11.EndOfMessage())
