"""Writes the steps of an answer to a client, each when it is due."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Protocol

from streaming.demo.behaviours.steps import (
    Arguments,
    CallEnd,
    CallStart,
    ContentStep,
    Disconnect,
    EndStep,
    Finish,
    Hang,
    Picture,
    Raw,
    Search,
    Source,
    Step,
    StreamError,
    Text,
    Timestamp,
    Unterminated,
)
from streaming.demo.formats.served_format import Encoder
from streaming.demo.formats.transcript import Transcript
from streaming.demo.serving.visit_log import LoggedVisit


class Sink(Protocol):
    """Where the bytes go: the body of one HTTP answer."""

    def begin(self, content_type: str, first: bytes) -> None: ...
    def write(self, payload: bytes) -> None: ...
    def end(self) -> None: ...
    def cut(self, rest: bytes = b"") -> None:
        """Send `rest`, the beginning of a frame, and close the connection."""


class TruncatingSink:
    """A sink that is cut after `size` bytes, also inside a frame."""

    def __init__(self, sink: Sink, size: int) -> None:
        self._sink = sink
        self._left = size
        self._spent = False

    def begin(self, content_type: str, first: bytes) -> None:
        self._sink.begin(content_type, b"")
        self.write(first)

    def write(self, payload: bytes) -> None:
        if self._spent:
            return
        if len(payload) > self._left:
            self._spent = True
            self._sink.cut(payload[: self._left])
            return
        self._left -= len(payload)
        self._sink.write(payload)

    def end(self) -> None:
        if not self._spent:
            self._sink.end()

    def cut(self, rest: bytes = b"") -> None:
        if not self._spent:
            self._sink.cut(rest)


class Player:
    """One answer being written.

    Every step is due at the sum of the pauses before it, so lateness does not add up: a step
    that came late is followed at once by those that have become due meanwhile, each in a write
    of its own. Timers call back directly; a task for every stream would cost twice as much.
    """

    def __init__(
        self,
        steps: Iterator[Step],
        encoder: Encoder,
        sink: Sink,
        visit: LoggedVisit,
        transcript: Transcript,
        speed: float,
    ) -> None:
        self.sink = sink
        self._steps = steps
        self._encoder = encoder
        self._visit = visit
        self._transcript = transcript
        self._speed = speed
        self._loop = asyncio.get_running_loop()
        self._due = self._loop.time()
        self._next: Step | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._paused = False
        self._stopped = False

    def start(self) -> None:
        self.sink.begin(self._encoder.content_type, self._encoder.opening())
        self.advance()

    def pause(self) -> None:
        """The client reads too slowly: write nothing until `resume`."""
        self._paused = True
        self._cancel()

    def resume(self) -> None:
        self._paused = False
        self._schedule()

    def stop(self) -> None:
        """Stop for ever; may be called while a step is being written."""
        self._stopped = True
        self._cancel()

    def advance(self) -> None:
        """Take the next step and wait until it is due."""
        self._next = next(self._steps, None)
        if self._next is not None:
            self._due += self._next.after / self._speed
            self._schedule()

    def end_with(self, step: EndStep) -> None:
        """End the answer, and with it the body."""
        if isinstance(step, Disconnect):
            self.sink.cut()
        elif isinstance(step, Finish):
            self._transcript.finish = step.reason
            self._end(self._encoder.closing())
        elif isinstance(step, StreamError):
            self._end([self._encoder.error(step.problem)])
        elif isinstance(step, Unterminated):
            self._end([self._encoder.unterminated_end()])

    def _schedule(self) -> None:
        if self._next is not None and not self._paused and not self._stopped:
            self._timer = self._loop.call_at(self._due, self._play)

    def _cancel(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _play(self) -> None:
        self._timer = None
        step, self._next = self._next, None
        assert step is not None
        if isinstance(step, Text):
            self._write_text(step)
        elif isinstance(step, Timestamp):
            self._write_text(Text(step.make(time.time())))
        elif isinstance(step, Hang | Disconnect | Unterminated | StreamError | Finish):
            self.end_with(step)
            return
        else:
            self._write_step(step)
        if not self._stopped:
            self.advance()

    def _write_text(self, step: Text) -> None:
        self.sink.write(self._encoder.delta(step.channel, step.text))
        self._transcript.add_text(step.channel, step.text)
        visit = self._visit
        if visit.first_delta is None:
            visit.first_delta = time.time()
        visit.deltas += 1
        visit.characters += len(step.text)

    def _write_step(self, step: ContentStep) -> None:
        if isinstance(step, CallStart):
            payload = self._encoder.call(step.id, step.name)
            self._transcript.add_call(step.id, step.name)
        elif isinstance(step, Arguments):
            payload = self._encoder.arguments(step.text)
            self._transcript.add_arguments(step.text)
        elif isinstance(step, CallEnd):
            payload = self._encoder.call_end()
        elif isinstance(step, Picture | Search | Source):
            payload = self._encoder.media(step)
            self._transcript.add_media(step)
        elif isinstance(step, Raw):
            payload = step.payload
        else:
            payload = self._encoder.keep_alive()
        if payload:
            self.sink.write(payload)

    def _end(self, frames: list[bytes]) -> None:
        for frame in frames:
            if frame:
                self.sink.write(frame)
        self.sink.end()
