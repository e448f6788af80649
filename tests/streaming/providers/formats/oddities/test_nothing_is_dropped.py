"""Text wherever servers put it is told; what cannot be shown is said, with type and size."""

from typing import Any

import pytest

from tests.streaming.providers.formats.oddities import bodies
from tests.streaming.providers.formats.oddities.bodies import DONE, Frame


def chat(delta: Any = None, **fields: Any) -> bodies.Said:
    choice = {"index": 0, "finish_reason": None, **fields}
    if delta is not None:
        choice["delta"] = delta
    end = {"index": 0, "delta": {}, "finish_reason": "stop"}
    items = [Frame({"choices": [choice]}), Frame({"choices": [end]}), Frame(DONE)]
    return bodies.said("chat", bodies.framed(items))


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "Hi"},
        {"delta": "Hi"},
        {"delta": {}, "text": "Hi"},
        {"delta": {"text": "Hi"}},
        {"delta": {"content": {"type": "text", "text": "Hi"}}},
        {"delta": {"content": ["H", "i"]}},
        {"delta": {"content": [{"type": "output_text", "text": "Hi"}]}},
        {"delta": {"content": [{"text": "Hi"}]}},
        {"delta": {"content": [{"type": "text", "text": {"value": "Hi"}}]}},
        {"delta": {"refusal": "Hi"}},
        {"delta": {"audio": {"transcript": "Hi"}}},
        {"message": {"content": [{"type": "text", "text": "Hi"}]}},
        {"message": {"content": None, "audio": {"transcript": "Hi"}}},
    ],
)
def test_text_in_any_place_of_a_choice_is_told(fields: dict[str, Any]) -> None:
    assert chat(**fields).text == "Hi"


@pytest.mark.parametrize(
    "delta",
    [
        *({name: "Hm"} for name in ("reasoning", "reasoning_text", "thinking", "thoughts")),
        {"reasoning": {"content": "Hm"}},
        {"thinking": [{"type": "thinking", "thinking": "Hm"}]},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]}]},
        {"reasoning": "Hm", "thinking": "Hm"},
    ],
)
def test_a_thought_under_any_name_is_told_once(delta: dict[str, Any]) -> None:
    assert chat(delta).reasoning == "Hm"


@pytest.mark.parametrize(
    ("delta", "told"),
    [
        ({"audio": {"data": "AAAA" * 250}}, "audio, 750 bytes"),
        ({"content": [{"type": "file", "file": {"file_data": "AAAA"}}]}, "file, 3 bytes"),
    ],
)
def test_what_cannot_be_shown_is_said_with_type_and_size(delta: dict[str, Any], told: str) -> None:
    said = chat(delta)
    assert said.warnings == [("unsupported_content", told)]
    assert said.finish == "stop"


@pytest.mark.parametrize(
    "kind",
    ["reasoning_summary_text.done", "reasoning_text.done", "reasoning_summary_part.done"],
)
def test_a_thought_that_comes_only_when_it_is_done_is_told(kind: str) -> None:
    said_as: dict[str, Any] = (
        {"part": {"type": "summary_text", "text": "Why."}} if "part" in kind else {"text": "Why."}
    )
    done = bodies.typed(f"response.{kind}", output_index=0, **said_as)
    said = bodies.said(
        "responses",
        bodies.framed(
            [done, *bodies.frames("responses", thought=""), *bodies.terminal("responses")]
        ),
    )
    assert (said.reasoning, said.text) == ("Why.", bodies.TEXT)


@pytest.mark.parametrize("streamed", [True, False])
def test_two_summaries_are_joined_by_a_blank_line(streamed: bool) -> None:
    thoughts = [
        bodies.typed(
            "response.reasoning_summary_text.delta", output_index=0, summary_index=index, delta=text
        )
        for index, text in enumerate(("Why", "How"))
    ]
    summary = [{"type": "summary_text", "text": text} for text in ("Why", "How")]
    item = {"type": "reasoning", "summary": summary}
    end = bodies.typed("response.completed", response={"output": [item]})
    said = bodies.said("responses", bodies.framed([*(thoughts if streamed else []), end]))
    assert said.reasoning == "Why\n\nHow"


