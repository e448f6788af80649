"""A background answer: written without its client, and read by any number of them."""

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
from streaming.demo.formats.responses_stream import ResponsesEncoder
from streaming.demo.serving.player import Player, Sink


class EventLog:
    """The events of one response so far, and those who read along.

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
        self._bring_up_to_date()

    def end(self) -> None:
        self.ended = True
        self._bring_up_to_date()

    def cut(self, rest: bytes = b"") -> None:
        self.lose(lambda sink: sink.cut(rest))

    def lose(self, how: Callable[[Sink], None]) -> None:
        """Part with everyone who reads along; the writing goes on."""
        readers, self._readers = self._readers, []
        for reader in readers:
            how(reader.sink)

    def join(self, reader: EventLogReader) -> None:
        self._readers.append(reader)

    def forget(self, reader: EventLogReader) -> None:
        if reader in self._readers:
            self._readers.remove(reader)

    def since(self, number: int) -> list[bytes]:
        return self._events[number:]

    def _bring_up_to_date(self) -> None:
        for reader in tuple(self._readers):
            reader.catch_up()


class EventLogReader:
    """One connection's place on a tape: sends what lies after that event, then all that comes."""

    def __init__(self, tape: EventLog, sink: Sink, after: int = -1) -> None:
        self.sink = sink
        self._tape = tape
        self._place = after + 1
        self._paused = False

    def start(self) -> None:
        self.sink.begin(ResponsesEncoder.content_type, b"")
        self._tape.join(self)
        self.catch_up()

    def pause(self) -> None:
        self._paused = True

    def go_on(self) -> None:
        self._paused = False
        self.catch_up()

    def stop(self) -> None:
        self._tape.forget(self)

    def catch_up(self) -> None:
        for event in self._tape.since(self._place):
            if self._paused:
                return
            self.sink.write(event)
            self._place += 1
        if self._tape.ended and not self._paused:
            self._tape.forget(self)
            self.sink.end()


class BackgroundPlayer(Player):
    """Goes on where a connection would have been lost: only its readers lose it."""

    def __init__(
        self, steps: Iterator[Step], encoder: ResponsesEncoder, tape: EventLog, *rest: Any
    ):
        super().__init__(steps, encoder, tape, *rest)
        self.problem: Problem | None = None
        self._tape = tape

    def leave(self, step: EndStep) -> None:
        if isinstance(step, Disconnect):
            self._tape.lose(lambda sink: sink.cut())
        elif isinstance(step, Unterminated):
            self._tape.lose(lambda sink: sink.end())
        elif isinstance(step, Hang):
            self._tape.lose(lambda sink: None)
        else:
            self.problem = step.problem if isinstance(step, StreamError) else None
            super().leave(step)
            return
        self.advance()
