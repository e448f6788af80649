"""Errors in every shape that servers use, and what we keep of them."""

import json
from typing import Any

import pytest

from streaming.events import Failed, as_json
from streaming.providers.formats.error_bodies.failures import (
    clip,
    failure,
    http_failure,
    redacted,
)
from tests import RECORDED

CASES = json.loads((RECORDED / "http_errors.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_recorded_http_error_is_understood(case: dict[str, Any]) -> None:
    found = http_failure(case["status"], case["headers"], case["body"].encode(), case["now"])
    assert as_json(found).items() >= case["expect"].items()
    assert found.status == case["status"]


@pytest.mark.parametrize(
    ("value", "kind", "message", "code"),
    [
        ({"error": {"message": "m", "type": "server_error"}}, "server", "m", "server_error"),
        ({"type": "error", "error": {"type": "overloaded"}}, "overloaded", None, "overloaded"),
        ({"type": "error", "code": "timeout", "message": "m"}, "timeout", "m", "timeout"),
        ({"type": "error", "code": None, "message": "m"}, "unknown", "m", None),
        ({"success": False, "message": "m"}, "unknown", "m", None),
        ({"statusCode": 401, "message": ["m", "n"]}, "auth", "m; n", None),
        ({"statusCode": 403, "message": "m", "error": "Forbidden"}, "permission", "m", None),
        ({"error": "m"}, "unknown", "m", None),
        ({"object": "error", "message": "m", "type": "x", "code": "1300"}, "unknown", "m", "1300"),
        ([{"error": {"code": 503, "message": "m"}}], "overloaded", "m", "503"),
        ({"error": {"code": "429", "message": "m"}}, "rate_limit", "m", "429"),
        ({"error": {"code": True, "message": 7}}, "unknown", None, None),
        ("m", "unknown", "m", None),
        (None, "unknown", None, None),
    ],
)  # fmt: skip
def test_an_error_object_of_any_shape_is_understood(
    value: Any, kind: str, message: str | None, code: str | None
) -> None:
    found = failure(value)
    assert (found.kind, found.message, found.code) == (kind, message, code)


def test_words_of_money_win_over_the_status() -> None:
    found = failure({"error": {"type": "insufficient_quota"}}, status=429)
    assert (found.kind, found.retryable) == ("billing", False)


@pytest.mark.parametrize("status", [418, 499, 501, 599])
def test_every_other_status_has_a_kind(status: int) -> None:
    kind = "invalid_request" if status < 500 else "server"
    assert http_failure(status, {}, b"", 0.0).kind == kind


def test_a_redirect_is_not_followed_but_said() -> None:
    found = http_failure(302, {"location": "https://elsewhere"}, b"", 0.0)
    assert (found.kind, found.code) == ("malformed", "redirect")


@pytest.mark.parametrize(
    ("headers", "body", "wait"),
    [
        ({"retry-after": "0.5"}, b"", 0.5),
        ({"retry-after": "-5"}, b"", None),
        ({"retry-after": "nan"}, b"", None),
        ({"retry-after": "soon"}, b"", None),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:10"}, b"", 10.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:10 GMT", "retry-after-ms": "50"}, b"", 0.05),
        ({}, b'{"error":{"retry_after":3}}', 3.0),
        ({}, b'{"retry_after":"4"}', 4.0),
        ({"retry-after": "1"}, b'{"retry_after":"4"}', 4.0),
    ],
)
def test_the_wait_is_read_from_wherever_it_is(
    headers: dict[str, str], body: bytes, wait: float | None
) -> None:
    assert http_failure(429, headers, body, now=0.0).retry_after == wait


def test_plain_words_are_the_message_and_a_page_is_not() -> None:
    assert http_failure(404, {}, b"404 page not found\n", 0.0).message == "404 page not found"
    assert http_failure(500, {}, b"<html><script>x</script>", 0.0).message is None
    title = b"<HTML><TITLE>a &amp; <b>"
    assert http_failure(500, {}, title, 0.0).message == "a &"


def test_a_message_is_one_plain_line_of_at_most_300_characters() -> None:
    assert clip("a\x1b[31m\n\n b\x00\u202ec\ud800") == "a[31m b\ufffdc\ufffd"
    long = clip("x" * 1000)
    assert long is not None
    assert len(long) == 300


def test_a_key_that_the_server_repeats_is_taken_out() -> None:
    said = Failed("auth", False, "Bad key hunter22, sk-proj-abcdef123456 and Bearer abc.def")
    assert redacted(said, "hunter22").message == "Bad key ••••, •••• and ••••"
    assert redacted(Failed("auth", False), "hunter22").message is None


@pytest.mark.parametrize("shown", range(4, 20))
def test_a_message_that_is_cut_within_the_key_shows_no_part_of_it(shown: int) -> None:
    key = "marker-key-0123456789"
    message = clip("x" * (299 - shown) + key + " and more")
    assert message is not None
    assert key[:shown] in message
    told = redacted(Failed("auth", False, message), key).message
    assert told is not None
    assert told.endswith("xxx••••…")
