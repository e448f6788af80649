"""Plays the steps of a script to a client, each at its own time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Protocol

from streaming.demo.steps import Clock, Cut, Fail, Finish, Hang, Leave, Step, Text
from streaming.demo.visits import Visit
from streaming.demo.wire import Encoder, Tally


class Sink(Protocol):
    """Where the bytes go: the body of one HTTP answer."""

    def begin(self, content_type: str, first: bytes) -> None: ...
    def write(self, payload: bytes) -> None: ...
    def end(self) -> None: ...
    def cut(self, rest: bytes = b"") -> None:
        """Send `rest` of a frame that will never be whole, and close the connection."""


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
        visit: Visit,
        tally: Tally,
        *,
        speed: float = 1.0,
        cut_after: int | None = None,
    ) -> None:
        self._steps = steps
        self._encoder = encoder
        self._sink = sink
        self._visit = visit
        self._tally = tally
        self._speed = speed
        self._budget = cut_after
        self._loop = asyncio.get_running_loop()
        self._due = self._loop.time()
        self._next: Step | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._paused = False

    def start(self) -> None:
        opening = self._encoder.opening()
        if self._budget is not None and len(opening) > self._budget:
            self._sink.begin(self._encoder.content_type, b"")
            self._send(opening)
            return
        self._spend(len(opening))
        self._sink.begin(self._encoder.content_type, opening)
        self._advance()

    def pause(self) -> None:
        """The client reads too slowly: write nothing until `go_on`."""
        self._paused = True
        self.stop()

    def go_on(self) -> None:
        self._paused = False
        self._schedule()

    def stop(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _advance(self) -> None:
        step = next(self._steps, None)
        if step is None or isinstance(step, Hang):
            self._next = None
            return
        self._next = step
        self._due += step.after / self._speed
        self._schedule()

    def _schedule(self) -> None:
        if self._next is not None and not self._paused:
            self._timer = self._loop.call_at(self._due, self._play)

    def _play(self) -> None:
        self._timer = None
        step = self._next
        if isinstance(step, Text):
            going_on = self._say(step.text)
        elif isinstance(step, Clock):
            going_on = self._say(step.make(time.time()))
        else:
            going_on = False
            self._next = None
            self._leave(step)
        if going_on:
            self._advance()

    def _say(self, text: str) -> bool:
        visit = self._visit
        if not self._send(self._encoder.text(text)):
            return False
        if visit.first_delta is None:
            visit.first_delta = time.time()
        visit.deltas += 1
        visit.characters += len(text)
        self._tally.characters += len(text)
        return True

    def _leave(self, step: Step | None) -> None:
        if isinstance(step, Cut):
            self._sink.cut()
            return
        frames: list[bytes] = []
        if isinstance(step, Finish):
            self._tally.finish = step.reason
            frames = self._encoder.closing(self._tally)
        elif isinstance(step, Fail):
            frames = [self._encoder.error(step.problem)]
        else:
            assert isinstance(step, Leave)
        if all(self._send(frame) for frame in frames):
            self._sink.end()

    def _send(self, payload: bytes) -> bool:
        """Write a frame; False if the body had to be cut inside it."""
        if self._budget is not None and len(payload) > self._budget:
            self._next = None
            self._sink.cut(payload[: self._budget])
            return False
        self._spend(len(payload))
        self._sink.write(payload)
        return True

    def _spend(self, size: int) -> None:
        if self._budget is not None:
            self._budget -= size
