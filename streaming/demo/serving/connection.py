"""One HTTP/1.1 connection: reads its requests with h11, and knows when each answer ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import cast

import h11

from streaming.demo.serving.exchange import BodyProducer, Exchange
from streaming.demo.serving.response_writer import ResponseWriter

MAX_BODY_BYTES = 32 * 1024 * 1024
MAX_AHEAD_BYTES = 64 * 1024
MAX_HEADER_BYTES = 64 * 1024


class Connection(asyncio.Protocol):
    """Notices at once when the client disconnects, also while nothing is written to it."""

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

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._writer = ResponseWriter(self._http, self._transport)
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
        self._close_exchange(hung_up=True)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open_connections.discard(self)
        self._close_exchange(hung_up=True)

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

    def end(self) -> None:
        self._writer.send(h11.EndOfMessage())
        self._close_exchange(hung_up=False)
        if self._http.our_state is h11.MUST_CLOSE:
            self._transport.close()
            return
        self._http.start_next_cycle()
        self._ahead = len(self._http.trailing_data[0])
        # Later: with many requests sent ahead, a direct call would deepen the stack each time.
        asyncio.get_running_loop().call_soon(self._read)

    def cut(self, rest: bytes) -> None:
        self._writer.broken_chunk(rest)
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
                    self._writer.send(h11.InformationalResponse(status_code=100, headers=[]))
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
        self._exchange = Exchange(self, self._writer, self._request, bytes(self._body))
        self._body.clear()
        self._serve(self._exchange)

    def _refuse(self, status: int) -> None:
        self._writer.refuse(status)
        self._transport.close()

    def _close_exchange(self, *, hung_up: bool) -> None:
        exchange, self._exchange = self._exchange, None
        if self.producer:
            self.producer.stop()
            self.producer = None
        if exchange:
            self._ended(exchange, hung_up)
