"""How long a server asks to wait: by header, in the body, in its sentence; the longest counts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streaming.providers.formats.error_bodies.failures import failure, http_failure

NOW = 1_780_000_000.0


def wait(body: Any = "", headers: dict[str, str] | None = None, status: int = 429) -> float | None:
    sent = json.dumps(body).encode() if body else b""
    found = http_failure(status, headers or {}, sent, NOW).retry_after
    return found if found is None else round(found, 6)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("Rate limit reached. Please try again in 7.66s.", 7.66),
        ("try again in 1m9.7s", 69.7),
        ("Please try again in 20ms. Visit the docs.", 0.02),
        ("Please try again in 1h12m5.3s", 4325.3),
        ("Please retry in 34.07s.", 34.07),
        ("Please retry after 5 seconds.", 5),
        ("Wait 2 minutes and 5 seconds before the next one", 125),
        ("You must wait for another 3 s", 3),
        ("The limit resets in 12 secs", 12),
        ("Try again later", None),
        ("Try again with 3 images", None),
        ("Limit 30000, used 29000 in 60s", None),
    ],
)
def test_a_wait_is_read_from_the_sentence(said: str, seconds: float | None) -> None:
    assert wait({"error": {"message": said}}) == seconds
    assert wait(said) == seconds


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ([{"error": {"details": [{"@type": "x/RetryInfo", "retryDelay": "21.504s"}]}}], 21.504),
        ({"error": {"details": [{"retryDelay": {"seconds": 3, "nanos": 500_000_000}}]}}, 3.5),
        ({"error": {"retry_after": 3}}, 3),
        ({"retryAfter": "1m2s"}, 62),
        ({"error": {"retry_after_ms": 1500}}, 1.5),
        ({"error": {"retry-after-seconds": "4"}}, 4),
        ({"error": "loading", "estimated_time": 20.5}, 20.5),
        ({"error": {"resets_at": NOW + 30}}, 30),
        ({"error": {"message": json.dumps({"error": {"retry_after": 8}})}}, 8),
        ({"error": {"metadata": {"headers": {"X-RateLimit-Remaining": "0",
                                             "X-RateLimit-Reset": str(int(NOW + 9) * 1000)}}}}, 9),
        ({"error": {"metadata": {"headers": {"Retry-After": "11"}}}}, 11),
        ({"error": {"retry_after": -3}}, None),
        ({"error": {"retry_after": 1e300}}, None),
        ({"error": {"retry_after": 86400}}, 86400),
        ({"error": {"retry_after": True, "retryDelay": "soon"}}, None),
    ],
)  # fmt: skip
def test_a_wait_is_read_from_wherever_a_body_has_it(body: Any, seconds: float | None) -> None:
    assert wait(body) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-reset-tokens": "7.66s"}, 7.66),
        ({"x-ratelimit-reset-requests": "6m0s"}, 360),
        ({"x-ratelimit-reset": "30"}, 30),
        ({"X-RateLimit-Reset": str(int(NOW + 12))}, 12),
        ({"X-RateLimit-Reset": str(int(NOW + 12) * 1000)}, 12),
        ({"anthropic-ratelimit-tokens-reset": "2026-05-28T20:27:00Z"}, 20),
        ({"x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "20ms"}, 1),
        ({"x-ratelimit-remaining-tokens": "500", "x-ratelimit-reset-tokens": "6m0s"}, None),
        ({"retry-after": "2", "x-ratelimit-reset-tokens": "6m0s"}, 2),
        ({"retry-after": "2", "x-ratelimit-remaining-requests": "0",
          "x-ratelimit-reset-requests": "9s"}, 9),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"ratelimit": '"default";r=0;t=30'}, 30),
        ({"ratelimit": "limit=100, remaining=0, reset=31"}, 31),
        ({"ratelimit": '"default";r=12;t=30'}, None),
        ({"x-ms-retry-after-ms": "250"}, 0.25),
        ({"x-ratelimit-reset": "never"}, None),
        ({"x-ratelimit-reset": str(int(NOW - 5))}, None),
    ],
)  # fmt: skip
def test_a_wait_is_read_from_the_headers(headers: dict[str, str], seconds: float | None) -> None:
    assert wait(headers=headers) == seconds


def test_of_what_is_certain_the_longest_counts() -> None:
    headers = {"retry-after": "2"}
    assert wait({"error": {"message": "try again in 7s", "retry_after": 5}}, headers) == 7
    assert wait({"error": {"message": "try again in 1s", "retry_after": 5}}, headers) == 5
    assert wait({"error": {"message": "try again in 1s", "retry_after": 1}}, headers) == 2


def test_a_frame_says_how_long_to_wait_as_a_body_does() -> None:
    assert failure({"error": {"code": "rate_limit_exceeded", "retry_after": 3}}).retry_after == 3
    assert failure({"error": {"code": 429, "message": "try again in 20ms"}}).retry_after == 0.02


def test_words_about_time_mean_no_wait_where_a_wait_cannot_help() -> None:
    assert wait({"error": {"message": "cannot wait 5 s: max_tokens is wrong"}}, status=400) is None
