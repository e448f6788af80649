"""Every failure has a code, a sentence for the reader, and an honest offer of help."""

import json
from typing import get_args

import pytest

from streaming.error_messages.failures import can_retry, explain, sentence
from streaming.events import ErrorKind, Failed
from streaming.providers.config import Timeouts
from streaming.providers.formats.error_bodies.failures import http_failure
from tests import RECORDED

CASES = json.loads((RECORDED / "http_errors.json").read_text("utf-8"))


@pytest.mark.parametrize("kind", get_args(ErrorKind))
def test_every_kind_of_failure_is_explained(kind: ErrorKind) -> None:
    told = explain(Failed(kind, True), Timeouts())
    assert told.sentence[-1] in ".?"
    assert sentence(told.code)


@pytest.mark.parametrize(
    ("name", "code", "said", "retry"),
    [
        ("openai_rate_limit", "upstream_rate_limited", "asks to wait 20 s.", True),
        ("openai_quota_is_not_retryable", "upstream_quota", "no credit left", False),
        ("openai_context", "context_too_long", "longer than this model can read", False),
        ("openai_ms_header_wins", "upstream_overloaded", "is overloaded", True),
        ("should_retry_header_overrides", "upstream_server_error", "had an error", True),
        ("anthropic_overloaded", "upstream_overloaded", "is overloaded", True),
        ("anthropic_prefill_rejected", "upstream_bad_request", "request: This model does", True),
        ("anthropic_http_date", "upstream_rate_limited", "asks to wait 40 s.", True),
        ("anthropic_too_large", "context_too_long", "longer than", False),
        ("naga_credits", "upstream_quota", "no credit left", False),
        ("naga_moderation", "content_filtered", "withheld", False),
        ("pawa_unauthorized", "upstream_auth", "refused the key", False),
        ("pawa_rate_limit", "upstream_rate_limited", "asks to wait 12 s.", True),
        ("gateway_detail_string", "upstream_auth", "refused the key", False),
        ("gateway_detail_list", "upstream_bad_request", "request: Field required", True),
        ("openrouter_numeric_code", "upstream_quota", "no credit left", False),
        ("html_bad_gateway", "upstream_server_error", "had an error", True),
        ("empty_body", "upstream_timeout", "did not answer in time", True),
        ("sse_framed_error_under_500", "upstream_server_error", "had an error", True),
    ],
)
def test_a_recorded_http_error_has_its_sentence(
    name: str, code: str, said: str, retry: bool
) -> None:
    (case,) = [case for case in CASES if case["name"] == name]
    failed = http_failure(case["status"], case["headers"], case["body"].encode(), case["now"])
    told = explain(failed, Timeouts())
    assert (told.code, told.retry) == (code, retry)
    assert said in told.sentence
    assert can_retry(told.code) == retry


def test_no_recorded_http_error_is_left_out() -> None:
    (mark,) = [
        mark
        for mark in test_a_recorded_http_error_has_its_sentence.pytestmark  # type: ignore[attr-defined]
        if mark.name == "parametrize"
    ]
    assert {row[0] for row in mark.args[1]} == {case["name"] for case in CASES}


@pytest.mark.parametrize(
    ("failed", "code", "said"),
    [
        (Failed("timeout", True, code="connect"), "upstream_timeout", "did not answer in 10 s"),
        (Failed("timeout", True, code="first_byte"), "upstream_timeout", "answer in 120 s"),
        (Failed("timeout", True, code="silence"), "upstream_timeout", "stopped writing"),
        (Failed("timeout", True, code="no_text"), "upstream_timeout", "stopped writing"),
        (Failed("timeout", True, code="total"), "upstream_timeout", "no progress for 30 min"),
        (Failed("connection", True), "upstream_disconnected", "broke off"),
        (Failed("truncated", True), "upstream_disconnected", "broke off"),
        (Failed("truncated", True, code="no_events"), "upstream_bad_response", "unreadable"),
        (Failed("malformed", True, code="html"), "upstream_bad_response", "address right"),
        (Failed("malformed", True, code="redirect"), "upstream_bad_response", "address right"),
        (Failed("malformed", True, code="answer_too_large"), "upstream_too_large", "2 MiB"),
        (Failed("malformed", True, code="frame_too_large"), "upstream_too_large", "1 MiB"),
        (Failed("malformed", True, code="body_too_large"), "upstream_too_large", "32 MiB"),
        (Failed("not_found", False, "no model x"), "upstream_model", "does not exist there"),
        (Failed("not_found", False, code="model_not_found"), "upstream_model", "not exist"),
        (Failed("not_found", False, "Not Found"), "upstream_bad_response", "address right"),
        (Failed("permission", False), "upstream_auth", "refused the key"),
        (Failed("rate_limit", True), "upstream_rate_limited", "wait a moment"),
        (Failed("rate_limit", True, retry_after=300), "upstream_rate_limited", "wait 5 min"),
        (Failed("rate_limit", True, retry_after=80000), "upstream_rate_limited", "wait 23 h"),
        (
            Failed("rate_limit", True, retry_after=9e5),
            "upstream_rate_limited",
            "wait longer than a day",
        ),
    ],
)
def test_a_failure_of_ours_has_its_sentence(failed: Failed, code: str, said: str) -> None:
    told = explain(failed, Timeouts())
    assert told.code == code
    assert said in told.sentence


def test_only_what_may_pass_by_itself_is_tried_again_by_itself() -> None:
    def passes(kind: ErrorKind, retryable: bool = True, code: str = "") -> bool:
        return explain(Failed(kind, retryable, code=code), Timeouts()).passes

    passing = {kind for kind in get_args(ErrorKind) if passes(kind)}
    assert passing == {"rate_limit", "overloaded", "timeout", "connection", "truncated"}
    assert not passes("overloaded", retryable=False)
    assert not passes("timeout", code="total")


def test_a_code_that_nobody_knows_still_has_a_sentence() -> None:
    assert sentence("from_a_later_version") == sentence("internal")


def test_a_model_that_refuses_pictures_is_said_to_take_none_perhaps() -> None:
    failed = Failed(
        "invalid_request", False, "This model does not support image input.", status=400
    )
    told = explain(failed, Timeouts(), with_files=True)
    assert told.code == "upstream_bad_request"
    assert "this model may take none" in told.sentence
    assert told.sentence.endswith("It said: “This model does not support image input.”")
    assert "take none" not in explain(failed, Timeouts()).sentence
    other = Failed("invalid_request", False, "Unknown field: x", status=400)
    assert "take none" not in explain(other, Timeouts(), with_files=True).sentence
