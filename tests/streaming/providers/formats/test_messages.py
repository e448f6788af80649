"""Messages: recorded streams, blocks and counters, the request."""

import json
from typing import Any

from streaming.events import (
    Event,
    Failed,
    Finished,
    ReasoningDelta,
    TextDelta,
    ToolArgumentsDelta,
    ToolCallEnded,
    ToolCallStarted,
    UsageReported,
    Warned,
)
from streaming.providers.base import ChatMessage, ChatRequest, Tool, ToolCall
from streaming.providers.config import ProviderConfig
from streaming.providers.formats.messages import MessagesParser
from streaming.providers.formats.requests.messages import build
from tests.streaming.providers.formats import vectors


def frames(*values: dict[str, Any]) -> bytes:
    return b"".join(b"data: " + json.dumps(value).encode() + b"\n\n" for value in values)


def stream(*values: dict[str, Any]) -> list[Event]:
    return vectors.parsed(MessagesParser(), [frames(*values)])


def start(index: int, **block: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(index: int, **fields: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": fields}


def text(index: int, words: str) -> dict[str, Any]:
    return delta(index, type="text_delta", text=words)


def stop(index: int) -> dict[str, Any]:
    return {"type": "content_block_stop", "index": index}


def begin(id_: str = "msg_1", **usage: int) -> dict[str, Any]:
    return {"type": "message_start", "message": {"id": id_, "usage": usage}}


def reason(word: str, **usage: int) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": word}, "usage": usage}


END = {"type": "message_stop"}


def test_text_in_the_start_of_a_block_is_said() -> None:
    events = stream(start(0, type="text", text="Hi"), start(1, type="thinking", thinking="Hm"))
    assert events[:2] == [TextDelta("Hi"), ReasoningDelta("Hm")]


def test_a_delta_whose_block_never_began_is_said() -> None:
    assert stream(text(4, "Hi"), reason("end_turn"), END) == [
        TextDelta("Hi"),
        Finished("stop", "end_turn"),
    ]


def test_input_that_comes_whole_in_the_start_of_a_call_is_its_arguments() -> None:
    events = stream(
        start(0, type="tool_use", id="t", name="f", input={"a": "é"}),
        stop(0),
        reason("tool_use"),
        END,
    )
    assert events == [
        ToolCallStarted(0, "t", "f"),
        ToolArgumentsDelta(0, '{"a":"é"}'),
        ToolCallEnded(0, '{"a":"é"}'),
        Finished("tool_calls", "tool_use"),
    ]


def test_an_answer_that_begins_anew_inside_its_stream_is_warned_of() -> None:
    events = stream(
        begin("msg_1"),
        start(0, type="tool_use", id="t", name="f"),
        begin("msg_2"),
        start(0, type="text", text=""),
        text(0, "Hi"),
        reason("end_turn"),
        END,
    )
    assert events[1] == Warned("message_restarted")
    assert not any(isinstance(event, ToolCallEnded) for event in events)


def test_later_counters_replace_earlier_ones_key_by_key() -> None:
    events = stream(
        begin(input_tokens=0, cache_read_input_tokens=7, output_tokens=0),
        reason("end_turn", input_tokens=5, output_tokens=3),
        END,
    )
    assert events[0] == UsageReported(input_tokens=12, output_tokens=3, cached_tokens=7)


def test_an_error_without_a_type_is_a_failure() -> None:
    assert stream({"error": {"type": "api_error", "message": "m"}}) == [
        Failed("server", True, "m", "api_error")
    ]


def test_done_after_a_stop_reason_is_an_end() -> None:
    body = frames(text(0, "Hi"), reason("end_turn")) + b"data: [DONE]\n\n"
    assert vectors.parsed(MessagesParser(), [body])[-1] == Finished("stop", "end_turn")


CONFIG = ProviderConfig("p", "P", "messages", "http://127.0.0.1/v1", "k")


def request(*messages: ChatMessage, model: str = "claude-opus-5", **fields: Any) -> ChatRequest:
    return ChatRequest(model, messages or (ChatMessage("user", "Hi"),), **fields)


def test_a_plain_request_has_a_limit_and_no_sampling() -> None:
    assert build(CONFIG, request(system="Be brief.")) == {
        "model": "claude-opus-5",
        "max_tokens": 8192,
        "stream": True,
        "system": "Be brief.",
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}],
    }


