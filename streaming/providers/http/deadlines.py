"""How long to wait for an upstream: six limits, one next deadline. `Deadlines` is given the time.

An answer that still grows is ended by none of them: the last two count from its last progress.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from streaming.events import (
    Event,
    Failed,
    ReasoningDelta,
    TextDelta,
    ToolArgumentsDelta,
    ToolCallStarted,
)
from streaming.providers.config import Timeouts

_SENTENCES = {
    "connect": "No connection within {:g} s.",
    "first_byte": "No answer within {:g} s.",
    "silence": "Nothing more for {:g} s.",
    "no_text": "Signs of life but no text for {:g} s.",
    "total": "No progress for {:g} s.",
    "after_finish": "No end within {:g} s of the finish reason.",
}
_PROGRESS = (TextDelta, ReasoningDelta, ToolArgumentsDelta, ToolCallStarted)


class Deadlines:
    """Times are the event loop's, in seconds."""

    __slots__ = ("_finished", "_grew", "_heard", "_said", "_started", "timeouts")

    def __init__(self, timeouts: Timeouts, now: float) -> None:
        self.timeouts = timeouts
        self._started = self._said = self._grew = now
        self._heard: float | None = None
        self._finished: float | None = None

    def expect_end(self, concluded: bool, now: float) -> None:
        """`concluded`: upstream sent its finish reason, and only usage and the end may follow."""
        if not concluded:
            self._finished = None
        elif self._finished is None:
            self._finished = now

    def note(self, events: Iterable[Event], now: float) -> None:
        """Bytes came, with these events; keep-alive comments are neither text nor progress."""
        self._heard = now
        for event in events:
            self._said = now
            if isinstance(event, _PROGRESS):
                self._grew = now
                return

    def deadline(self) -> float:
        timeouts = self.timeouts
        if self._heard is None:
            first = self._started + timeouts.first_byte
        else:
            first = self._heard + timeouts.silence
        usual = min(first, self._said + timeouts.no_text, self._grew + timeouts.total)
        if self._finished is None:
            return usual
        return min(usual, self._finished + timeouts.after_finish)

    def failure(self) -> Failed:
        """The limit at the deadline, as a failure; its name is the code."""
        timeouts = self.timeouts
        deadline = self.deadline()
        if self._finished is not None and deadline == self._finished + timeouts.after_finish:
            return timeout("after_finish", timeouts)
        if deadline == self._grew + timeouts.total:
            return timeout("total", timeouts)
        if deadline == self._said + timeouts.no_text:
            return timeout("no_text", timeouts)
        return timeout("first_byte" if self._heard is None else "silence", timeouts)


class Alarm:
    """Rings once somebody has waited past the deadline: one timer a stream, not one a read.

    A deadline mostly moves away, so the timer is left to run and looks again where it has moved.
    `rang` is true from then on.
    """

    def __init__(self, deadlines: Deadlines, ring: Callable[[], None]) -> None:
        self.rang = False
        self._deadlines = deadlines
        self._ring = ring
        self._waits = False
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def set(self) -> Iterator[None]:
        """Somebody waits for as long as this lasts."""
        self._waits = True
        deadline = self._deadlines.deadline()
        if self._timer is None or self._timer.when() > deadline:
            self._look_at(deadline)
        try:
            yield
        finally:
            self._waits = False

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_at(self, deadline: float) -> None:
        self.end()
        self._timer = asyncio.get_running_loop().call_at(deadline, self._look)

    def _look(self) -> None:
        self._timer = None
        if not self._waits:
            return  # whoever waits next sets it anew
        deadline = self._deadlines.deadline()
        if asyncio.get_running_loop().time() >= deadline:
            self.rang = True
            self._ring()
        else:
            self._look_at(deadline)


def timeout(limit: str, timeouts: Timeouts) -> Failed:
    message = _SENTENCES[limit].format(getattr(timeouts, limit))
    return Failed("timeout", True, message, limit)
