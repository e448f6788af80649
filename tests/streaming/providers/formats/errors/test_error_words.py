"""The provider's own words, wherever they hide, and what they mean whatever their number."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.error_messages.failures import explain
from streaming.events import Failed
from streaming.providers.config import Timeouts
from streaming.providers.formats.error_bodies.failures import failure, http_failure
from streaming.providers.registry import PARSERS

QUOTED = json.dumps({"error": {"message": "At most 4 images.", "type": "invalid_request_error"}})

HIDDEN: list[tuple[Any, str]] = [
    (
        {"error": {"message": "Provider returned error", "metadata": {"raw": QUOTED}}},
        "At most 4 images.",
    ),
    (
        {"error": {"message": "It failed", "metadata": {"raw": "Too many images"}}},
        "It failed: Too many images",
    ),
    ({"error": {"message": QUOTED, "code": 400}}, "At most 4 images."),
    ({"error": {"message": f"host said: {QUOTED}"}}, "host said: At most 4 images."),
    ({"error": {"message": json.dumps({"message": QUOTED})}}, "At most 4 images."),
    (
        {"message": "Error code: 400 - {'error': {'message': \"it's too hot\", 'param': None}}"},
        "it's too hot",
    ),
    ({"error": QUOTED}, "At most 4 images."),
    (f"upstream failed: {QUOTED}", "upstream failed: At most 4 images."),
    ({"error": {"message": f"{QUOTED} (request id: 20261126)"}}, "At most 4 images."),
    ({"error": {"message": f"host said b'{QUOTED}'"}}, "host said: At most 4 images."),
    ({"error": [QUOTED, "and more"]}, "At most 4 images; and more"),
    ({"message": {"detail": [{"loc": ["x"], "msg": "Field required"}]}}, "Field required"),
    (f"failed - {QUOTED[:35]}", "failed: At most 4 im"),
    (QUOTED[:35], "At most 4 im"),
    ({"errors": [{"message": "x is wrong"}, {"message": "y too"}]}, "x is wrong; y too"),
    ({"errors": ["x is wrong"]}, "x is wrong"),
    (
        {"errors": {"top_p": ["must be below 1"]}, "message": "Invalid."},
        "Invalid: top_p: must be below 1",
    ),
    ({"msg": "bad thing", "code": "x"}, "bad thing"),
    ({"error_msg": "no such user"}, "no such user"),
    ({"base_resp": {"status_code": 2013, "status_msg": "wrong parameter"}}, "wrong parameter"),
    (
        {"detail": [{"loc": ["body"], "msg": "Field required"}, {"msg": "Not a number"}]},
        "Field required; Not a number",
    ),
    ({"detail": {"message": "out of room"}}, "out of room"),
    ({"title": "Bad Request", "detail": "the seed is odd"}, "the seed is odd"),
    ({"message": "Bad Request", "details": "the seed is odd"}, "Bad Request: the seed is odd"),
    (
        {
            "error": {
                "message": "Bad field",
                "details": [{"fieldViolations": [{"description": "too hot by far"}]}],
            }
        },
        "Bad field: too hot by far",
    ),
    (
        {
            "error": {
                "message": "Slow down",
                "details": [{"@type": "x/Help", "description": "Learn more"}],
            }
        },
        "Slow down",
    ),
    (
        {
            "error": {
                "message": "Flagged",
                "metadata": {"reasons": ["violence"], "flagged_input": "my own text"},
            }
        },
        "Flagged: violence",
    ),
    ({"result": {"oddity": "the fuse is blown"}, "input": "my own text"}, "the fuse is blown"),
    (
        "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
        "502 Bad Gateway",
    ),
    ("<!DOCTYPE html><body><h1>Gone &amp; lost</h1><script>alert(1)</script>", "Gone & lost"),
    (
        "<?xml version='1.0'?><Error><Code>X</Code><Message>No such bucket</Message></Error>",
        "No such bucket",
    ),
    (
        {"message": "<p>Bad <b>thing</b> at 1 < 2</p><script>alert(1)</script>"},
        "Bad thing at 1 < 2",
    ),
    (
        {"message": "210000 tokens > 200000 and vector<int>"},
        "210000 tokens > 200000 and vector<int>",
    ),
    ("no healthy upstream", "no healthy upstream"),
    ('"no \\u0068ealthy upstream"', "no healthy upstream"),
]


@pytest.mark.parametrize(("body", "said"), HIDDEN, ids=[said[:30] for _, said in HIDDEN])
def test_the_words_of_a_server_are_found_wherever_they_hide(body: Any, said: str) -> None:
    sent = body if isinstance(body, str) else json.dumps(body)
    for status in (400, 402, 403, 408, 418, 429, 500, 503):
        message = http_failure(status, {}, sent.encode(), 0.0).message
        assert message is not None
        assert message.endswith(said)
        assert '{"' not in message


@pytest.mark.parametrize("format_", PARSERS)
@pytest.mark.parametrize(
    "hidden", [raw for raw, _ in HIDDEN if isinstance(raw, dict) and "error" in raw]
)
def test_an_error_frame_of_any_format_says_what_a_status_would(
    format_: str, hidden: dict[str, Any]
) -> None:
    parser = PARSERS[format_]()
    events = parser.feed(f"data: {json.dumps(hidden)}\n\n".encode()) + parser.finish()
    assert isinstance(events[-1], Failed)
    assert events[-1].message == failure(hidden).message


MEANT: list[tuple[int, str, str, str]] = [
    (400, "Your credit balance is too low to access the API.", "billing", "upstream_quota"),
    (402, "You asked for 65536 tokens, but can only afford 4000.", "billing", "upstream_quota"),
    (403, "The free tier of this model is exhausted.", "billing", "upstream_quota"),
    (429, "You exceeded your current quota.", "billing", "upstream_quota"),
    (500, "insufficient balance (1008)", "billing", "upstream_quota"),
    (503, "Your account has run out of credits", "billing", "upstream_quota"),
    (403, "Key limit exceeded (total limit)", "billing", "upstream_quota"),
    (429, "Your account org-1 is suspended, check your plan", "billing", "upstream_quota"),
    (403, "your account has an overdue balance", "billing", "upstream_quota"),
    (400, "账户余额不足", "billing", "upstream_quota"),
    (403, "Country, region, or territory not supported", "permission", "upstream_forbidden"),
    (400, "User location is not supported for the API use.", "permission", "upstream_forbidden"),
    (403, "Project p has no access to model m", "permission", "upstream_forbidden"),
    (403, "Just a moment...", "permission", "upstream_forbidden"),
    (403, "Your input was flagged", "content_filter", "content_filtered"),
    (400, "blocked by our content management policy", "content_filter", "content_filtered"),
    (403, "This key may not do that", "permission", "upstream_auth"),
    (403, "Forbidden", "permission", "upstream_auth"),
    (403, "", "permission", "upstream_auth"),
    (401, "User not found.", "auth", "upstream_auth"),
    (400, "API key not valid. Pass a valid one.", "auth", "upstream_auth"),
    (403, "Rate limit exceeded", "rate_limit", "upstream_rate_limited"),
    (500, "Too many requests in a row", "rate_limit", "upstream_rate_limited"),
    (
        429,
        "Request too large for m on tokens per min: Limit 3, Requested 4.",
        "context_window",
        "context_too_long",
    ),
    (
        400,
        "This model's maximum context length is 8192 tokens.",
        "context_window",
        "context_too_long",
    ),
    (500, "The model is overloaded with waiting requests.", "overloaded", "upstream_overloaded"),
    (500, "CUDA out of memory on worker 3", "server", "upstream_server_error"),
    (400, "max_tokens must be below 4096", "invalid_request", "upstream_bad_request"),
]


@pytest.mark.parametrize(("status", "said", "kind", "code"), MEANT)
def test_a_sentence_is_believed_before_the_number_that_it_came_with(
    status: int, said: str, kind: str, code: str
) -> None:
    body = json.dumps({"error": {"message": said}}).encode()
    failed = http_failure(status, {}, body, 0.0)
    told = explain(failed, Timeouts())
    assert (failed.kind, told.code) == (kind, code)
    assert said in told.sentence
    assert told.passes == (kind in ("rate_limit", "overloaded"))


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("RateLimitError", "rate_limit"),
        ("ServiceUnavailableError", "overloaded"),
        ("PermissionDeniedError", "permission"),
        ("RESOURCE_EXHAUSTED", "rate_limit"),
        ("UNAUTHENTICATED", "auth"),
        ("Throttling.RateQuota", "rate_limit"),
        ("Arrearage", "billing"),
    ],
)
def test_a_code_is_known_however_it_is_spelled(word: str, kind: str) -> None:
    assert failure({"error": {"type": word, "message": "m"}}).kind == kind


def test_a_limit_that_begins_anew_soon_is_none_of_money() -> None:
    said = "You exceeded your current quota, check your plan and billing. Please retry in 34.07s."
    failed = http_failure(429, {}, json.dumps({"error": {"message": said}}).encode(), 0.0)
    assert (failed.kind, failed.retryable, failed.retry_after) == ("rate_limit", True, 34.07)


@pytest.mark.parametrize("said", ["free-models-per-day", "The daily limit is reached"])
def test_a_limit_of_a_day_is_not_asked_again_in_a_second(said: str) -> None:
    failed = failure({"error": {"message": said, "code": "rate_limit_exceeded"}})
    assert (failed.kind, failed.retryable) == ("rate_limit", False)
    told = explain(failed, Timeouts())
    assert (told.retry, told.passes) == (True, False)
    assert told.sentence == f"A limit of the provider is used up. It said: “{said}”"


def test_a_frame_in_the_middle_does_not_ask_about_the_address() -> None:
    junk = Failed("malformed", True, code="junk")
    assert "address" in explain(junk, Timeouts()).sentence
    midway = explain(junk, Timeouts(), midway=True)
    assert midway.sentence == "The provider sent something unreadable."
    page = Failed("malformed", True, "The server sent a web page: 502 Bad Gateway", "html")
    told = explain(page, Timeouts(), midway=True).sentence
    assert told.endswith("Is the address right? It said: “502 Bad Gateway”")
    untitled = Failed("malformed", True, "The server sent a web page.", "html")
    assert explain(untitled, Timeouts()).sentence.endswith("Is the address right?")


nested = st.recursive(
    st.none() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["error", "message", "metadata", "raw", "details", "code", "errors", "x"]),
        inner | inner.map(json.dumps),
        max_size=4,
    ),
    max_leaves=12,
)


@given(nested, st.sampled_from([400, 403, 429, 500]))
def test_whatever_a_body_holds_its_words_are_one_plain_line(value: Any, status: int) -> None:
    failed = http_failure(status, {}, json.dumps(value).encode(), 0.0)
    message = failed.message or "."
    assert message.isprintable()
    assert len(message) <= 300


@pytest.mark.parametrize(
    "filler", ["'", " ", "again ", "{", "[", "<a ", "<head", '"message":"', "credit ", "\\d", "b'"]
)
def test_a_body_that_repeats_itself_is_read_at_once(filler: str) -> None:
    said = f"try again {filler * (16_000 // len(filler))}"
    for value in (said, {"error": {"message": said}}, {"errors": [said] * 5}):
        failed = http_failure(429, {}, json.dumps(value).encode(), 0.0)
        assert (failed.message or "").startswith("try again")


def test_what_is_nested_without_end_is_read_so_far_only() -> None:
    value: Any = "deep inside"
    for _ in range(30):
        value = json.dumps({"error": {"message": value}})[: 16 * 1024]
    assert len(http_failure(500, {}, value.encode(), 0.0).message or "") <= 300
    wide = {"error": {"details": [{"message": f"thing {n}"} for n in range(10_000)]}}
    assert (failure(wide).message or "").startswith("thing 0; thing 1")
