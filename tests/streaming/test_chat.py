"""Chat Completions: recorded streams, the dialects of vendors, the request."""

import json
from typing import Any

import pytest

from streaming.events import (
    Event,
    Failed,
    Finished,
    ReasoningDelta,
    TextDelta,
    ToolArgumentsDelta,
    ToolCallEnded,
    ToolCallStarted,
    Warned,
)
from streaming.providers.base import ChatMessage, ChatRequest, Tool, ToolCall
from streaming.providers.chat import ChatParser, build
from streaming.providers.config import ProviderConfig
from tests.streaming import vectors


@pytest.mark.parametrize("name", vectors.names("chat"))
def test_a_recorded_stream_gives_its_events(name: str) -> None:
    vectors.check_vector(ChatParser, "chat", name)


def stream(*chunks: Any, done: bool = True) -> list[Event]:
    frames = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    if done:
        frames.append("data: [DONE]\n\n")
    return vectors.parsed(ChatParser(), ["".join(frames).encode()])


def delta(finish: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


def call(index: int | None = None, id_: str = "", name: str = "", args: Any = "") -> dict[str, Any]:
    function = {"name": name, "arguments": args}
    return delta(tool_calls=[{"index": index, "id": id_, "function": function}])


def calls(events: list[Event]) -> list[tuple[str, str]]:
    """(id and name, arguments) of the calls that ended."""
    started = [event for event in events if isinstance(event, ToolCallStarted)]
    ended = {event.index: event for event in events if isinstance(event, ToolCallEnded)}
    assert [event.index for event in started] == list(range(len(started)))
    return [(f"{each.id} {each.name}", ended[each.index].arguments) for each in started]


def test_one_space_and_one_newline_are_text_and_an_empty_delta_is_not() -> None:
    events = stream(delta(content=" "), delta(content=""), delta(content="\n"))
    assert events[:2] == [TextDelta(" "), TextDelta("\n")]


def test_the_same_thought_under_two_names_is_said_once() -> None:
    details = [{"type": "reasoning.text", "text": "Hm"}]
    events = stream(delta(reasoning="Hm", reasoning_details=details))
    assert events[:-1] == [ReasoningDelta("Hm")]


def test_thoughts_that_come_only_as_details_are_said() -> None:
    details = [
        {"type": "reasoning.summary", "summary": "A"},
        {"type": "reasoning.encrypted", "data": "x"},
        {"type": "reasoning.text", "text": "B"},
    ]
    assert stream(delta(reasoning_details=details))[:-1] == [
        ReasoningDelta("A"),
        ReasoningDelta("B"),
    ]


def test_only_the_first_choice_is_heard() -> None:
    second = {"choices": [{"index": 1, "delta": {"content": "no"}, "finish_reason": "length"}]}
    assert stream(second, delta("stop")) == [Finished("stop", "stop")]


def test_a_whole_body_instead_of_a_stream_is_an_answer() -> None:
    whole = {"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}
    events = vectors.parsed(ChatParser(), [json.dumps(whole, indent=1).encode()])
    assert events == [TextDelta("Hi"), Finished("stop", "stop")]


def test_done_without_a_reason_is_an_inferred_stop() -> None:
    assert stream(delta(content="Hi"))[-1] == Finished("stop", inferred=True)


def test_an_end_without_reason_and_done_is_cut() -> None:
    last = stream(delta(content="Hi"), done=False)[-1]
    assert isinstance(last, Failed)
    assert (last.kind, last.code) == ("truncated", None)


def test_an_answer_in_another_language_than_chat_says_so() -> None:
    last = vectors.parsed(ChatParser(), [b'{"status":"ok"}'])[-1]
    assert isinstance(last, Failed)
    assert (last.kind, last.code) == ("truncated", "no_events")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<!doctype html><title>Hi</title>", "html"),
        (b"data: nonsense\n\n", "junk"),
        (b"data: [1, 2]\n\n", "junk"),
        (b"data: 7\n\n", "junk"),
        (b'data: {"a": NaN}\n\n', "junk"),
        (b"data: " + b"[" * 100_000 + b"\n\n", "junk"),
        (b'{"a": 1} and then', "junk"),
        (b"data: " + b"x" * 1_100_000, "frame_too_large"),
    ],
)
def test_what_is_no_stream_is_malformed(body: bytes, code: str) -> None:
    last = vectors.parsed(ChatParser(), [body])[-1]
    assert isinstance(last, Failed)
    assert (last.kind, last.retryable, last.code) == ("malformed", True, code)


def test_an_error_field_line_of_llama_cpp_is_a_failure() -> None:
    body = b'data: {"choices":[]}\n\nerror: {"code":400,"message":"too long","type":"x"}\n\n'
    assert vectors.parsed(ChatParser(), [body]) == [
        Failed("invalid_request", retryable=False, message="too long", code="400")
    ]


def test_an_array_that_holds_an_error_is_a_failure() -> None:
    body = b'[{"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED"}}]'
    assert vectors.parsed(ChatParser(), [body]) == [
        Failed("rate_limit", retryable=True, message="slow", code="429")
    ]


