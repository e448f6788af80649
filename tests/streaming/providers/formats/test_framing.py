"""Bytes to frames: where lines end, where values end, and that nothing grows."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.providers.formats.framing.framer import (
    MAX_FRAME,
    Fault,
    Frame,
    Framer,
)


def frames(*pieces: bytes) -> tuple[list[Frame], Fault | None]:
    framer = Framer()
    found = [frame for piece in pieces for frame in framer.feed(piece)]
    return found + framer.finish(), framer.fault


def data(*pieces: bytes) -> list[str]:
    found, fault = frames(*pieces)
    assert fault is None
    return [text for _, text in found]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b"data: a\n\ndata: b\n\n", ["a", "b"]),
        (b"data: a\r\rdata: b\r\r", ["a", "b"]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]),
        (b"data: a\r\n\ndata: b\n\r\n", ["a", "b"]),
        (b"\xef\xbb\xbfdata: a\n\n", ["a"]),
        (b"\n\n: ping\n\ndata: a\n\n", ["a"]),
        (b"data:a\n\ndata:  b\n\n", ["a", " b"]),
        (b"data: a\ndata: b\n\n", ["a", "b"]),
        (b"data\ndata: b\n\n", ["b"]),
        (b'data: {"a":\ndata: [1,\ndata: 2]}\n\n', ['{"a":\n[1,\n2]}']),
        (b"data:\n\ndata:  \n\n", []),
        (b"id: 1\nretry: 5\nother: x\ndata: a\n\n", ["a"]),
        ("data: a\u2028b\u2029c\x85d\x0be\x0cf\n\n".encode(), ["a\u2028b\u2029c\x85d\x0be\x0cf"]),
        (b"data: \xff\n\n", ["\ufffd"]),
    ],
)
def test_events_are_split_by_the_rules_of_server_sent_events(
    body: bytes, wanted: list[str]
) -> None:
    assert data(body) == wanted
    assert data(*(body[at : at + 1] for at in range(len(body)))) == wanted


def test_an_event_name_holds_for_one_event() -> None:
    assert frames(b"event: x\n\nevent: y\ndata: a\n\ndata: b\n\n")[0] == [("y", "a"), ("", "b")]


def test_an_error_field_is_an_error_event() -> None:
    assert frames(b"data: a\n\nerror: {}\n\n")[0] == [("", "a"), ("error", "{}")]


@pytest.mark.parametrize("tail", [b"[DONE]", b'{"a":1}', b'{"a":1}\n'])
def test_an_event_that_the_end_of_the_body_closes_counts_if_it_is_whole(tail: bytes) -> None:
    assert data(b"data: x\n\ndata: " + tail) == ["x", tail.decode().strip()]


@pytest.mark.parametrize("tail", [b'{"a":', b"[DO", b"7", b"[1]"])
def test_an_event_that_the_end_of_the_body_cuts_is_a_fault(tail: bytes) -> None:
    assert frames(b"data: x\n\ndata: " + tail) == ([("", "x")], "cut")


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b'{"a":1}{"b":2}', ['{"a":1}', '{"b":2}']),
        (b' \n{"a":1}\n\n: note\r\n\xef\xbb\xbf[2]\n[DONE]', ['{"a":1}', "[2]", "[DONE]"]),
        (b'{"a":{"b":[1,{"c":2}]}}', ['{"a":{"b":[1,{"c":2}]}}']),
        (rb'{"a":"}]\"{[\\"}' + b"\n{}", [r'{"a":"}]\"{[\\"}', "{}"]),
        (b'{\n  "a": 1\n}\n', ['{\n  "a": 1\n}']),
    ],
)
def test_values_are_found_by_their_brackets(body: bytes, wanted: list[str]) -> None:
    assert data(body) == wanted
    assert data(*(body[at : at + 1] for at in range(len(body)))) == wanted


def test_what_stands_between_values_is_read_as_a_line() -> None:
    assert data(b'{"a":1}\ndata: {"b":2}\n: note\n{"c":3}') == ['{"a":1}', '{"b":2}', '{"c":3}']


def test_words_outside_of_all_frames_are_kept_and_are_no_frame() -> None:
    framer = Framer()
    assert framer.feed(b"data: {}\n\nengine is gone\n\n") == [("", "{}")]
    assert framer.stray == "engine is gone"


def test_a_value_that_the_end_of_the_body_cuts_is_a_fault() -> None:
    assert frames(b'{"a":1}{"b"') == ([("", '{"a":1}')], "cut")


def test_a_web_page_is_a_fault() -> None:
    assert frames(b"\n <!doctype html>") == ([], "html")


def test_nothing_is_no_frame_and_no_fault() -> None:
    assert frames(b"", b"\n\n", b": ping\n") == ([], None)


@pytest.mark.parametrize("head", [b"data: ", b'{"a":"', b"{", b"["])
def test_a_frame_at_the_limit_is_kept_whole(head: bytes) -> None:
    tail = {b"data: ": b"\n\n", b'{"a":"': b'"}', b"{": b"}", b"[": b"]"}[head]
    closing = 0 if head == b"data: " else len(tail)
    room = MAX_FRAME - len(head) - closing
    ((_, frame),) = frames(head + b" x" * (room // 2) + b"x" * (room % 2) + tail)[0]
    assert len(frame) == MAX_FRAME - (len(head) if head == b"data: " else 0)


@pytest.mark.parametrize("head", [b"data: ", b": ", b"x", b'{"a":"', b"{" * 9, b'{"a":"\\'])
def test_an_endless_line_does_not_grow(head: bytes) -> None:
    framer = Framer()
    tracemalloc.start()
    framer.feed(head)
    for _ in range(200):
        framer.feed(b"x" * 50_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * MAX_FRAME


@pytest.mark.parametrize("line", [b"data:\n", b"data: {\n", b'data: {"a":\n', b"data: 1\n"])
def test_many_lines_of_one_event_do_not_grow(line: bytes) -> None:
    framer = Framer()
    tracemalloc.start()
    for _ in range(4):
        framer.feed(line * 10_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * MAX_FRAME


@settings(deadline=None)
@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=8))
def test_where_a_body_is_cut_does_not_matter(body: bytes, cuts: list[int]) -> None:
    edges = sorted(min(cut, len(body)) for cut in cuts)
    pieces = [body[a:b] for a, b in zip([0, *edges], [*edges, len(body)], strict=True)]
    assert frames(*pieces) == frames(body)


ALPHABET = [b"data: ", b"data", b"error:", b"event: e", b":", b"\n", b"\r", b"\r\n", b"{", b"}"]
ALPHABET += [b"[", b"]", b'"', b"\\", b" ", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"x", b"[DONE]"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(ALPHABET), max_size=40))
def test_where_a_body_of_likely_pieces_is_cut_does_not_matter(pieces: list[bytes]) -> None:
    body = b"".join(pieces)
    assert frames(*pieces) == frames(body)
    assert frames(*(body[at : at + 1] for at in range(len(body)))) == frames(body)