def test_results_of_calls_stand_in_one_user_turn_after_them() -> None:
    turns = (
        ChatMessage("user", "Hi"),
        ChatMessage("assistant", "", (ToolCall("a", "f", '{"x":1}'), ToolCall("b", "g", "[1]"))),
        ChatMessage("tool", "1", tool_call_id="a"),
        ChatMessage("tool", "", tool_call_id="b"),
        ChatMessage("user", "So?"),
    )
    assert build(CONFIG, request(*turns))["messages"][1:] == [
        {
            "role": "assistant",
            "content": [
                {"type": "tool_use", "id": "a", "name": "f", "input": {"x": 1}},
                {"type": "tool_use", "id": "b", "name": "g", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "a", "content": "1"},
                {"type": "tool_result", "tool_use_id": "b", "content": "(empty)"},
                {"type": "text", "text": "So?"},
            ],
        },
    ]


def answered(*values: dict[str, Any]) -> MessagesParser:
    parser = MessagesParser()
    parser.feed(frames(*values, reason("end_turn"), END))
    return parser


def test_signed_thoughts_go_back_with_their_turn() -> None:
    parser = answered(
        start(0, type="thinking", thinking="", signature=""),
        delta(0, type="thinking_delta", thinking="Hm"),
        delta(0, type="signature_delta", signature="sig"),
        start(1, type="redacted_thinking", data="xx"),
        text(2, "Hi"),
    )
    turn = ChatMessage("assistant", "Hi", opaque=parser.opaque)
    assert build(CONFIG, request(turn))["messages"][0]["content"] == [
        {"type": "thinking", "thinking": "Hm", "signature": "sig"},
        {"type": "redacted_thinking", "data": "xx"},
        {"type": "text", "text": "Hi"},
    ]


def test_a_turn_that_was_changed_since_goes_back_as_its_text() -> None:
    parser = answered(start(0, type="redacted_thinking", data="xx"), text(1, "Hi"))
    turn = ChatMessage("assistant", "Hi there", opaque=parser.opaque)
    (block,) = build(CONFIG, request(turn))["messages"][0]["content"]
    assert block == {"type": "text", "text": "Hi there"}


def test_a_paused_turn_goes_back_whole() -> None:
    parser = MessagesParser()
    vectors.parsed(parser, [vectors.body("messages", "08_server_tool_pause_turn")])
    turn = ChatMessage("assistant", "Searching. So far", opaque=parser.opaque)
    kinds = [block["type"] for block in build(CONFIG, request(turn))["messages"][0]["content"]]
    assert kinds == ["text", "server_tool_use", "web_search_tool_result", "text"]
    assert parser.opaque is not None
    assert parser.opaque["blocks"][1]["input"] == {"query": "tz"}


def test_an_answer_of_text_and_calls_needs_nothing_else() -> None:
    assert answered(text(0, "Hi")).opaque is None


def test_a_prefill_ends_the_messages_and_excludes_thinking() -> None:
    body = build(CONFIG, request(prefill="Once ", parameters={"reasoning_effort": "low"}))
    assert body["messages"][-1] == {
        "role": "assistant",
        "content": [{"type": "text", "text": "Once"}],
    }
    assert "thinking" not in body


def test_newer_models_think_as_they_see_fit_and_older_ones_by_a_budget() -> None:
    asked = {"reasoning_effort": "high", "temperature": 0.5}
    new = build(CONFIG, request(parameters=asked))
    assert new["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert new["output_config"] == {"effort": "high"}
    old = build(CONFIG, request(model="claude-sonnet-4-5", parameters=asked))
    assert old["thinking"] == {"type": "enabled", "budget_tokens": 16384}
    assert old["max_tokens"] > 16384
    assert "temperature" not in new
    assert "temperature" not in old


def test_tools_are_offered_with_their_schema() -> None:
    (tool,) = build(CONFIG, request(tools=(Tool("f", "does f"),)))["tools"]
    assert tool["input_schema"] == {"type": "object", "properties": {}}
