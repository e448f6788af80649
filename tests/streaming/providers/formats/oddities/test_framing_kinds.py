"""However an answer is framed, in every format: the same text, thought, usage and end."""

import json
from collections.abc import Callable

import pytest

from streaming.providers.registry import PARSERS
from tests.streaming.providers.formats.oddities import bodies
from tests.streaming.providers.formats.oddities.bodies import (
    DONE,
    FORMATS,
    NAMED,
    TEXT,
    THOUGHT,
    WHOLE,
    Frame,
)

each_format = pytest.mark.parametrize("wire", FORMATS)


@each_format
def test_the_known_answer_is_read_whole(wire: str) -> None:
    assert bodies.said(wire, bodies.framed(bodies.whole(wire))) == WHOLE


@each_format
def test_one_newline_between_events_is_enough(wire: str) -> None:
    assert bodies.said(wire, bodies.framed(bodies.whole(wire), between="\n")) == WHOLE
    assert bodies.said(wire, bodies.framed(bodies.whole(wire), between="\n").rstrip()) == WHOLE
    assert bodies.said(wire, bodies.framed(bodies.whole(wire), between="\r\n")) == WHOLE


@each_format
def test_each_line_counts_as_soon_as_the_next_one_begins(wire: str) -> None:
    items = bodies.frames(wire)
    body = bodies.framed(items, between="\n") + b"data: "
    shown = bodies.summed(PARSERS[wire]().feed(body))
    assert shown.text == TEXT


@each_format
def test_a_cut_between_single_newlines_keeps_the_whole_lines(wire: str) -> None:
    body = bodies.framed(bodies.frames(wire), between="\n") + b'data: {"id":"c1","choi'
    said = bodies.said(wire, body)
    assert (said.text, said.reasoning, said.finish) == (TEXT, THOUGHT, None)
    assert said.failed
    assert said.failed.kind == "truncated"


@each_format
def test_json_over_several_data_lines_is_one_value(wire: str) -> None:
    body = b"".join(
        "".join(f"data: {line}\n" for line in json.dumps(item.data, indent=1).splitlines()).encode()
        + b"\n"
        for item in bodies.whole(wire)
        if item.data != DONE
    )
    assert bodies.said(wire, body) == _without_done(wire)


def _without_done(wire: str) -> bodies.Said:
    return bodies.said(
        wire, bodies.framed(item for item in bodies.whole(wire) if item.data != DONE)
    )


WRAPS: dict[str, Callable[[bytes], bytes]] = {
    "indented with a blank": lambda line: b" " + line,
    "indented with a tab": lambda line: b"\t" + line,
    "data twice": lambda line: line.replace(b"data: ", b"data: data: "),
    "data three times": lambda line: line.replace(b"data: ", b"data:data:data: "),
    "all wrapped into data": lambda line: b"data: " + line,
    "field names in capitals": lambda line: line.replace(b"data:", b"DATA:"),
    "a blank before the colon": lambda line: line.replace(b"data:", b"data :"),
    "no blank after the colon": lambda line: line.replace(b"data: ", b"data:"),
    "bare values": lambda line: line.replace(b"data: ", b""),
}


@each_format
@pytest.mark.parametrize("wrap", WRAPS)
def test_lines_may_be_wrapped(wire: str, wrap: str) -> None:
    lines = bodies.framed(bodies.whole(wire)).splitlines()
    body = b"".join((WRAPS[wrap](line) if line else b"") + b"\n" for line in lines)
    assert bodies.said(wire, body) == WHOLE


@each_format
@pytest.mark.parametrize("field", [b": still here", b"id: 7", b"retry: 100", b":"])
def test_fields_may_stand_between_the_lines_of_a_bare_value(wire: str, field: bytes) -> None:
    between = b"\n" + field + b"\n"
    values = [item.data for item in bodies.whole(wire) if item.data != DONE]
    pretty = [between.join(json.dumps(each, indent=1).encode().splitlines()) for each in values]
    body = b"\n\n".join([b"event: ping\ndata: {}", *pretty, b""])
    assert bodies.said(wire, body) == _without_done(wire)


KEEP_ALIVES = [
    b"data: ping\n\n",
    b"data: : PROCESSING\n\n",
    b"data: null\n\n",
    b"data: {}\n\n",
    b"data: []\n\n",
    b"data: true\n\n",
    b"data: 1763600000\n\n",
    b"data: 2026-11-20T10:00:00Z\n\n",
    b'data: "ping"\n\n',
    b"data:\n\n",
    b"event: heartbeat\ndata: 2026-11-20T10:00:00Z\n\n",
    b"event: ping\ndata: {}\n\n",
    b'event: ping\ndata: {"type": "ping"}\n\n',
    b": a comment\n\n",
    b"id: 7\nretry: 100\n\n",
    b'data: {"type": "keepalive"}\n\n',
]


@each_format
@pytest.mark.parametrize("alive", KEEP_ALIVES)
def test_signs_of_life_are_no_frames(wire: str, alive: bytes) -> None:
    body = b"".join(alive + bodies.one(item) for item in bodies.whole(wire))
    assert bodies.said(wire, body) == WHOLE


@pytest.mark.parametrize("wire", NAMED)
def test_the_type_may_stand_in_the_event_line_alone(wire: str) -> None:
    items = [
        Frame({key: value for key, value in item.data.items() if key != "type"}, item.name)
        for item in bodies.whole(wire)
    ]
    assert bodies.said(wire, bodies.framed(items)) == WHOLE
    assert bodies.said(wire, bodies.framed(items, between="\n")) == WHOLE


@pytest.mark.parametrize("wire", NAMED)
def test_the_event_line_may_follow_its_data(wire: str) -> None:
    body = "".join(
        f"data: {json.dumps({k: v for k, v in item.data.items() if k != 'type'})}\n"
        f"event: {item.name}\n\n"
        for item in bodies.whole(wire)
    )
    assert bodies.said(wire, body.encode()) == WHOLE


@each_format
def test_values_in_one_array_are_read_one_by_one(wire: str) -> None:
    items = [item.data for item in bodies.whole(wire) if item.data != DONE]
    said = bodies.said(wire, json.dumps(items).encode())
    assert said == _without_done(wire)


@each_format
@pytest.mark.parametrize("done", ['"[DONE]"', "[done]", "[DONE] ", "'[DONE]'", "DONE"])
def test_the_end_may_be_written_otherwise(wire: str, done: str) -> None:
    body = (
        bodies.framed([*bodies.frames(wire), *bodies.reason(wire)]) + f"data: {done}\n\n".encode()
    )
    plain = bodies.framed([*bodies.frames(wire), *bodies.reason(wire), Frame(DONE)])
    assert bodies.said(wire, body) == bodies.said(wire, plain)
    bare = b"".join(item.text.encode() + b"\n" for item in bodies.frames(wire))
    assert bodies.said(wire, bare + done.encode() + b"\n") == bodies.said(
        wire, bare + DONE.encode() + b"\n"
    )
