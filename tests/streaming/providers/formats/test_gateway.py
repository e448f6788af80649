"""The multi-service gateway: recorded streams, its two ends, the request."""

import json
from typing import Any

import pytest

from streaming.error_messages.failures import explain
from streaming.events import CostReported, Event, Failed, Finished, TextDelta, Warned
from streaming.providers.base import ChatMessage, ChatRequest
from streaming.providers.config import ProviderConfig, Timeouts
from streaming.providers.formats.gateway import ADAPTER, GatewayParser, build
from streaming.providers.http.client import Client
from streaming.providers.registry import provider_for
from tests.streaming.providers.formats import vectors
from tests.support.network.loopback import loopback, plain


def stream(*values: dict[str, Any]) -> list[Event]:
    body = "".join(f"data: {json.dumps(value)}\n\n" for value in values)
    return vectors.parsed(GatewayParser(), [body.encode()])


def text(words: str, **fields: Any) -> dict[str, Any]:
    return {"type": "text", "name": "output", "content": words, **fields}


def test_what_comes_after_the_last_content_chunk_is_still_read() -> None:
    events = stream(text("Hi", is_final=True), {"final": True, "cost": {"total": 0.5}})
    assert events == [TextDelta("Hi"), CostReported(total=0.5), Finished("stop")]


def test_a_finish_reason_is_honoured_if_there_is_one() -> None:
    assert stream({"final": True, "finish_reason": "length"})[-1] == Finished("length", "length")


def test_warnings_of_any_shape_are_passed_on() -> None:
    events = stream({"final": True, "warnings": ["a", {"message": "b"}, {"code": 7}]})
    said = [event.message for event in events if isinstance(event, Warned)]
    assert said == ["a", "b", '{"code":7}']


def test_a_cost_that_is_no_amount_is_none() -> None:
    assert stream({"final": True, "cost": {"total": "much", "input": -1}}) == [Finished("stop")]


def test_an_error_by_type_is_a_failure() -> None:
    assert stream({"type": "error", "message": "m"}) == [Failed("unknown", True, "m")]


CONFIG = ProviderConfig("p", "P", "gateway", "http://127.0.0.1:8000", "sk_1")
TURNS = (
    ChatMessage("user", "One"),
    ChatMessage("assistant", "Two"),
    ChatMessage("user", "Three"),
)


def config(**options: Any) -> ProviderConfig:
    return ProviderConfig("p", "P", "gateway", "http://127.0.0.1:8000", options=options)


def request(model: str = "google-gemini/gemini-2.0-flash", **fields: Any) -> ChatRequest:
    return ChatRequest(model, TURNS, **fields)


def test_the_last_turn_is_the_input_and_the_earlier_ones_are_history() -> None:
    assert build(CONFIG, request(system="Be brief.", parameters={"temperature": 0.2})) == {
        "service_name": "google-gemini",
        "model_name": "gemini-2.0-flash",
        "input": [{"type": "text", "name": "input", "content": "Three"}],
        "parameters": {"temperature": 0.2},
        "history": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "One"},
            {"role": "assistant", "content": "Two"},
        ],
    }


def test_empty_parameters_and_history_are_left_out() -> None:
    body = build(CONFIG, ChatRequest("s/m", (ChatMessage("user", "Hi"),)))
    assert sorted(body) == ["input", "model_name", "service_name"]


def test_what_the_guide_leaves_open_can_be_configured() -> None:
    entry = {"speaker": "$role", "words": "$text", "kind": "text"}
    body = build(
        config(service_name="svc", history_entry=entry, system="input"),
        request(model="a/b", system="Be brief."),
    )
    assert (body["service_name"], body["model_name"]) == ("svc", "a/b")
    assert body["history"][0] == {"speaker": "user", "words": "One", "kind": "text"}
    assert body["input"][0]["content"] == "Be brief.\n\nThree"


def test_parameters_of_the_provider_go_with_those_of_the_request_and_win() -> None:
    always = {"parameters": {"enable_thinking": True, "temperature": 1}, "extra": 1}
    provider = ProviderConfig("p", "P", "gateway", "http://127.0.0.1:8000", extra_body=always)
    body = build(provider, request(parameters={"temperature": 0.2, "max_tokens": 9}))
    assert body["parameters"] == {"temperature": 1, "max_tokens": 9, "enable_thinking": True}
    assert body["extra"] == 1
    assert build(provider, request())["parameters"] == always["parameters"]


@pytest.mark.parametrize(
    ("base_url", "path"),
    [
        ("http://localhost:8000", "/api/v1/generate/stream"),
        ("http://localhost:8000/api", "/v1/generate/stream"),
        ("http://localhost:8000/api/v1", "/generate/stream"),
        ("https://example.com/gateway", "/api/v1/generate/stream"),
        ("https://example.com/gateway/api/v1", "/generate/stream"),
    ],
)
def test_the_address_may_end_before_or_after_api_v1(base_url: str, path: str) -> None:
    provider = ProviderConfig("p", "P", "gateway", base_url)
    assert ADAPTER.call(provider, request()).path == path


@pytest.mark.parametrize("model", ["gemini", "/gemini", "google/", " /gemini", ""])
async def test_a_model_without_its_service_is_not_asked_for(http: Client, model: str) -> None:
    async with loopback(plain("500 No")) as place:
        provider = provider_for(ProviderConfig("p", "P", "gateway", place.url), http)
        events = [e async for batch in provider.stream(request(model=model)) for e in batch]
        assert place.visits == []
    (failed,) = events
    assert isinstance(failed, Failed)
    told = explain(failed, Timeouts())
    assert "written as service/model, such as google-gemini/gemini-2.0-flash." in told.sentence
    assert (told.retry, told.resume, told.passes) == (False, False, False)
