"""What the parsers of all formats promise alike: recorded streams, whole bodies, a plain end."""

import gc
import json
import weakref
from typing import Any

import pytest

from streaming.events import Event, Finished, TextDelta, UsageReported
from streaming.providers.config import FORMATS
from streaming.providers.registry import PARSERS
from tests.streaming.providers.formats import vectors


@pytest.mark.parametrize(
    ("wire", "name"), [(wire, name) for wire in FORMATS for name in vectors.names(wire)]
)
def test_a_recorded_stream_gives_its_events(wire: str, name: str) -> None:
    vectors.expects_its_events(PARSERS[wire], wire, name)


COMPLETE: dict[str, tuple[dict[str, Any], list[Event]]] = {
    "chat": (
        {"id": "a_1", "choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]},
        [TextDelta("Hi"), Finished("stop", "stop")],
    ),
    "responses": (
        {
            "id": "a_1",
            "object": "response",
            "error": None,
            "status": "completed",
            "output": [{"type": "message", "content": [{"type": "output_text", "text": "Hi"}]}],
        },
        [TextDelta("Hi"), Finished("stop", "completed")],
    ),
    "messages": (
        {
            "type": "message",
            "id": "a_1",
            "content": [{"type": "text", "text": "Hi"}],
            "stop_reason": "max_tokens",
            "usage": {"input_tokens": 1, "output_tokens": 2},
        },
        [
            TextDelta("Hi"),
            UsageReported(input_tokens=1, output_tokens=2),
            Finished("length", "max_tokens"),
        ],
    ),
}


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("wire", COMPLETE)
def test_a_complete_body_instead_of_a_stream_is_an_answer(wire: str, indent: int | None) -> None:
    body, events = COMPLETE[wire]
    parser = PARSERS[wire]()
    assert vectors.parsed(parser, [json.dumps(body, indent=indent).encode()]) == events
    assert parser.response_id == "a_1"


DELTAS = {
    "chat": {"choices": [{"index": 0, "delta": {"content": "Hi"}}]},
    "responses": {"type": "response.output_text.delta", "output_index": 0, "delta": "Hi"},
    "gateway": {"type": "text", "name": "output", "content": "Hi"},
    "pawa": {"success": True, "data": {"message": {"content": "Hi"}}},
}


@pytest.mark.parametrize("wire", DELTAS)
def test_done_without_a_reason_is_an_inferred_stop(wire: str) -> None:
    body = f"data: {json.dumps(DELTAS[wire])}\n\ndata: [DONE]\n\n".encode()
    assert vectors.parsed(PARSERS[wire](), [body]) == [
        TextDelta("Hi"),
        Finished("stop", inferred=True),
    ]


@pytest.mark.parametrize("wire", FORMATS)
def test_an_answer_is_freed_with_its_parser(wire: str) -> None:
    """Without the collector of circles: an answer may hold two mebibytes, and many run at once."""
    parser = PARSERS[wire]()
    vectors.parsed(parser, [vectors.body(wire, vectors.names(wire)[0])])
    remains = weakref.ref(parser)
    gc.disable()
    try:
        del parser
        assert remains() is None
    finally:
        gc.enable()
