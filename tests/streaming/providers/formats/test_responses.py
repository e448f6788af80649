"""Responses: recorded streams, what comes twice, replay, the request."""

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
from streaming.providers.base import ChatMessage, ChatRequest, Replay, Tool, ToolCall
from streaming.providers.config import ProviderConfig
from streaming.providers.formats.requests.responses import build, call
from streaming.providers.formats.responses import ResponsesParser
from tests.streaming.providers.formats import vectors


def frames(*values: dict[str, Any]) -> bytes:
    return b"".join(b"data: " + json.dumps(value).encode() + b"\n\n" for value in values)


def stream(*values: dict[str, Any], replay: Replay | None = None) -> list[Event]:
    return vectors.parsed(ResponsesParser(replay), [frames(*values)])


def text(words: str, **fields: Any) -> dict[str, Any]:
    place = {"output_index": 0, "content_index": 0}
    return {"type": "response.output_text.delta", "delta": words, **place, **fields}


def item(kind: str, index: int, **fields: Any) -> dict[str, Any]:
    return {"type": f"response.output_item.{kind}", "output_index": index, "item": fields}


def message(*texts: str) -> dict[str, Any]:
    content = [{"type": "output_text", "text": words} for words in texts]
    return {"type": "message", "content": content}


def completed(*output: dict[str, Any], **fields: Any) -> dict[str, Any]:
    response = {"status": "completed", "output": list(output), **fields}
    return {"type": "response.completed", "response": response}


DONE = Finished("stop", "completed")


def test_text_that_comes_only_whole_is_said_once() -> None:
    events = stream(
        {"type": "response.output_text.done", "output_index": 0, "text": "Hi"},
        {
            "type": "response.content_part.done",
            "output_index": 0,
            "content_index": 0,
            "part": {"type": "output_text", "text": "Hi"},
        },
        item("done", 0, **message("Hi", " there")),
        completed(message("Hi", " there")),
    )
    assert events == [TextDelta("Hi"), TextDelta(" there"), DONE]


def test_an_answer_that_comes_only_in_the_snapshot_is_said() -> None:
    called = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
    thought = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm"}]}
    assert stream(completed(thought, message("Hi"), called)) == [
        ReasoningDelta("Hm"),
        TextDelta("Hi"),
        ToolCallStarted(0, "c", "f"),
        ToolArgumentsDelta(0, "{}"),
        ToolCallEnded(0, "{}"),
        Finished("tool_calls", "completed"),
    ]


@pytest.mark.parametrize(
    ("last", "wanted"),
    [
        (completed(status="cancelled"), Finished("cancelled", "cancelled")),
        (
            {"type": "response.cancelled", "response": {}},
            Finished("cancelled", "cancelled"),
        ),
        (
            {"type": "response.incomplete", "response": {"incomplete_details": {"reason": "x"}}},
            Finished("other", "x"),
        ),
        ({"type": "response.incomplete", "response": {}}, Finished("other", "incomplete")),
        (
            {"type": "response.failed", "response": {"error": {"code": "rate_limit_exceeded"}}},
            Failed("rate_limit", True, code="rate_limit_exceeded"),
        ),
        ({"type": "response.failed", "response": {"error": None}}, Failed("unknown", True)),
        ({"error": {"type": "server_error"}}, Failed("server", True, code="server_error")),
    ],
)
def test_every_way_to_end_is_understood(last: dict[str, Any], wanted: Event) -> None:
    assert stream(last)[-1] == wanted


def test_a_custom_tool_call_is_a_call() -> None:
    events = stream(
        item("added", 3, type="custom_tool_call", call_id="c", name="sql", input=""),
        {"type": "response.custom_tool_call_input.delta", "output_index": 3, "delta": "SELECT"},
        {"type": "response.custom_tool_call_input.done", "output_index": 3, "input": "SELECT 1"},
        completed(),
    )
    assert ToolCallEnded(0, "SELECT 1") in events


def test_the_cursor_is_the_last_sequence_number_as_long_as_they_rise() -> None:
    parser = ResponsesParser()
    assert parser.cursor is None
    parser.feed(frames(text("a", sequence_number=4), text("b", sequence_number=7)))
    assert parser.cursor == 7
    parser.feed(frames(text("c", sequence_number=7)))
    assert parser.cursor is None
    parser.feed(frames(text("d", sequence_number=8)))
    assert parser.cursor is None


def test_a_missing_sequence_number_is_no_error_and_no_cursor() -> None:
    parser = ResponsesParser()
    assert parser.feed(frames(text("a", sequence_number=1), text("b"))) == [
        TextDelta("a"),
        TextDelta("b"),
    ]
    assert parser.cursor is None


REPLAY = Replay("resp_1", after=5, partial="Hello", calls=frozenset({"old"}))


