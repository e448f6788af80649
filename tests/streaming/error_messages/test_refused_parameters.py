"""A provider that does not take a parameter: which it was, in the words of each wire format."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streaming.error_messages.failures import explain
from streaming.error_messages.refused_parameters import LABELS
from streaming.providers.config import Timeouts
from streaming.providers.formats.error_bodies.failures import http_failure

ALL: dict[str, Any] = {
    "system_prompt": "Be brief.",
    "temperature": 1.5,
    "top_p": 0.9,
    "max_tokens": 500_000,
    "reasoning_effort": "low",
    "seed": 7,
    "stop": ["END"],
    "web_search": "on",
    "extra_body": {"top_k": 40, "min_p": 0.1},
}


def openai(message: str, param: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": param}}


def anthropic(message: str) -> dict[str, Any]:
    error = {"type": "invalid_request_error", "message": message}
    return {"type": "error", "error": error, "request_id": "req_1"}


def fastapi(field: str, message: str) -> dict[str, Any]:
    return {"detail": [{"type": "x", "loc": ["body", field], "msg": message, "input": 1.5}]}


def pawa(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "code": 400}}


CHAT = [
    ("web_search", openai("Web search options not supported with this model.")),
    ("web_search", openai("Unknown parameter: 'web_search_options'.", "web_search_options")),
    ("temperature", openai("Unsupported value: 'temperature' does not support 1.5 here.")),
    ("temperature", openai("Invalid value.", "temperature")),
    ("top_p", openai("Unsupported parameter: 'top_p' is not supported with this model.")),
    ("max_tokens", openai("max_tokens is too large: 500000. It supports 16384.", "max_tokens")),
    ("max_tokens", openai("'max_completion_tokens' must be at most 16384.")),
    ("effort", openai("Unrecognized request argument supplied: reasoning_effort")),
    ("stop", openai("Unsupported parameter: 'stop' is not supported with this model.", "stop")),
    ("seed", openai("'random_seed' must be an integer.")),
    ("extra_body", openai("Unrecognized request argument supplied: top_k")),
    ("system_prompt", openai("System role not supported")),
    ("system_prompt", openai("Developer instruction is not enabled for this model")),
]
RESPONSES = [
    ("effort", openai("Unsupported value: 'reasoning.effort' does not support 'low'.")),
    ("max_tokens", openai("Invalid 'max_output_tokens': expected a value below 128000.")),
    ("temperature", openai("Unsupported parameter.", "temperature")),
]
MESSAGES = [
    ("temperature", anthropic("temperature: range: 0..1")),
    ("temperature", anthropic("`temperature` and `top_p` cannot both be specified.")),
    ("max_tokens", anthropic("max_tokens: 500000 > 64000, which is the most")),
    ("effort", anthropic("thinking.budget_tokens: Input should be at least 1024")),
    ("stop", anthropic("stop_sequences: each stop sequence must contain non-whitespace")),
    ("extra_body", anthropic("top_k: Extra inputs are not permitted")),
]
GATEWAY = [
    ("temperature", fastapi("temperature", "Input should be less than or equal to 1")),
    ("seed", fastapi("seed", "Extra inputs are not permitted")),
    ("extra_body", fastapi("min_p", "Extra inputs are not permitted")),
]
PAWA = [
    ("top_p", pawa("top_p must be below 0.9")),
    ("effort", pawa("This model takes no reasoning")),
]
CASES = [*CHAT, *RESPONSES, *MESSAGES, *GATEWAY, *PAWA]


@pytest.mark.parametrize(("name", "body"), CASES, ids=lambda each: str(each)[:60])
def test_a_refused_parameter_is_named(name: str, body: dict[str, Any]) -> None:
    failed = http_failure(422 if "detail" in body else 400, {}, json.dumps(body).encode(), 0.0)
    told = explain(failed, Timeouts(), asked=ALL)
    assert (told.code, told.retry) == ("upstream_bad_request", True)
    assert f"does not take the value of “{LABELS[name]}”" in told.sentence
    assert "System prompt and parameters" in told.sentence
    assert failed.message
    assert f"It said: “{failed.message}”" in told.sentence


@pytest.mark.parametrize(("name", "body"), CASES, ids=lambda each: str(each)[:60])
def test_what_nobody_asked_for_is_not_to_be_changed(name: str, body: dict[str, Any]) -> None:
    failed = http_failure(422 if "detail" in body else 400, {}, json.dumps(body).encode(), 0.0)
    nothing: dict[str, Any] = {"seed": None, "stop": [], "system_prompt": ""}
    for asked in ({}, nothing):
        sentence = explain(failed, Timeouts(), asked=asked).sentence
        assert sentence == f"The provider rejected the request: {failed.message}"


@pytest.mark.parametrize(
    "message", ["Unstoppable.", "A model that reseeds", "messages: at least one message", ""]
)
def test_a_word_within_another_names_nothing(message: str) -> None:
    failed = http_failure(400, {}, json.dumps(openai(message)).encode(), 0.0)
    assert "System prompt and parameters" not in explain(failed, Timeouts(), asked=ALL).sentence
