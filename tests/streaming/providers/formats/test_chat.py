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
from streaming.providers.formats.chat import ChatParser
from tests.streaming.providers.formats import vectors
from tests.streaming.providers.http.chunks import call, delta


def stream(*chunks: Any, done: bool = True) -> list[Event]:
    frames = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    if done:
        frames.append("data: [DONE]\n\n")
    return vectors.parsed(ChatParser(), ["".join(frames).encode()])


def calls(events: list[Event]) -> list[tuple[str, str]]:
    """(id and name, arguments) of the calls that ended."""
    started = [event for event in events if isinstance(event, ToolCallStarted)]
    ended = {event.index: event for event in events if isinstance(event, ToolCallEnded)}
    assert [event.index for event in started] == list(range(len(started)))
    return [(f"{each.id} {each.name}", ended[each.index].arguments) for each in started]


def test_one_space_and_one_newline_are_text_and_an_empty_delta_is_not() -> None:
    events = stream(*(delta(content=text) for text in ("A", " ", "", "\n")))
    assert events[:-1] == [TextDelta("A"), TextDelta(" "), TextDelta("\n")]


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