def test_a_replay_skips_what_was_kept_already() -> None:
    events = stream(
        text("lo", sequence_number=5),
        text(" wor", sequence_number=6),
        text("ld", sequence_number=7),
        completed(),
        replay=REPLAY,
    )
    assert events == [TextDelta(" wor"), TextDelta("ld"), DONE]


def test_a_replay_does_not_say_again_what_its_done_events_hold() -> None:
    done = {"type": "response.output_text.done", "output_index": 0, "text": "Hello world"}
    events = stream(
        {**done, "sequence_number": 6},
        item("done", 0, **message("Hello world")) | {"sequence_number": 7},
        completed(message("Hello world")) | {"sequence_number": 8},
        replay=REPLAY,
    )
    assert events == [TextDelta(" world"), DONE]


def test_a_replay_says_an_item_that_began_in_it_even_if_it_comes_whole() -> None:
    events = stream(
        item("added", 1, type="message"),
        item("done", 1, **message(" More")),
        completed(message("Hello"), message(" More")),
        replay=REPLAY,
    )
    assert events == [TextDelta(" More"), DONE]


def test_a_replay_whose_snapshot_is_another_text_keeps_what_was_kept() -> None:
    assert stream(completed(message("Goodbye")), replay=REPLAY) == [Warned("replay_differs"), DONE]


def test_a_replay_does_not_repeat_a_call_that_had_ended() -> None:
    events = stream(
        item("done", 1, type="function_call", call_id="old", name="f", arguments="{}"),
        item("done", 2, type="function_call", call_id="new", name="f", arguments="{}"),
        completed(),
        replay=REPLAY,
    )
    assert [event.id for event in events if isinstance(event, ToolCallStarted)] == ["new"]


def test_a_replay_from_nothing_kept_says_everything() -> None:
    events = stream(completed(message("Hello")), replay=Replay("resp_1", after=-1))
    assert events == [TextDelta("Hello"), DONE]


CONFIG = ProviderConfig("p", "P", "responses", "http://127.0.0.1/v1", "k")


def request(*messages: ChatMessage, **fields: Any) -> ChatRequest:
    return ChatRequest("m", messages or (ChatMessage("user", "Hi"),), **fields)


def test_a_request_holds_the_whole_history_and_leaves_nothing_stored() -> None:
    turns = (
        ChatMessage("user", "Hi"),
        ChatMessage("assistant", "Let me see.", (ToolCall("c", "f", "{}"),)),
        ChatMessage("tool", "31 °C", tool_call_id="c"),
        ChatMessage("user", "And now?"),
    )
    body = build(CONFIG, request(*turns, system="Be brief.", parameters={"max_tokens": 9}))
    assert body == {
        "model": "m",
        "stream": True,
        "store": False,
        "instructions": "Be brief.",
        "max_output_tokens": 9,
        "input": [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
            {
                "type": "message",
                "role": "assistant",
                "content": [{"type": "output_text", "text": "Let me see."}],
            },
            {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c", "output": "31 °C"},
            {
                "type": "message",
                "role": "user",
                "content": [{"type": "input_text", "text": "And now?"}],
            },
        ],
    }


def test_encrypted_reasoning_goes_back_before_what_it_led_to() -> None:
    thought = {"type": "reasoning", "summary": [], "encrypted_content": "gAAA"}
    parser = ResponsesParser()
    parser.feed(frames(item("done", 0, **thought), text("Hi", output_index=1)))
    assert parser.opaque is None
    parser.feed(frames(completed()))
    turn = ChatMessage("assistant", "Hi", opaque=parser.opaque)
    sent = build(CONFIG, request(turn, parameters={"reasoning_effort": "low"}))
    assert sent["input"][0] == thought
    assert sent["input"][1]["role"] == "assistant"
    assert sent["reasoning"]["effort"] == "low"
    assert sent["include"] == ["reasoning.encrypted_content"]


def test_what_another_wire_format_kept_is_not_sent() -> None:
    turn = ChatMessage("assistant", "Hi", opaque={"format": "chat", "reasoning": [{}]})
    assert len(build(CONFIG, request(turn))["input"]) == 1


def test_tools_are_offered_flat() -> None:
    (tool,) = build(CONFIG, request(tools=(Tool("f"),)))["tools"]
    assert (tool["type"], tool["name"]) == ("function", "f")


def test_an_answer_in_the_background_is_stored() -> None:
    config = ProviderConfig("p", "P", "responses", "http://h/v1", options={"background": True})
    body = build(config, request())
    assert (body["background"], body["store"]) == (True, True)


def test_padding_is_declined_where_there_is_some() -> None:
    config = ProviderConfig("p", "P", "responses", "https://api.openai.com/v1")
    assert build(config, request())["stream_options"] == {"include_obfuscation": False}


def test_a_replay_is_asked_for_by_id_and_number() -> None:
    asked = call(CONFIG, request(replay=Replay("resp/1", after=5)))
    assert (asked.method, asked.body) == ("GET", None)
    assert asked.path == "/responses/resp%2F1?stream=true&starting_after=5"