@pytest.mark.parametrize(
    ("raw", "kind"),
    [("error", "unknown"), ("abort", "server"), ("insufficient_system_resource", "overloaded")],
)
def test_some_finish_reasons_are_failures(raw: str, kind: str) -> None:
    last = stream(delta(raw))[-1]
    assert isinstance(last, Failed)
    assert last.kind == kind


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("MAX_TOKENS", "length"),
        ("SAFETY", "content_filter"),
        ("end_turn", "stop"),
        ("pause_turn", "pause"),
        ("model_context_window_exceeded", "context_window"),
        ("new_word", "other"),
    ],
)
def test_a_finish_reason_is_translated(raw: str, reason: str) -> None:
    assert stream(delta(raw))[-1] == Finished(reason, raw)  # type: ignore[arg-type]


def test_split_surrogate_pairs_are_joined_over_deltas() -> None:
    events = stream(delta(content="a\ud83d"), delta(content="\udeb0b"))
    assert events[:-1] == [TextDelta("a"), TextDelta("🚰b")]


def test_half_a_pair_and_a_nul_never_leave() -> None:
    events = stream(delta(content="\udeb0x\0"), delta(content="end\ud83d"))
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert text == "\ufffdx\ufffdend\ufffd"


def test_pairs_are_held_for_each_channel_apart() -> None:
    events = stream(
        delta(content="\ud83d"),
        delta(reasoning="r"),
        call(0, "a", "f", "{}"),
        delta(content="\udeb0"),
    )
    assert TextDelta("🚰") in events


def test_parallel_calls_that_all_have_index_0_are_told_apart_by_id() -> None:
    events = stream(call(0, "a", "f", "{}"), call(0, "b", "g", "{}"))
    assert calls(events) == [("a f", "{}"), ("b g", "{}")]


def test_parallel_calls_with_index_0_and_no_ids_are_told_apart_by_whole_arguments() -> None:
    events = stream(call(0, "", "f", '{"x":1}'), call(0, "", "f", '{"x":2}'))
    assert calls(events) == [("call_0 f", '{"x":1}'), ("call_1 f", '{"x":2}')]


def test_a_name_that_is_repeated_on_every_fragment_makes_one_call() -> None:
    events = stream(call(0, "a", "f", '{"x":'), call(0, "a", "f", "1}"))
    assert calls(events) == [("a f", '{"x":1}')]


def test_upstream_indexes_may_start_anywhere() -> None:
    events = stream(call(3, "a", "f"), call(7, "b", "g"), call(3, args="{}"))
    assert calls(events) == [("a f", "{}"), ("b g", "{}")]


def test_fragments_without_index_go_to_the_call_touched_last() -> None:
    events = stream(call(None, "a", "f", "{"), call(None, args="}"), call(None, "b", "g"))
    assert calls(events) == [("a f", "{}"), ("b g", "{}")]


def test_a_fragment_without_index_goes_to_the_id_it_names() -> None:
    events = stream(call(None, "a", "f"), call(None, "b", "g"), call(None, "a", "", '{"x":1}'))
    assert calls(events) == [("a f", '{"x":1}'), ("b g", "{}")]


def test_arguments_wait_for_the_name() -> None:
    events = stream(call(0, "a", "", '{"x"'), call(0, "", "f", ":1}"))
    assert events[0] == ToolCallStarted(0, "a", "f")
    assert events[1:3] == [ToolArgumentsDelta(0, '{"x"'), ToolArgumentsDelta(0, ":1}")]


def test_a_call_that_never_gets_a_name_is_dropped_with_a_warning() -> None:
    events = stream(call(0, "a", "", "{}"), delta("tool_calls"))
    assert events == [Warned("tool_call_without_name"), Finished("tool_calls", "tool_calls")]


def test_arguments_that_are_an_object_are_serialised() -> None:
    events = stream(call(0, "a", "f", {"città": "Dodoma"}))
    assert calls(events) == [("a f", '{"città":"Dodoma"}')]


def test_the_one_function_call_of_old_servers_is_a_call() -> None:
    events = stream(
        delta(function_call={"name": "f", "arguments": "{"}),
        delta("function_call", function_call={"arguments": "}"}),
    )
    assert calls(events) == [("call_0 f", "{}")]


def test_calls_that_are_open_at_a_failure_never_end() -> None:
    events = stream(call(0, "a", "f", "{"), {"error": {"message": "x"}})
    assert not any(isinstance(event, ToolCallEnded) for event in events)


def test_an_answer_past_two_mebibytes_is_cut_there() -> None:
    events = stream(*[delta(content="é" * 100_000) for _ in range(15)])
    size = sum(len(event.text.encode()) for event in events if isinstance(event, TextDelta))
    assert size == 2 * 1024 * 1024
    last = events[-1]
    assert isinstance(last, Failed)
    assert (last.kind, last.code) == ("malformed", "answer_too_large")


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
