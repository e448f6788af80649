"""Pawa: recorded streams, an end that nothing marks, the request."""

import pytest

from streaming.events import Failed, Finished, ReasoningDelta, TextDelta, ToolCallStarted, Warned
from streaming.providers.base import ChatMessage, ChatRequest, ToolCall
from streaming.providers.config import ProviderConfig
from streaming.providers.formats.pawa import PawaParser, build
from tests.streaming.providers.formats import vectors

TEXT = b'{"success":true,"data":{"message":{"content":"Habari"}}}'
LAST = b'{"success":true,"data":{"request":[{"finish_reason":"stop","message":{"content":"!"}}]}}'


def test_an_end_that_only_a_hang_up_marks_is_not_believed() -> None:
    parser = PawaParser()
    assert parser.feed(TEXT) == [TextDelta("Habari")]
    (last,) = parser.finish(trusted=False)
    assert isinstance(last, Failed)
    assert last.kind == "truncated"


def test_an_end_that_a_finish_reason_marks_is_believed() -> None:
    parser = PawaParser()
    parser.feed(TEXT + LAST)
    assert parser.finish(trusted=False) == [Finished("stop", "stop")]


def test_thoughts_and_parts_are_read() -> None:
    body = (
        b'{"success":true,"data":{"message":{"reasoning":"Hm","content":'
        b'[{"type":"text","text":"Na"},{"type":"image"},{"type":"text","text":"am"}]}}}'
    )
    events = vectors.parsed(PawaParser(), [body])
    assert events[:2] == [ReasoningDelta("Hm"), TextDelta("Naam")]
    assert events[2] == Warned("unsupported_content", "image")


def test_a_call_without_an_id_gets_one() -> None:
    body = (
        b'{"success":true,"data":{"request":[{"message":{"tool_calls":'
        b'[{"function":{"name":"f","arguments":"{}"}}]}}]}}'
    )
    assert vectors.parsed(PawaParser(), [body])[0] == ToolCallStarted(0, "call_0", "f")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"statusCode":401,"message":"Unauthorized"}', "auth"),
        (b'{"error":{"message":"m"}}', "unknown"),
        (b'{"success":false,"statusCode":429}', "rate_limit"),
    ],
)
def test_an_error_of_any_shape_is_a_failure(body: bytes, kind: str) -> None:
    (last,) = vectors.parsed(PawaParser(), [body])
    assert isinstance(last, Failed)
    assert last.kind == kind


CONFIG = ProviderConfig("p", "P", "pawa", "https://api.pawa-ai.com/v1", "k")


def test_a_request_has_all_turns_as_the_vendors_page_shows_them() -> None:
    turns = (
        ChatMessage("user", "Habari"),
        ChatMessage("assistant", "", (ToolCall("call_01", "f", '{"x":1}'),)),
        ChatMessage("tool", "31", tool_call_id="call_01"),
    )
    asked = {"max_tokens": 9, "reasoning_effort": "low"}
    assert build(CONFIG, ChatRequest("m", turns, system="Fupi.", parameters=asked)) == {
        "model": "m",
        "stream": True,
        "max_tokens": 9,
        "reasoning": {"effort": "low"},
        "messages": [
            {"role": "system", "content": "Fupi."},
            {"role": "user", "content": "Habari"},
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [
                    {
                        "id": "call_01",
                        "type": "function",
                        "function": {"name": "f", "arguments": {"x": 1}},
                    }
                ],
            },
            {"role": "tool", "content": "31", "tool_call_id": "call_01"},
        ],
    }


def test_a_prefill_is_a_trailing_assistant_turn() -> None:
    body = build(CONFIG, ChatRequest("m", (ChatMessage("user", "Hi"),), prefill="Hatua ya 1: "))
    assert body["messages"][-1] == {"role": "assistant", "content": "Hatua ya 1:"}
