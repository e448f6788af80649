"""Stopped anywhere, in any format: the next request is one that a server takes."""

import json
from itertools import pairwise
from typing import Any

import pytest

from streaming.events import Event, TextDelta, ToolCallEnded, ToolCallStarted
from streaming.providers.base import ChatMessage, ChatRequest, ToolCall
from streaming.providers.config import ProviderConfig
from streaming.providers.formats import gateway, pawa
from streaming.providers.formats.requests import chat, messages, responses
from streaming.providers.registry import PARSERS
from tests.streaming.providers.formats import vectors

BUILDERS = {
    "chat": chat.build,
    "responses": responses.build,
    "messages": messages.build,
    "gateway": gateway.build,
    "pawa": pawa.build,
}
ALL = [(wire, name) for wire in sorted(PARSERS) for name in vectors.names(wire)]


def turn_of(wire: str, body: bytes) -> ChatMessage:
    """What would be kept of an answer of which so much came."""
    parser = PARSERS[wire]()
    events: list[Event] = [*parser.feed(body)]
    started = {event.index: event for event in events if isinstance(event, ToolCallStarted)}
    calls = tuple(
        ToolCall(started[event.index].id, started[event.index].name, event.arguments)
        for event in events
        if isinstance(event, ToolCallEnded)
    )
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    return ChatMessage("assistant", text, calls, opaque=parser.opaque)


def expects_calls_with_results(wire: str, body: dict[str, Any]) -> None:
    json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
    if wire == "gateway":
        assert all(entry["content"] for entry in body.get("history", ()))
    elif wire == "responses":
        expects_items(body["input"])
    elif wire == "messages":
        expects_blocks(body["messages"])
    else:
        expects_turns(body["messages"])


def expects_turns(turns: list[dict[str, Any]]) -> None:
    made = [call["id"] for turn in turns for call in turn.get("tool_calls", ())]
    answered = [turn["tool_call_id"] for turn in turns if turn["role"] == "tool"]
    assert made == answered
    assert all(turn["content"] or turn.get("tool_calls") for turn in turns)
    assert turns[-1]["role"] == "user"


def expects_items(items: list[dict[str, Any]]) -> None:
    made = [item["call_id"] for item in items if item["type"] == "function_call"]
    answered = [item["call_id"] for item in items if item["type"] == "function_call_output"]
    assert made == answered
    # A thought must be followed by what it led to.
    kinds = [item["type"] for item in items]
    for kind, following in pairwise(kinds):
        assert kind != "reasoning" or following in ("reasoning", "message", "function_call")


def expects_blocks(turns: list[dict[str, Any]]) -> None:
    roles = [turn["role"] for turn in turns]
    assert roles == ["user", "assistant", "user"][: len(roles)]
    for turn in turns:
        assert turn["content"]
        for block in turn["content"]:
            assert block["type"] != "text" or block["text"].strip()
            assert block["type"] != "thinking" or block["signature"]
    if len(turns) == 3:
        made = [block["id"] for block in turns[1]["content"] if block["type"] == "tool_use"]
        answered = [b["tool_use_id"] for b in turns[2]["content"] if b["type"] == "tool_result"]
        assert made == answered


@pytest.mark.parametrize(("wire", "name"), ALL)
def test_after_a_stop_anywhere_the_next_request_is_sound(wire: str, name: str) -> None:
    data = vectors.body(wire, name)
    for cut in range(0, len(data) + 1, max(1, len(data) // 60)):
        turn = turn_of(wire, data[:cut])
        asked = ChatMessage("user", "And then?")
        results = [ChatMessage("tool", "42", tool_call_id=call.id) for call in turn.tool_calls]
        for target, build in BUILDERS.items():
            config = ProviderConfig("p", "P", target, "http://h")  # type: ignore[arg-type]
            for between in ([], results):
                thread = (ChatMessage("user", "Hi"), turn, *between, asked)
                expects_calls_with_results(target, build(config, ChatRequest("m", thread)))
