"""The rules of retries: what is retried automatically, how often, and after what wait."""

from __future__ import annotations

import pytest

from streaming.error_messages import failures
from streaming.events import ErrorKind, Failed
from streaming.providers.config import Timeouts
from streaming.runs.retry_policy import Pause, RetryPolicy

STEADY = RetryPolicy(retries=2, resumes=2, back_off=(1.0, 2.0), longest_wait=60.0)


def before_retry(failed: Failed, tried: int, how: RetryPolicy = STEADY) -> Pause | None:
    return how.before_retry(failed, failures.explain(failed, Timeouts()), tried)


def before_resume(failed: Failed, resumed: int, how: RetryPolicy = STEADY) -> Pause | None:
    return how.before_resume(failed, failures.explain(failed, Timeouts()), resumed)


def most(failed: Failed) -> int:
    """How often the same request is made again."""
    return next(tried for tried in range(9) if before_retry(failed, tried) is None)


@pytest.mark.parametrize(
    ("kind", "times"),
    [(kind, 2) for kind in ("rate_limit", "overloaded", "timeout", "connection", "truncated")]
    + [(kind, 0) for kind in ("server", "auth", "billing", "malformed", "not_found")],
)
def test_a_failure_is_retried_as_often_as_the_catalogue_says(kind: ErrorKind, times: int) -> None:
    assert most(Failed(kind, True)) == times


def test_what_cannot_help_is_not_done() -> None:
    assert most(Failed("overloaded", False)) == 0
    assert before_resume(Failed("connection", False), 0) is None
    assert before_resume(Failed("content_filter", True), 0) is None


def test_the_back_off_grows_and_is_spread() -> None:
    for tried, usual in ((0, 1.0), (1, 2.0)):
        pauses = [before_retry(Failed("overloaded", True), tried) for _ in range(100)]
        waits = {pause.seconds for pause in pauses if pause}
        assert all(0.75 * usual <= wait <= 1.25 * usual for wait in waits)
        assert len(waits) > 90


@pytest.mark.parametrize("code", ["read", "connect"])
def test_a_connection_that_was_lost_is_made_anew_after_a_wait(code: str) -> None:
    pause = before_retry(Failed("connection", True, code=code), 0)
    assert pause is not None
    assert pause.seconds > 0.5


def test_a_wish_to_wait_is_honoured_and_never_cut_short() -> None:
    for wish in (0.5, 12, 60):
        pauses = [before_retry(Failed("rate_limit", True, retry_after=wish), 0) for _ in range(50)]
        assert all(pause and wish <= pause.seconds <= wish + 1 for pause in pauses)


def test_a_longer_wait_than_a_minute_is_left_to_the_reader() -> None:
    assert before_retry(Failed("rate_limit", True, retry_after=60.5), 0) is None
    assert before_resume(Failed("overloaded", True, retry_after=61), 0) is None


def test_the_reader_is_told_why_there_is_a_wait() -> None:
    pause = before_retry(Failed("rate_limit", True, retry_after=12), 0)
    assert pause is not None
    assert pause.sentence == "The provider asks to wait 12 s."


@pytest.mark.parametrize("kind", ["connection", "truncated", "timeout", "overloaded", "server"])
def test_an_answer_goes_on_by_itself_twice(kind: ErrorKind) -> None:
    failed = Failed(kind, True)
    assert [before_resume(failed, resumed) is not None for resumed in range(3)] == [1, 1, 0]


@pytest.mark.parametrize("code", ["answer_too_large", "body_too_large", "frame_too_large"])
def test_our_own_limits_are_not_got_around(code: str) -> None:
    assert before_resume(Failed("malformed", True, code=code), 0) is None
    assert before_resume(Failed("timeout", True, code="total"), 0) is None


def test_each_can_be_switched_off() -> None:
    off = RetryPolicy(retries=0, resumes=0)
    assert before_retry(Failed("overloaded", True), 0, off) is None
    assert before_resume(Failed("connection", True), 0, off) is None
