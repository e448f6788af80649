"""A background answer: written without its client, and read by any number of clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from streaming.demo.behaviours.steps import (
    Disconnect,
    EndStep,
    Hang,
    Problem,
    Step,
    StreamError,
    Unterminated,
)
from streaming.demo.formats.frames import EVENT_STREAM
from streaming.demo.formats.responses_stream import ResponsesEncoder
from streaming.demo.serving.player import Player, Sink


class EventLog:
    """The events of one response so far, and the readers that follow it.

    The encoder numbers its events from 0 without a gap, so an event's number is its place.
    """

    def __init__(self) -> None:
        self.ended = False
        self._events: list[bytes] = []
        self._readers: list[EventLogReader] = []

    def begin(self, content_type: str, first: bytes) -> None:
        self.write(first)

    def write(self, payload: bytes) -> None:
        if payload.startswith(b":"):
            for reader in self._readers:
                reader.sink.write(payload)
            return
        # JSON holds no line ends, so an empty line ends an event and nothing else does.
        self._events += [event + b"\n\n" for event in payload.split(b"\n\n") if event]
        self._notify_readers()

    def end(self) -> None:
        self.ended = True
        self._notify_readers()

    def cut(self, rest: bytes = b"") -> None:
        self.drop_readers(lambda sink: sink.cut(rest))

    def drop_readers(self, how: Callable[[Sink], None]) -> None:
        """End every reader in that way; the writing continues."""
        readers, self._readers = self._readers, []
        for reader in readers:
            how(reader.sink)

    def add_reader(self, reader: EventLogReader) -> None:
        self._readers.append(reader)

    def remove_reader(self, reader: EventLogReader) -> None:
        if reader in self._readers:
            self._readers.remove(reader)

    def events_from(self, number: int) -> list[bytes]:
        return self._events[number:]

    def _notify_readers(self) -> None:
        for reader in tuple(self._readers):
            reader.catch_up()


class EventLogReader:
    """One connection's cursor in a log: sends the events after it, then those that follow."""

    def __init__(self, log: EventLog, sink: Sink, after: int = -1) -> None:
        self.sink = sink
        self._log = log
        self._cursor = after + 1
        self._paused = False

    def start(self) -> None:
        self.sink.begin(EVENT_STREAM, b"")
        self._log.add_reader(self)
        self.catch_up()

    def pause(self) -> None:
        self._paused = True

    def resume(self) -> None:
        self._paused = False
        self.catch_up()

    def stop(self) -> None:
        self._log.remove_reader(self)

    def catch_up(self) -> None:
        for event in self._log.events_from(self._cursor):
            if self._paused:
                return
            self.sink.write(event)
            self._cursor += 1
        if self._log.ended and not self._paused:
            self._log.remove_reader(self)
            self.sink.end()


class BackgroundPlayer(Player):
    """Continues where the connection would be lost: only the readers lose theirs."""

    def __init__(self, steps: Iterator[Step], encoder: ResponsesEncoder, log: EventLog, *rest: Any):
        super().__init__(steps, encoder, log, *rest)
        self.problem: Problem | None = None
        self._log = log

    def end_with(self, step: EndStep) -> None:
        if isinstance(step, Disconnect):
            self._log.drop_readers(lambda sink: sink.cut())
        elif isinstance(step, Unterminated):
            self._log.drop_readers(lambda sink: sink.end())
        elif isinstance(step, Hang):
            self._log.drop_readers(lambda sink: None)
        else:
            self.problem = step.problem if isinstance(step, StreamError) else None
            super().end_with(step)
            return
        self.advance()
