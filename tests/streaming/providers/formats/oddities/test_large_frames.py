"""A frame over the limit: what is no text streams past, the answer stays whole, memory bounded."""

import json
import tracemalloc

import pytest

from streaming.events import PictureMade
from streaming.providers.formats.framing.oversized import (
    MAX_FRAME,
    SHORTENED,
    OversizedFrame,
    Shrinker,
)
from tests.streaming.providers.formats.oddities import bodies
from tests.streaming.providers.formats.oddities.bodies import (
    DONE,
    FORMATS,
    TEXT,
    THOUGHT,
    Frame,
)

MEBIBYTE = 1024 * 1024
BASE64 = "iVBORw0KGgoA" + "QUJD" * (MEBIBYTE // 2)
SOUND = "T2dnUwAC" + "QUJD" * (MEBIBYTE // 2)


def shrunk(value: object, piece: int = 10_000) -> OversizedFrame:
    data = json.dumps(value).encode()
    shrinker = Shrinker()
    for start in range(0, len(data), piece):
        assert shrinker.feed(data[start : start + piece]) == b""
    assert shrinker.closed
    return shrinker.frame()


@pytest.mark.parametrize("piece", [1000, 65_536, 10**9])
def test_what_is_no_text_keeps_its_beginning_and_its_size(piece: int) -> None:
    value = {"type": "x", "url": f"data:audio/ogg;base64,{SOUND}", "after": [1, {"b": "c"}]}
    frame = shrunk(value, piece)
    kept = json.loads(frame)
    assert kept["url"].startswith("data:audio/ogg;base64,T2dnUwAC")
    assert len(kept["url"]) + frame.left_out == len(value["url"])
    assert kept["after"] == value["after"]
    assert not frame.cut


@pytest.mark.parametrize("piece", [1000, 65_536, 10**9])
def test_pictures_are_kept_as_long_as_there_is_room(piece: int) -> None:
    url = f"data:image/jpeg;base64,/9j/{'QUJD' * 700_000}"
    frame = shrunk({"a": url, "b": {"c": [BASE64]}, "text": "T " * 400_000, "d": SOUND}, piece)
    kept = json.loads(frame)
    assert (kept["a"], kept["b"]) == (url, {"c": [BASE64]})
    assert (len(kept["text"]), frame.cut) == (800_000, False)
    many = json.loads(frame := shrunk([f"/9j/{'QUJD' * MEBIBYTE}"] * 5, piece))
    assert [len(each) for each in many[:3]] == [4 * MEBIBYTE + 4] * 3
    assert [len(each) <= SHORTENED for each in many[3:]] == [True, True]
    assert frame.left_out > 8 * MEBIBYTE - 300


def test_an_endless_list_of_pictures_is_emptied() -> None:
    frame = shrunk({"a": [f"/9j/{'QUJD' * 2000}"] * 600 + [1] * 1_200_000, "b": 1}, 10**9)
    assert json.loads(frame) == {"a": [], "b": 1}


def test_text_is_kept_up_to_the_limit_and_the_rest_of_the_frame_whole() -> None:
    text = 'A "quoted" line\n\u00e9\U0001f600 ' * (MEBIBYTE // 10)
    frame = shrunk({"text": text, "status": "completed", "usage": {"total": 3}})
    kept = json.loads(frame)
    assert text.startswith(kept["text"])
    assert len(frame.encode()) > 0.9 * MAX_FRAME
    assert (kept["status"], kept["usage"], frame.cut) == ("completed", {"total": 3}, True)


def test_an_endless_list_is_emptied_and_what_follows_it_kept() -> None:
    frame = shrunk({"a": {"logprobs": list(range(600_000)), "b": 1}, "status": "completed"})
    assert json.loads(frame) == {"a": {"logprobs": [], "b": 1}, "status": "completed"}
    assert frame.cut


def picture(wire: str) -> Frame:
    match wire:
        case "chat":
            url = f"data:image/png;base64,{BASE64}"
            return Frame(bodies.chunk(content="", images=[{"image_url": {"url": url}}]))
        case "responses":
            item = {"type": "image_generation_call", "result": BASE64}
            return bodies.typed("response.output_item.done", item=item, output_index=7)
        case "messages":
            source = {"type": "base64", "media_type": "image/png", "data": BASE64}
            return bodies.typed(
                "content_block_start", index=7, content_block={"type": "image", "source": source}
            )
        case "gateway":
            return Frame(
                {"type": "image", "name": "output", "content": BASE64, "index": 7, "done": True}
            )
    return Frame(bodies.envelope(message={"content": "", "images": [{"data": BASE64}]}))


@pytest.mark.parametrize("wire", FORMATS)
@pytest.mark.parametrize("bare", [False, True])
def test_a_picture_over_the_limit_leaves_the_answer_whole(wire: str, bare: bool) -> None:
    items = [*bodies.frames(wire), picture(wire), *bodies.reason(wire), *bodies.terminal(wire)]
    body = bodies.framed(items)
    if bare:
        body = b"".join(item.text.encode() + b"\n" for item in items)
    for size in (len(body), 70_001):
        pieces = [body[start : start + size] for start in range(0, len(body), size)]
        said = bodies.read(wire, pieces)
        assert (said.text, said.reasoning, said.finish) == (TEXT, THOUGHT, "stop")
        assert (said.pictures, said.warnings) == ([PictureMade("image/png", BASE64)], [])


def test_a_closing_snapshot_over_the_limit_leaves_the_answer_whole() -> None:
    text = "A line of an answer that is long.\n" * (MEBIBYTE // 25)
    pieces = [text[start : start + 50_000] for start in range(0, len(text), 50_000)]
    output = [{"type": "message", "content": [{"type": "output_text", "text": text}]}]
    response = {
        "status": "completed",
        "instructions": text,
        "output": output,
        "usage": bodies.USAGE,
    }
    end = bodies.typed("response.completed", response=response)
    body = bodies.framed([*bodies.frames("responses", pieces=pieces), end])
    said = bodies.read("responses", [body])
    assert (said.text, said.finish, said.usage) == (text, "stop", bodies.USAGE)


@pytest.mark.parametrize("wire", FORMATS)
def test_a_piece_of_text_over_the_limit_is_cut_there(wire: str) -> None:
    text = "word " * (MEBIBYTE // 4)
    items = [
        *bodies.opening(wire),
        bodies.says(wire, text),
        *bodies.reason(wire),
        *bodies.terminal(wire),
    ]
    said = bodies.read(wire, [bodies.framed(items)])
    assert said.text
    assert text.startswith(said.text)
    assert said.failed
    assert said.failed.code == "frame_too_large"


@pytest.mark.parametrize("wire", FORMATS)
def test_a_picture_over_its_limit_is_told_with_its_size(wire: str) -> None:
    items = [*bodies.frames(wire), picture(wire), *bodies.reason(wire), *bodies.terminal(wire)]
    parser = bodies.parser(wire)
    parser.media.largest = MEBIBYTE
    said = bodies.summed([*parser.feed(bodies.framed(items)), *parser.finish()])
    assert (said.text, said.finish, said.pictures) == (TEXT, "stop", [])
    assert said.warnings == [("picture_too_large", "image/png, 1.6 MB")]


@pytest.mark.parametrize("wire", FORMATS)
def test_a_picture_that_nobody_could_hold_is_told_with_its_size(wire: str) -> None:
    body = bodies.framed([picture(wire), *bodies.reason(wire), *bodies.terminal(wire)])
    huge = body.replace(BASE64.encode(), b"iVBORw0KGgoA" + b"QUJD" * (5 * MEBIBYTE))
    said = bodies.read(wire, [huge])
    assert (said.finish, said.pictures) == ("stop", [])
    assert said.warnings == [("picture_too_large", "image/png, 15.7 MB")]


def peak_while(wire: str, head: bytes, filling: bytes, size: int) -> int:
    """The most memory that a parser takes while so much of one frame comes."""
    parser = bodies.parser(wire)
    parser.feed(bodies.framed(bodies.frames(wire)) + head)
    tracemalloc.start()
    for _ in range(size // len(filling)):
        parser.feed(filling)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("head", [b'data: {"image":"', b'{"image":"', b"data: "])
def test_64_mebibytes_in_one_frame_are_not_held(head: bytes) -> None:
    assert peak_while("chat", head, b"QUJD" * 4096, 64 * MEBIBYTE) < 12 * MEBIBYTE


def test_of_a_picture_without_end_no_more_is_held_than_its_limit() -> None:
    head = b'data: {"image":"iVBORw0KGgoA'
    assert peak_while("chat", head, b"QUJD" * 4096, 64 * MEBIBYTE) < 40 * MEBIBYTE


@pytest.mark.parametrize("head", [b"data: [", b'data: {"text":"a b '])
@pytest.mark.parametrize("filling", [b"a word " * 2048, b'1,{"a":' * 2048, b"[" * 16384])
def test_a_frame_of_any_kind_is_not_held(head: bytes, filling: bytes) -> None:
    assert peak_while("gateway", head, filling, 3 * MEBIBYTE // 2) < 12 * MEBIBYTE


def test_words_over_the_limit_are_streamed_past() -> None:
    items = [
        *bodies.frames("chat"),
        Frame("x" * (MAX_FRAME + 20_000)),
        *bodies.reason("chat"),
        Frame(DONE),
    ]
    said = bodies.read("chat", [bodies.framed(items)])
    assert (said.text, said.finish) == (TEXT, "stop")