@pytest.mark.parametrize("wire", ["responses", "messages"])
def test_arguments_without_a_beginning_make_a_call_without_a_name(wire: str) -> None:
    pieces = {
        "responses": bodies.typed(
            "response.function_call_arguments.delta", output_index=3, delta='{"a":1}'
        ),
        "messages": bodies.typed(
            "content_block_delta",
            index=3,
            delta={"type": "input_json_delta", "partial_json": '{"a":1}'},
        ),
    }
    items = [*bodies.frames(wire), pieces[wire], *bodies.reason(wire), *bodies.terminal(wire)]
    said = bodies.said(wire, bodies.framed(items))
    assert said.calls == ['{"a":1}']


def gateway(*items: dict[str, Any]) -> bodies.Said:
    end = Frame({"final": True})
    return bodies.said("gateway", bodies.framed([*map(Frame, items), end]))


def out(index: int, text: str, **fields: Any) -> dict[str, Any]:
    return {"type": "text", "name": "output", "content": text, "index": index, **fields}


def test_outputs_of_a_gateway_are_blocks_of_their_own_in_order() -> None:
    assert gateway(out(0, "A"), out(1, "B"), out(0, "a"), out(1, "b")).text == "Aa\n\nBb"
    assert (
        gateway(out(0, "A", done=True), out(2, "C"), out(1, "B", done=True)).text == "A\n\nC\n\nB"
    )
    assert gateway(out(0, "A\n"), out(1, "B")).text == "A\n\nB"


def test_metadata_of_a_gateway_is_kept() -> None:
    parser = bodies.parser("gateway")
    metadata = {"type": "metadata", "name": "metadata", "content": {"region": "eu"}}
    parser.feed(bodies.framed([Frame(metadata), Frame(out(0, "Hi")), Frame({"final": True})]))
    assert parser.opaque == {"format": "gateway", "metadata": ['{"region":"eu"}']}


def test_a_total_alone_is_reported() -> None:
    body = bodies.framed(
        [*bodies.frames("gateway"), Frame({"final": True, "usage": {"total_tokens": 9}})]
    )
    assert bodies.said("gateway", body).usage == {"total_tokens": 9}


def test_words_in_an_open_thought_are_no_part_of_what_is_signed() -> None:
    parser = bodies.parser("messages")
    deltas = [
        {"type": "thinking_delta", "thinking": "Hm."},
        {"type": "text_delta", "text": "Yes."},
        {"type": "signature_delta", "signature": "abc"},
    ]
    items = [
        bodies.typed("content_block_start", index=0, content_block=bodies.block("thinking", "")),
        *(bodies.typed("content_block_delta", index=0, delta=delta) for delta in deltas),
    ]
    events = parser.feed(
        bodies.framed([*items, *bodies.reason("messages"), *bodies.terminal("messages")])
    )
    assert bodies.summed(events).text == "Yes."
    assert parser.opaque
    blocks = parser.opaque["blocks"]
    assert {"type": "thinking", "thinking": "Hm.", "signature": "abc"} in blocks
    assert {"type": "text", "text": "Yes."} in blocks


def test_a_sign_of_life_without_a_number_does_not_cost_the_cursor() -> None:
    parser = bodies.parser("responses")
    place = {"output_index": 0, "content_index": 0}
    text = "response.output_text.delta"
    items = [
        bodies.typed("response.created", response={"id": "r"}),
        bodies.typed(text, sequence_number=1, delta="a", **place),
        bodies.typed("keepalive"),
        bodies.typed(text, sequence_number=2, delta="b", **place),
    ]
    parser.feed(bodies.framed(items))
    assert parser.cursor == 2
    parser.feed(bodies.framed([bodies.typed(text, delta="c", **place)]))
    assert parser.cursor is None
