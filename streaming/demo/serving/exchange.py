"""One request and its answer: the part of a connection that a handler sees."""

from __future__ import annotations

import json
from typing import Any, Protocol

import h11

from streaming.demo.serving.response_writer import Headers, ResponseWriter
from streaming.demo.serving.visit_log import LoggedVisit


class BodyProducer(Protocol):
    """What makes the body of an answer over time."""

    def start(self) -> None: ...
    def pause(self) -> None:
        """The client reads too slowly."""

    def resume(self) -> None: ...
    def stop(self) -> None:
        """The connection is gone."""


class OpenConnection(Protocol):
    """What an exchange needs of its connection."""

    producer: BodyProducer | None

    def end(self) -> None: ...
    def cut(self, rest: bytes) -> None: ...


class Exchange:
    """`visit` is its place in the log, if it has one; `extra_headers` are sent with a stream."""

    def __init__(
        self, connection: OpenConnection, writer: ResponseWriter, request: h11.Request, body: bytes
    ) -> None:
        self.method = request.method.decode("ascii")
        self.path, _, self.query = request.target.decode("latin-1").partition("?")
        self.headers = {name.decode(): value.decode("latin-1") for name, value in request.headers}
        self.body = body
        self.visit: LoggedVisit | None = None
        self.extra_headers: tuple[tuple[str, str], ...] = ()
        self._connection = connection
        self._writer = writer

    def reply(self, status: int, value: Any, headers: Headers | None = None) -> None:
        """Answer with one JSON value."""
        if self.visit:
            self.visit.status = status
        self._writer.reply(status, json.dumps(value).encode(), headers or [])
        self._connection.end()

    def start_body(self, producer: BodyProducer) -> None:
        """Let a producer make the body; it is stopped when the client disconnects."""
        self._connection.producer = producer
        producer.start()

    def begin(self, content_type: str, first: bytes) -> None:
        headers = [("Content-Type", content_type), ("Cache-Control", "no-cache")]
        headers += self.extra_headers
        if self.visit:
            self.visit.status = 200
            request_id = f"demo-{self.visit.id}"
            headers += [("X-Request-Id", request_id), ("Request-Id", request_id)]
        self._writer.begin(headers, first)

    def write(self, payload: bytes) -> None:
        self._writer.chunk(payload)

    def end(self) -> None:
        self._connection.end()

    def cut(self, rest: bytes = b"") -> None:
        self._connection.cut(rest)
