"""What comes twice stands once, what a repetition adds is added, what differs changes nothing."""

from itertools import product
from typing import Any

import pytest

from streaming.providers.registry import PARSERS
from tests.streaming.providers.formats.oddities import bodies
from tests.streaming.providers.formats.oddities.bodies import (
    DONE,
    FORMATS,
    PIECES,
    TEXT,
    THOUGHT,
    WHOLE,
    Frame,
)

each_format = pytest.mark.parametrize("wire", FORMATS)


def closing(wire: str, text: str, thought: str = "") -> list[Frame]:
    """The objects with which servers of this format tell the whole answer again."""
    match wire:
        case "chat":
            message = {"role": "assistant", "content": text, "reasoning_content": thought}
            return [
                Frame({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}),
                Frame({"choices": [{"index": 0, "delta": {}, "message": message}]}),
            ]
        case "messages":
            content = [bodies.block("thinking", thought), bodies.block("text", text)]
            return [
                Frame(
                    {
                        "type": "message",
                        "id": "msg_t",
                        "content": content,
                        "stop_reason": "end_turn",
                    }
                )
            ]
        case "responses":
            place = {"output_index": 1, "content_index": 0}
            part = {"type": "output_text", "text": text}
            item = {"type": "message", "content": [part]}
            return [
                bodies.typed("response.output_text.done", text=text, **place),
                bodies.typed("response.content_part.done", part=part, **place),
                bodies.typed("response.output_item.done", item=item, output_index=1),
            ]
        case "gateway":
            return [Frame(bodies.says("gateway", text).data | {"done": True})]
    message = {"role": "assistant", "content": text}
    return [Frame(bodies.envelope(request=[{"finish_reason": "stop", "message": message}]))]


def ended(wire: str, items: list[Frame]) -> bodies.Said:
    return bodies.said(wire, bodies.framed([*items, *bodies.reason(wire), *bodies.terminal(wire)]))


@each_format
def test_a_closing_object_that_repeats_the_answer_says_nothing(wire: str) -> None:
    for again in closing(wire, TEXT, THOUGHT):
        assert ended(wire, [*bodies.frames(wire), again]) == WHOLE


@each_format
def test_a_closing_object_that_holds_more_adds_the_rest(wire: str) -> None:
    for again in closing(wire, TEXT + "Low at one.", THOUGHT):
        said = ended(wire, [*bodies.frames(wire), again])
        assert (said.text, said.reasoning, said.finish) == (TEXT + "Low at one.", THOUGHT, "stop")
        assert said.warnings == []


@pytest.mark.parametrize("wire", ["chat", "responses", "messages"])
def test_a_closing_object_that_differs_is_noted_and_the_pieces_stand(wire: str) -> None:
    for again in closing(wire, "Another answer.", THOUGHT):
        said = ended(wire, [*bodies.frames(wire), again])
        assert (said.text, said.finish) == (TEXT, "stop")
        assert said.codes == ["told_differently"]


@each_format
def test_an_answer_that_comes_in_the_closing_object_alone_is_told(wire: str) -> None:
    for again in closing(wire, TEXT, ""):
        said = ended(wire, [*bodies.opening(wire), again])
        assert (said.text, said.finish) == (TEXT, "stop")


@pytest.mark.parametrize("wire", ["gateway", "pawa"])
def test_the_last_piece_may_come_with_the_closing_object(wire: str) -> None:
    (last,) = closing(wire, "at seven.\n")
    said = ended(wire, [*bodies.frames(wire, pieces=PIECES[:2]), last])
    assert (said.text, said.finish) == (TEXT, "stop")


def test_the_snapshot_of_a_response_is_compared_as_a_whole() -> None:
    for text, wanted in ((TEXT, TEXT), (TEXT + "More.", TEXT + "More."), ("Other.", TEXT)):
        output = [{"type": "message", "content": [{"type": "output_text", "text": text}]}]
        end = bodies.typed("response.completed", response={"status": "completed", "output": output})
        said = bodies.said("responses", bodies.framed([*bodies.frames("responses"), end]))
        assert (said.text, said.finish) == (wanted, "stop")


def test_the_final_chunk_of_a_gateway_may_tell_all_outputs_again() -> None:
    output = [
        {"type": "text", "name": "thinking", "content": THOUGHT, "index": 0},
        {"type": "text", "name": "output", "content": TEXT, "index": 1},
    ]
    for final in (
        {"output": output},
        {"content": TEXT, "name": "output", "type": "text", "index": 1},
    ):
        body = bodies.framed([*bodies.frames("gateway"), Frame({"final": True} | final)])
        said = bodies.said("gateway", body)
        assert (said.text, said.reasoning, said.finish) == (TEXT, THOUGHT, "stop")


