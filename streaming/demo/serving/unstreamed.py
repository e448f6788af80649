"""An answer for a client that wants no stream: all steps at once."""

from __future__ import annotations

import time
from collections.abc import Iterator

from streaming.demo.behaviours.steps import (
    Arguments,
    CallStart,
    Finish,
    Hang,
    Problem,
    Step,
    StreamError,
    Text,
    Timestamp,
)
from streaming.demo.formats.transcript import Transcript


def gather(steps: Iterator[Step], tally: Transcript) -> Problem | Hang | None:
    """Fill the tally; what stands in the way of an answer, or None.

    The tally has no finish reason if the answer broke off.
    """
    for step in steps:
        if isinstance(step, Text):
            tally.say(step.channel, step.text)
        elif isinstance(step, Timestamp):
            tally.say("text", step.make(time.time()))
        elif isinstance(step, CallStart):
            tally.call(step.id, step.name)
        elif isinstance(step, Arguments):
            tally.argue(step.text)
        elif isinstance(step, Finish):
            tally.finish = step.reason
            return None
        elif isinstance(step, StreamError):
            return step.problem
        elif isinstance(step, Hang):
            return step
    return None
