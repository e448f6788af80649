"""How long an upstream is waited for: by six clocks, told the time."""

from __future__ import annotations

import pytest

from streaming.events import (
    Event,
    ReasoningDelta,
    TextDelta,
    ToolArgumentsDelta,
    ToolCallStarted,
    Warned,
)
from streaming.providers.config import Timeouts
from streaming.providers.http.deadlines import Deadlines

LIMITS = Timeouts(first_byte=10, silence=20, no_text=50, total=100)


def deadlines() -> Deadlines:
    return Deadlines(LIMITS, 0.0)


def test_each_limit_is_named_where_it_ends_the_waiting() -> None:
    waiting = deadlines()
    assert (waiting.deadline(), waiting.failure().code) == (10, "first_byte")
    waiting.note([], 9.0)
    assert (waiting.deadline(), waiting.failure().code) == (29, "silence")
    for now in range(10, 49, 10):
        waiting.note([], now)
    assert (waiting.deadline(), waiting.failure().code) == (50, "no_text")


@pytest.mark.parametrize(
    "event",
    [TextDelta("a"), ReasoningDelta("b"), ToolArgumentsDelta(0, "{"), ToolCallStarted(0, "i", "n")],
)
def test_an_answer_that_grows_is_ended_by_no_clock(event: Event) -> None:
    waiting = deadlines()
    for now in range(0, 10_000, 15):
        assert waiting.deadline() > now
        waiting.note([event], now)
    waiting.note([], 9_999.0)
    assert waiting.deadline() > 9_999


def test_events_that_are_no_progress_do_not_put_the_last_limit_off() -> None:
    waiting = deadlines()
    waiting.note([TextDelta("a")], 1.0)
    for now in range(10, 101, 10):
        waiting.note([Warned("upstream", "still here")], now)
    assert (waiting.deadline(), waiting.failure().code) == (101, "total")
    assert waiting.failure().message == "No progress for 100 s."


def test_after_a_finish_reason_the_end_is_waited_for_shortly_and_once() -> None:
    waiting = deadlines()
    waiting.note([TextDelta("a")], 1.0)
    waiting.expect_end(True, 1.0)
    waiting.note([], 3.0)
    waiting.expect_end(True, 3.0)
    assert (waiting.deadline(), waiting.failure().code) == (6, "after_finish")
    waiting.expect_end(False, 3.0)
    assert waiting.deadline() == 23
