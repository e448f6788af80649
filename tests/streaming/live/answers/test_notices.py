"""What a reader is told of an answer that was cut, stopped or broke off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from streaming.live.answers import notices
from streaming.models import Generation

SOME = "Four words are here"


@pytest.mark.parametrize(
    ("ended", "text", "headline", "sentence", "tone", "retry"),
    [
        ({"status": "finished", "finish_reason": "stop"}, SOME, "", "", "", False),
        ({"status": "finished", "finish_reason": "stop"}, "", "", "", "", True),
        (
            {"status": "cancelled"},
            SOME,
            "Stopped",
            "You stopped it. All 4 words are kept.",
            "",
            True,
        ),
        ({"status": "cancelled"}, "One", "Stopped", "The one word is kept.", "", True),
        ({"status": "cancelled"}, " \n", "Stopped", "before the first word.", "", True),
        ({"status": "interrupted"}, SOME, "Interrupted", "The server stopped while", "amber", True),
        (
            {"status": "failed", "error_code": "upstream_disconnected"},
            SOME,
            "Broken off",
            "The connection to the provider broke off. All 4 words are kept.",
            "amber",
            True,
        ),
        (
            {"status": "failed", "error_code": "upstream_auth", "error_message": "No key."},
            "",
            "No answer",
            "No key.",
            "red",
            False,
        ),
        (
            {"status": "failed", "error_code": "storage_unavailable"},
            SOME,
            "Broken off",
            "The server cannot save right now.",
            "amber",
            True,
        ),
        (
            {"status": "failed", "error_code": "a code of tomorrow"},
            "",
            "No answer",
            "Something went wrong here.",
            "red",
            True,
        ),
        (
            {"status": "finished", "finish_reason": "length"},
            SOME,
            "Cut by length",
            "The answer reached the token limit.",
            "amber",
            False,
        ),
        (
            {"status": "finished", "finish_reason": "content_filter"},
            SOME,
            "Withheld",
            "withheld the rest",
            "amber",
            False,
        ),
    ],
)
def test_an_ending_is_told_in_a_headline_and_a_sentence(
    ended: dict[str, str], text: str, headline: str, sentence: str, tone: str, retry: bool
) -> None:
    told = notices.of(Generation(**ended), text)
    assert (told.headline, told.tone, told.retry) == (headline, tone, retry)
    assert sentence in told.sentence


@pytest.mark.parametrize(
    ("wish", "minutes_ago", "left"),
    [(900.5, 0, 901), (900, 10, 300), (900, 20, None), (None, 0, None)],
)
def test_a_failure_brings_what_is_left_of_its_wait_and_its_request_id(
    wish: float | None, minutes_ago: int, left: int | None
) -> None:
    run = Generation(
        status="failed",
        error_code="upstream_rate_limited",
        retry_after=wish,
        ended_at=timezone.now() - timedelta(minutes=minutes_ago),
        upstream_request_id="req-7",
    )
    told = notices.of(run, "")
    assert told.request_id == "req-7"
    assert told.retry_after == (left and pytest.approx(left, abs=60))


@pytest.mark.parametrize("seconds", [86_400, 1e12, float("inf")])
def test_a_wait_that_nobody_waits_for_is_not_counted_down(seconds: float) -> None:
    generation = Generation(
        status="failed", error_code="upstream_rate_limited", retry_after=seconds
    )
    generation.ended_at = timezone.now()
    assert notices.of(generation, "").retry_after is None
