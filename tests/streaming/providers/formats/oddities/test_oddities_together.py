"""A known answer wrapped in one oddity after another: what is read of it stays the same."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.providers.registry import PARSERS
from tests.streaming.providers.formats import vectors
from tests.streaming.providers.formats.oddities import bodies
from tests.streaming.providers.formats.oddities.bodies import FORMATS, PIECES, WHOLE

Wrap = Callable[[bytes], bytes]

ALIVE = [b"data: ping\n\n", b"data: : x\n\n", b"data: null\n\n", b"data: {}\n\n", b": c\n\n", b"\n"]
LINES: dict[str, Wrap] = {
    "as it is": lambda line: line,
    "indented": lambda line: b"  " + line,
    "data twice": lambda line: line.replace(b"data: ", b"data: data: "),
    "capitals": lambda line: line.replace(b"data:", b"Data:"),
    "wrapped": lambda line: b"data: " + line,
    "bare": lambda line: line.removeprefix(b"data: "),
}
BETWEEN = [b"\n\n", b"\n", b"\r\n\r\n", b"\r\n", b"\r\r"]


@st.composite
def odd_bodies(draw: st.DrawFn, wire: str) -> bytes:
    """The known answer, its lines wrapped in two ways, with signs of life between its frames."""
    first, second = (draw(st.sampled_from(sorted(LINES))) for _ in range(2))
    between = draw(st.sampled_from(BETWEEN))
    body = b""
    for item in bodies.whole(wire):
        body += b"".join(draw(st.lists(st.sampled_from(ALIVE), max_size=2)))
        for line in bodies.one(item, between="").splitlines():
            body += LINES[first](LINES[second](line)) + between[: len(between) // 2 or 1]
        body += between[len(between) // 2 or 1 :]
    return body


def cut(body: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted(at % (len(body) + 1) for at in cuts)
    return [body[a:b] for a, b in zip([0, *edges], [*edges, len(body)], strict=True)]


CUTS = st.lists(st.integers(0, 10_000), max_size=6)


@pytest.mark.parametrize("wire", FORMATS)
@settings(max_examples=60, deadline=None)
@given(data=st.data(), cuts=CUTS)
def test_pairs_of_oddities_change_nothing(wire: str, data: st.DataObject, cuts: list[int]) -> None:
    body = data.draw(odd_bodies(wire))
    assert bodies.read(wire, cut(body, cuts)) == WHOLE


@pytest.mark.parametrize("wire", FORMATS)
@settings(max_examples=40, deadline=None)
@given(junk=st.binary(max_size=80), cuts=CUTS, framed=st.booleans())
def test_any_junk_after_a_valid_end_changes_nothing(
    wire: str, junk: bytes, cuts: list[int], framed: bool
) -> None:
    after = b"data: " + junk + b"\n\n" if framed else junk
    body = bodies.framed(bodies.whole(wire)) + after
    assert bodies.read(wire, cut(body, cuts)) == WHOLE


@pytest.mark.parametrize("wire", FORMATS)
@settings(max_examples=40, deadline=None)
@given(name=st.data(), junk=st.binary(max_size=60))
def test_any_junk_after_a_recorded_end_changes_nothing(
    wire: str, name: st.DataObject, junk: bytes
) -> None:
    body = vectors.body(wire, name.draw(st.sampled_from(vectors.names(wire))))
    events = vectors.parsed(PARSERS[wire](), [body])
    parser = PARSERS[wire]()
    ended = parser.feed(body)
    if ended and ended[-1] == events[-1]:
        assert parser.feed(junk) + parser.finish() == []


# A frame that cannot be read

BROKEN = [
    b'data: {"a": \n\n',
    b"data: {'delta': 'lost'}\n\n",
    b'data: {"x": "y\n\n',
    b"data: [1, \n\n",
]


@pytest.mark.parametrize("wire", FORMATS)
@pytest.mark.parametrize("broken", BROKEN)
def test_a_hole_is_never_stored_in_silence(wire: str, broken: bytes) -> None:
    first = bodies.framed(bodies.frames(wire, pieces=PIECES[:1])) + broken
    rest = [bodies.says(wire, piece) for piece in PIECES[1:]]
    ending = [*bodies.reason(wire), *bodies.terminal(wire)]
    said = bodies.said(wire, first + bodies.framed([*rest, *ending]))
    assert (said.text, said.finish) == (PIECES[0], None)
    assert said.failed
    assert said.failed.kind == "malformed"


@pytest.mark.parametrize("wire", ["chat", "responses", "messages", "pawa"])
@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("lost", [False, True])
def test_a_hole_that_a_later_whole_fills_is_skipped_and_noted(
    wire: str, broken: bytes, lost: bool
) -> None:
    first = bodies.framed(bodies.frames(wire, pieces=PIECES[:1])) + broken
    rest = [bodies.says(wire, piece) for piece in (PIECES[2:] if lost else PIECES[1:])]
    ending = [*bodies.reason(wire), *bodies.terminal(wire)]
    body = first + bodies.framed([*rest, closing(wire), *ending])
    said = bodies.said(wire, body)
    assert (said.text, said.reasoning, said.finish) == (bodies.TEXT, bodies.THOUGHT, "stop")
    assert said.codes == ["frame_skipped"]


def closing(wire: str) -> bodies.Frame:
    match wire:
        case "chat":
            message = {"role": "assistant", "content": bodies.TEXT}
            return bodies.Frame({"choices": [{"index": 0, "message": message}]})
        case "messages":
            return bodies.Frame({"type": "message", "content": [bodies.block("text", bodies.TEXT)]})
        case "responses":
            place = {"output_index": 1, "content_index": 0}
            return bodies.typed("response.output_text.done", text=bodies.TEXT, **place)
    message = {"role": "assistant", "content": bodies.TEXT}
    return bodies.Frame(bodies.envelope(request=[{"finish_reason": "stop", "message": message}]))


def test_unbroken_numbers_prove_that_nothing_is_missing() -> None:
    items = [
        bodies.Frame(item.data | {"sequence_number": number}, item.name)
        for number, item in enumerate(bodies.whole("responses"))
    ]
    body = bodies.framed(items[:3]) + BROKEN[0] + bodies.framed(items[3:])
    said = bodies.said("responses", body)
    assert (said.text, said.finish, said.codes) == (bodies.TEXT, "stop", ["frame_skipped"])
    gap = bodies.framed(items[:3]) + BROKEN[0] + bodies.framed(items[4:])
    assert bodies.said("responses", gap).finish is None


@pytest.mark.parametrize("wire", ["responses", "messages"])
def test_a_frame_whose_type_holds_no_text_is_not_missed(wire: str) -> None:
    kind = "ping" if wire == "messages" else "response.in_progress"
    broken = f'event: {kind}\ndata: {{"type": "{kind}", "x\n\n'.encode()
    items = bodies.whole(wire)
    said = bodies.said(wire, bodies.framed(items[:-3]) + broken + bodies.framed(items[-3:]))
    assert (said.text, said.finish, said.codes) == (bodies.TEXT, "stop", ["frame_skipped"])
