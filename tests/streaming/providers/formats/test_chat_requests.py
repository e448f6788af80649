"""What is sent to a server that speaks Chat Completions."""

import json
from typing import Any

import pytest

from streaming.providers.base import ChatMessage, ChatRequest, Tool, ToolCall
from streaming.providers.config import ProviderConfig
from streaming.providers.formats.chat import ChatParser
from streaming.providers.formats.requests.chat import build
from tests.streaming.providers.formats import vectors
from tests.streaming.providers.http.chunks import call, delta

CONFIG = ProviderConfig("p", "P", "chat", "http://127.0.0.1/v1", "k")


def request(*messages: ChatMessage, **fields: Any) -> ChatRequest:
    return ChatRequest("m", messages or (ChatMessage("user", "Hi"),), **fields)


def test_a_plain_request_asks_for_a_stream_and_for_usage() -> None:
    assert build(CONFIG, request(system="Be brief.")) == {
        "model": "m",
        "stream": True,
        "stream_options": {"include_usage": True},
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hi"},
        ],
    }


def test_only_parameters_that_were_set_are_sent() -> None:
    body = build(CONFIG, request(parameters={"temperature": 0.0, "max_tokens": 9, "top_p": None}))
    assert body["temperature"] == 0.0
    assert body["max_tokens"] == 9
    assert "top_p" not in body


def test_the_limit_has_the_name_that_the_server_knows() -> None:
    config = ProviderConfig("p", "P", "chat", "https://api.openai.com/v1")
    assert build(config, request(parameters={"max_tokens": 9}))["max_completion_tokens"] == 9


def test_what_the_configuration_adds_wins() -> None:
    config = ProviderConfig(
        "p",
        "P",
        "chat",
        "http://h/v1",
        extra_body={"temperature": 1},
        options={"stream_options": False},
    )
    body = build(config, request(parameters={"temperature": 0}))
    assert body["temperature"] == 1
    assert "stream_options" not in body


def test_a_prefill_is_a_trailing_assistant_turn_without_its_last_blanks() -> None:
    body = build(CONFIG, request(prefill="Once upon \n"))
    assert body["messages"][-1] == {"role": "assistant", "content": "Once upon"}


def test_a_blank_prefill_is_none() -> None:
    assert len(build(CONFIG, request(prefill=" \n"))["messages"]) == 1


@pytest.mark.parametrize(
    ("base_url", "flag", "on_message", "in_body"),
    [
        ("https://api.mistral.ai/v1", {}, {"prefix": True}, {}),
        ("https://api.moonshot.ai/v1", {}, {"partial": True}, {}),
        (
            "https://api.deepseek.com/beta",
            {},
            {"prefix": True},
            {"thinking": {"type": "disabled"}},
        ),
        (
            "http://vllm:8000/v1",
            {"continue_final_message": True, "add_generation_prompt": False},
            {},
            {"continue_final_message": True, "add_generation_prompt": False},
        ),
    ],
)
def test_a_prefill_is_marked_as_the_server_wants_it(
    base_url: str, flag: dict[str, Any], on_message: dict[str, Any], in_body: dict[str, Any]
) -> None:
    config = ProviderConfig("p", "P", "chat", base_url, prefill_flag=flag)
    body = build(config, request(prefill="Once"))
    assert body["messages"][-1] == {"role": "assistant", "content": "Once", **on_message}
    assert body.items() >= in_body.items()


def test_a_turn_with_calls_goes_back_with_what_was_kept_of_it() -> None:
    parser = ChatParser()
    chunk = call(0, "a", "f", "{}")
    chunk["choices"][0]["delta"]["reasoning_content"] = "Hm"
    chunk["choices"][0]["delta"]["tool_calls"][0]["extra_content"] = {"google": {"s": 1}}
    vectors.parsed(parser, [b"data: " + json.dumps(chunk).encode() + b"\n\ndata: [DONE]\n\n"])
    turn = ChatMessage("assistant", "", (ToolCall("a", "f", "{}"),), opaque=parser.opaque)
    body = build(CONFIG, request(turn, ChatMessage("tool", "31 °C", tool_call_id="a")))
    assert body["messages"] == [
        {
            "role": "assistant",
            "content": None,
            "reasoning_content": "Hm",
            "tool_calls": [
                {
                    "id": "a",
                    "type": "function",
                    "function": {"name": "f", "arguments": "{}"},
                    "extra_content": {"google": {"s": 1}},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "a", "content": "31 °C"},
    ]


def test_pieces_of_reasoning_details_go_back_as_one() -> None:
    pieces = [
        {"type": "reasoning.text", "index": 0, "text": "A"},
        {"type": "reasoning.text", "index": 0, "text": "B", "signature": "s"},
        {"type": "reasoning.encrypted", "index": 1, "data": "x"},
    ]
    parser = ChatParser()
    for piece in pieces:
        parser.feed(b"data: " + json.dumps(delta(reasoning_details=[piece])).encode() + b"\n\n")
    half = parser.opaque
    parser.feed(b"data: [DONE]\n\n")
    assert half is None  # half a thought is refused when it is sent back
    assert parser.opaque is not None
    assert parser.opaque["reasoning_details"] == [
        {"type": "reasoning.text", "index": 0, "text": "AB", "signature": "s"},
        {"type": "reasoning.encrypted", "index": 1, "data": "x"},
    ]


def test_an_unanswered_call_and_an_empty_turn_are_not_sent() -> None:
    body = build(
        CONFIG,
        request(
            ChatMessage("user", "One"),
            ChatMessage("assistant", "", (ToolCall("a", "f", "{"),)),
            ChatMessage("tool", "?", tool_call_id="other"),
            ChatMessage("user", "Two"),
        ),
    )
    assert body["messages"] == [{"role": "user", "content": "One\n\nTwo"}]


def test_tools_are_offered_as_functions() -> None:
    body = build(CONFIG, request(tools=(Tool("f", "does f"),)))
    assert body["tools"] == [
        {
            "type": "function",
            "function": {
                "name": "f",
                "description": "does f",
                "parameters": {"type": "object", "properties": {}},
            },
        }
    ]
