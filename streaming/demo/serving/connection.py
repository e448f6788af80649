"""One HTTP/1.1 connection: h11 reads the requests, and most of an answer is written past it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any, Protocol, cast

import h11

from streaming.demo.serving.visit_log import LoggedVisit

MAX_BODY_BYTES = 32 * 1024 * 1024
MAX_AHEAD_BYTES = 64 * 1024
MAX_HEADER_BYTES = 64 * 1024
Headers = list[tuple[str, str]]


class BodyProducer(Protocol):
    """What makes the body of an answer over time."""

    def start(self) -> None: ...
    def pause(self) -> None:
        """The client reads too slowly."""

    def resume(self) -> None: ...
    def stop(self) -> None:
        """The connection is gone."""


class Exchange:
    """One request and its answer: the part of the connection that a handler sees."""

    def __init__(self, connection: Connection, request: h11.Request, body: bytes) -> None:
        self.method = request.method.decode("ascii")
        self.path, _, self.query = request.target.decode("latin-1").partition("?")
        self.body = body
        self.visit: LoggedVisit | None = None
        self.extra_headers: tuple[tuple[str, str], ...] = ()
        self._connection = connection

    def reply(self, status: int, value: Any, headers: Headers | None = None) -> None:
        """Answer with one JSON value."""
        self._connection.reply(status, json.dumps(value).encode(), headers or [])

    def start_body(self, producer: BodyProducer) -> None:
        """Let a producer make the body; it is stopped when the client hangs up."""
        self._connection.producer = producer
        producer.start()

    def begin(self, content_type: str, first: bytes) -> None:
        if self.visit:
            self.visit.status = 200
        headers = [("Content-Type", content_type), ("Cache-Control", "no-cache")]
        self._connection.begin([*headers, *self.extra_headers], first)

    def write(self, payload: bytes) -> None:
        self._connection.chunk(payload)

    def end(self) -> None:
        self._connection.end()

    def cut(self, rest: bytes = b"") -> None:
        self._connection.cut(rest)


class Connection(asyncio.Protocol):
    """Notices at once when the client hangs up, also while nothing is written to it."""

    def __init__(
        self,
        serve: Callable[[Exchange], None],
        ended: Callable[[Exchange, bool], None],
        open_connections: set[Connection],
    ) -> None:
        self.producer: BodyProducer | None = None
        self._serve = serve
        self._ended = ended
        self._open_connections = open_connections
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEADER_BYTES)
        self._request: h11.Request | None = None
        self._body = bytearray()
        self._ahead = 0
        self._exchange: Exchange | None = None
        self._chunked = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.get_extra_info("socket").setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )
        self._open_connections.add(self)

    def data_received(self, data: bytes) -> None:
        self._ahead += len(data)
        if self._exchange and self._ahead > MAX_AHEAD_BYTES:
            self.abort()
            return
        self._http.receive_data(data)
        self._read()

    def eof_received(self) -> None:
        # A half-closed connection counts as a hang-up: httpx closes in this way.
        self._hung_up()

    def connection_lost(self, exc: Exception | None) -> None:
        self._open_connections.discard(self)
        self._hung_up()

    def pause_writing(self) -> None:
        if self.producer:
            self.producer.pause()

    def resume_writing(self) -> None:
        if self.producer:
            self.producer.resume()

    def abort(self) -> None:
        """Close at once, also in the middle of an answer."""
        self._close_exchange(hung_up=False)
        self._transport.abort()

    def reply(self, status: int, body: bytes, headers: Headers) -> None:
        if self._exchange and self._exchange.visit:
            self._exchange.visit.status = status
        fields = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            *headers,
        ]
        self._send(h11.Response(status_code=status, headers=fields), h11.Data(data=body))
        self.end()

    def begin(self, fields: Headers, first: bytes) -> None:
        self._chunked = (self._http.their_http_version or b"") >= b"1.1"
        if self._chunked:
            fields.append(("Transfer-Encoding", "chunked"))
        if self._exchange and self._exchange.visit:
            number = self._exchange.visit.id
            fields += [("X-Request-Id", f"demo-{number}"), ("Request-Id", f"demo-{number}")]
        response = h11.Response(status_code=200, headers=fields)
        data = [h11.Data(data=first)] if first else []
        self._send(response, *data)

    def chunk(self, payload: bytes) -> None:
        # Not through h11: a chunk does not change its state, and would cost more than the rest.
        if not payload:
            return  # an empty chunk would end the body
        if self._chunked:
            payload = b"%x\r\n%b\r\n" % (len(payload), payload)
        self._transport.write(payload)

    def end(self) -> None:
        self._send(h11.EndOfMessage())
        self._close_exchange(hung_up=False)
        if self._http.our_state is h11.MUST_CLOSE:
            self._transport.close()
            return
        self._http.start_next_cycle()
        self._ahead = len(self._http.trailing_data[0])
        # Later: with many requests sent ahead, a direct call would deepen the stack each time.
        asyncio.get_running_loop().call_soon(self._read)

    def cut(self, rest: bytes) -> None:
        if rest:
            # The chunk announces more bytes than follow, so no client can take this for an end.
            self._transport.write(b"%x\r\n%b" % (len(rest) + 100, rest))
        self._close_exchange(hung_up=False)
        self._transport.close()

    def _read(self) -> None:
        while self._exchange is None and not self._transport.is_closing():
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                self._refuse(error.error_status_hint)
                return
            if isinstance(event, h11.Request):
                self._request = event
                self._body.clear()
                if self._http.they_are_waiting_for_100_continue:
                    self._send(h11.InformationalResponse(status_code=100, headers=[]))
            elif isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > MAX_BODY_BYTES:
                    self._refuse(413)
                    return
            elif isinstance(event, h11.EndOfMessage):
                self._answer()
            else:
                return

    def _answer(self) -> None:
        assert self._request
        self._ahead = 0
        self._exchange = Exchange(self, self._request, bytes(self._body))
        self._body.clear()
        self._serve(self._exchange)

    def _refuse(self, status: int) -> None:
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            fields = [("Content-Length", "0"), ("Connection", "close")]
            self._send(h11.Response(status_code=status, headers=fields), h11.EndOfMessage())
        self._transport.close()

    def _send(self, *events: h11.Event) -> None:
        parts = [self._http.send(event) for event in events]
        self._transport.write(b"".join(part for part in parts if part))

    def _hung_up(self) -> None:
        self._close_exchange(hung_up=True)

    def _close_exchange(self, *, hung_up: bool) -> None:
        exchange, self._exchange = self._exchange, None
        if self.producer:
            self.producer.stop()
            self.producer = None
        if exchange:
            self._ended(exchange, hung_up)
