"""An answer for a client that wants no stream: all steps at once."""

from __future__ import annotations

import time
from collections.abc import Iterator

from streaming.demo.steps import Clock, Fail, Finish, Hang, Problem, Step, Text
from streaming.demo.wire import Tally


def gather(steps: Iterator[Step], tally: Tally) -> Problem | Hang | None:
    """Fill the tally; what stands in the way of an answer, or None.

    The tally has no finish reason if the answer broke off.
    """
    pieces: list[str] = []
    trouble: Problem | Hang | None = None
    for step in steps:
        if isinstance(step, Text):
            pieces.append(step.text)
        elif isinstance(step, Clock):
            pieces.append(step.make(time.time()))
        else:
            if isinstance(step, Finish):
                tally.finish = step.reason
            elif isinstance(step, Fail):
                trouble = step.problem
            elif isinstance(step, Hang):
                trouble = step
            break
    # Split pairs meet again here.
    joined = "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    tally.text, tally.characters = joined, len(joined)
    return trouble
