"""Whatever an upstream sends, in whatever format: an answer that ends once, fit to store."""

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.events import Event, Failed, Finished, as_json
from streaming.providers.config import FORMATS
from streaming.providers.registry import PARSERS
from tests.streaming.providers.formats import vectors


def expects_one_clean_end(events: list[Event]) -> None:
    ends = [event for event in events if isinstance(event, Finished | Failed)]
    assert ends == events[-1:]
    for event in events:
        for text in strings(as_json(event)):
            assert "\0" not in text
            text.encode()  # no lone surrogate


def strings(value: Any) -> list[str]:
    return [text for text in value.values() if isinstance(text, str)]


# What the formats look for, so that chance gets past the first question.
_KEYS = """
type error data choices delta content index finish_reason usage message tool_calls function
name arguments id item output_index call_id response output sequence_number content_block
content_index text thinking input partial_json stop_reason final is_final cost warnings detail
request success statusCode refusal reasoning_details status part summary_index total code
incomplete_details function_call object token_metrics stop_details explanation signature
encrypted_content extra_content reasoning reasoning_content
"""
_WORDS = """
text output thinking stop length tool_calls error message function_call reasoning
response.created response.output_text.delta response.output_item.added completed failed
response.output_item.done response.function_call_arguments.delta response.completed
response.function_call_arguments.done response.incomplete response.failed text_delta
message_start content_block_start content_block_delta content_block_stop message_delta
message_stop tool_use thinking_delta input_json_delta signature_delta redacted_thinking
response.reasoning_summary_part.added response.content_part.done
"""
KEYS = sorted(_KEYS.split())
WORDS = sorted(_WORDS.split())
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(WORDS)
    | st.sampled_from(["", "a", "\ud83d", "\udeb0", "\0", "{", "}", '{"x":1}', "é"])
    | st.floats(allow_nan=False)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6)


@pytest.mark.parametrize("wire", FORMATS)
@settings(deadline=None)
@given(body=st.binary(max_size=200), cut=st.integers(0, 200))
def test_any_bytes_end_once_and_leave_clean(wire: str, body: bytes, cut: int) -> None:
    expects_one_clean_end(vectors.parsed(PARSERS[wire](), [body[:cut], body[cut:]]))


@pytest.mark.parametrize("wire", FORMATS)
@settings(max_examples=60, deadline=None)
@given(objects=st.lists(OBJECTS, max_size=6), framed=st.booleans())
def test_any_json_ends_once_and_leaves_clean(
    wire: str, objects: list[dict[str, Any]], framed: bool
) -> None:
    lines = [json.dumps(value) for value in objects]
    body = "".join(f"data: {line}\n\n" for line in lines) if framed else "\n".join(lines)
    parser = PARSERS[wire]()
    expects_one_clean_end(vectors.parsed(parser, [body.encode()]))
    kept = json.dumps(parser.opaque, ensure_ascii=False)
    kept.encode()
    assert "\\u0000" not in kept


@pytest.mark.parametrize("wire", FORMATS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_damaged_recording_ends_once_and_leaves_clean(wire: str, data: st.DataObject) -> None:
    body = bytearray(vectors.body(wire, data.draw(st.sampled_from(vectors.names(wire)))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))
    expects_one_clean_end(vectors.parsed(PARSERS[wire](), [bytes(body[:cut])]))
    expects_one_clean_end(vectors.parsed(PARSERS[wire](), [bytes(body[:cut]), bytes(body[cut:])]))


@pytest.mark.parametrize("wire", FORMATS)
@pytest.mark.parametrize("head", [b"data: ", b'{"data":{"message":{"content":"'])
def test_an_endless_line_does_not_grow(wire: str, head: bytes) -> None:
    parser = PARSERS[wire]()
    parser.feed(head)
    tracemalloc.start()
    events = [event for _ in range(400) for event in parser.feed(b"x" * 50_000)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024
    expects_one_clean_end(events)


@pytest.mark.parametrize("wire", FORMATS)
def test_after_its_end_an_answer_is_silent(wire: str) -> None:
    parser = PARSERS[wire]()
    parser.fail(Failed("connection", True))
    assert parser.feed(vectors.body(wire, vectors.names(wire)[0])) == []
    assert parser.finish() == []
    assert parser.fail(Failed("connection", True)) == []


@pytest.mark.parametrize("wire", FORMATS)
def test_what_can_only_just_be_read_does_no_harm(wire: str) -> None:
    """At some depth a value can be read but not written again."""
    for depth in range(850, 1000, 3):
        deep = '{"a":' * depth + '"\\ud800"' + "}" * depth
        parser = PARSERS[wire]()
        expects_one_clean_end(
            vectors.parsed(parser, [ODD.replace("DEEP", deep).encode(), b"data: [DONE]\n\n"])
        )
        json.dumps(parser.opaque, ensure_ascii=False).encode()


ODD = """
data: {"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":DEEP},
data:  "extra_content":DEEP}]}}],"data":{"request":[{"message":{"tool_calls":
data:  [{"function":{"name":"f","arguments":DEEP}}]}}]}}

data: {"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","d":DEEP}}

data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","input":DEEP}}

data: {"type":"content_block_stop","index":2}

data: {"type":"message_delta","delta":{"stop_reason":"tool_use"}}

data: {"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning",
data:  "encrypted_content":"x","a":DEEP}}

data: {"type":"text","name":"output","content":"a"}

"""
