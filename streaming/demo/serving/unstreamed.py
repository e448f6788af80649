"""An answer for a client that wants no stream: all steps at once, or when the last one is due."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

from streaming.demo.behaviours.steps import (
    Arguments,
    CallStart,
    Finish,
    Hang,
    Picture,
    Problem,
    Search,
    Source,
    Step,
    StreamError,
    Text,
    Timestamp,
)
from streaming.demo.formats.transcript import Transcript


def gather(steps: Iterator[Step], transcript: Transcript) -> Problem | Hang | None:
    """Fill the transcript; return what prevents an answer, or None.

    The transcript has no finish reason if the answer broke off.
    """
    for step in steps:
        transcript.seconds += step.after
        if isinstance(step, Text):
            transcript.add_text(step.channel, step.text)
        elif isinstance(step, Timestamp):
            transcript.add_text("text", step.make(time.time()))
        elif isinstance(step, CallStart):
            transcript.add_call(step.id, step.name)
        elif isinstance(step, Arguments):
            transcript.add_arguments(step.text)
        elif isinstance(step, Picture | Search | Source):
            transcript.add_media(step)
        elif isinstance(step, Finish):
            transcript.finish = step.reason
            return None
        elif isinstance(step, StreamError):
            return step.problem
        elif isinstance(step, Hang):
            return step
    return None


class DelayedReply:
    """Sends the answer after so many seconds, if the client still waits."""

    def __init__(self, seconds: float, send: Callable[[], None]) -> None:
        self._seconds, self._send = seconds, send
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._send)

    def pause(self) -> None:
        """Nothing is sent before the end."""

    def resume(self) -> None:
        """As above."""

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