CUMULATIVE = ["High", "High water", "High water at", TEXT]


def whole_message(wire: str, text: str) -> Frame:
    match wire:
        case "chat":
            return Frame({"choices": [{"index": 0, "message": {"content": text}}]})
        case "messages":
            return Frame({"type": "message", "content": [bodies.block("text", text)]})
    return bodies.says(wire, text)


@pytest.mark.parametrize(
    ("wire", "texts"),
    [
        *product(["chat", "messages", "pawa"], [CUMULATIVE, ["H", "High", TEXT]]),
        # Of a format that tells pieces, two that are equal are two.
        *product(["chat", "messages"], [[TEXT, TEXT]]),
    ],
)
def test_messages_that_grow_from_the_beginning_are_told_once(wire: str, texts: list[str]) -> None:
    items = [whole_message(wire, text) for text in texts]
    parser = PARSERS[wire]()
    said = bodies.summed(
        [*parser.feed(bodies.framed([*items, *bodies.reason(wire)])), *parser.finish()]
    )
    assert (said.text, said.finish) == (TEXT, "stop")


@each_format
@pytest.mark.parametrize(
    "pieces",
    [["ha", "ha"], ["1", "10", "7"], ["no ", "no ", "no "], ["a", "an", "d"], [" ", "  ", "x"]],
)
def test_pieces_that_begin_alike_are_all_told(wire: str, pieces: list[str]) -> None:
    said = ended(wire, bodies.frames(wire, pieces=pieces))
    assert (said.text, said.finish) == ("".join(pieces), "stop")


@pytest.mark.parametrize("pieces", [PIECES, (TEXT,), (*PIECES, "Low at one.")])
@pytest.mark.parametrize("kind", ["text", "thinking"])
def test_a_start_block_may_be_told_again_by_its_pieces(pieces: tuple[str, ...], kind: str) -> None:
    delta = {"text": "text_delta", "thinking": "thinking_delta"}[kind]
    items = [
        bodies.typed("content_block_start", index=0, content_block=bodies.block(kind, TEXT)),
        *(
            bodies.typed("content_block_delta", index=0, delta={"type": delta, kind: piece})
            for piece in pieces
        ),
        bodies.typed("content_block_stop", index=0),
    ]
    said = ended("messages", items)
    told = said.text if kind == "text" else said.reasoning
    assert told == (TEXT if len(pieces) < 4 else TEXT + "Low at one.")


def test_pieces_that_only_begin_like_their_start_are_all_told() -> None:
    items = [
        bodies.typed("content_block_start", index=0, content_block=bodies.block("text", "No, no")),
        *(
            bodies.typed(
                "content_block_delta", index=0, delta={"type": "text_delta", "text": piece}
            )
            for piece in ("No", " more")
        ),
        bodies.typed("content_block_stop", index=0),
    ]
    assert ended("messages", items).text == "No, noNo more"


def test_a_part_of_a_response_may_begin_with_what_its_pieces_tell_again() -> None:
    place = {"output_index": 1, "content_index": 0}
    begun = bodies.typed(
        "response.content_part.added", part={"type": "output_text", "text": TEXT}, **place
    )
    assert ended("responses", [begun, *bodies.frames("responses", thought="")]).text == TEXT


ARGUMENTS = '{"city":"Dodoma"}'


def call_twice(wire: str) -> list[Frame]:
    if wire == "chat":
        call: dict[str, Any] = {"id": "a", "function": {"name": "f", "arguments": ARGUMENTS}}
        message = {"content": None, "tool_calls": [call]}
        closing = {"index": 0, "message": message, "finish_reason": "tool_calls"}
        return [
            Frame(bodies.chunk(tool_calls=[call | {"index": 0}])),
            Frame({"choices": [closing]}),
        ]
    item = {"type": "function_call", "call_id": "a", "name": "f", "arguments": ARGUMENTS}
    piece = {"output_index": 0, "delta": ARGUMENTS}
    return [
        bodies.typed("response.output_item.added", item=item, output_index=0),
        bodies.typed("response.function_call_arguments.delta", **piece),
        bodies.typed("response.output_item.done", item=item, output_index=0),
    ]


@pytest.mark.parametrize("wire", ["chat", "responses"])
def test_a_call_that_is_told_again_is_one_call(wire: str) -> None:
    items = call_twice(wire)
    if wire == "responses":
        output = [items[-1].data["item"]]
        items.append(bodies.typed("response.completed", response={"output": output}))
    said = bodies.said(wire, bodies.framed([*items, Frame(DONE)]))
    assert (said.calls, said.finish) == ([ARGUMENTS], "tool_calls")
