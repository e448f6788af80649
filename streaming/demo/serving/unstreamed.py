"""An answer for a client that wants no stream: all steps at once."""

from __future__ import annotations

import time
from collections.abc import Iterator

from streaming.demo.behaviours.steps import (
    Arguments,
    Call,
    Clock,
    Fail,
    Finish,
    Hang,
    Problem,
    Step,
    Text,
)
from streaming.demo.formats.transcript import Tally


def gather(steps: Iterator[Step], tally: Tally) -> Problem | Hang | None:
    """Fill the tally; what stands in the way of an answer, or None.

    The tally has no finish reason if the answer broke off.
    """
    for step in steps:
        if isinstance(step, Text):
            tally.say(step.channel, step.text)
        elif isinstance(step, Clock):
            tally.say("text", step.make(time.time()))
        elif isinstance(step, Call):
            tally.call(step.id, step.name)
        elif isinstance(step, Arguments):
            tally.argue(step.text)
        elif isinstance(step, Finish):
            tally.finish = step.reason
            return None
        elif isinstance(step, Fail):
            return step.problem
        elif isinstance(step, Hang):
            return step
    return None
