"""Pictures wherever servers put them are said once, where they stand; hostile ones are not."""

from typing import Any

import pytest

from streaming.events import Event, PictureMade, TextDelta
from tests.streaming.providers.formats.oddities import bodies
from tests.streaming.providers.formats.oddities.bodies import FORMATS, Frame

PNG = "iVBORw0KGgoA" + "AAAA" * 500
JPEG = "/9j/" + "AAAA" * 500
URL = "https://a.example/x.png"
DATA = f"data:image/png;base64,{PNG}"

MADE = PictureMade("image/png", PNG)
LIES = PictureMade("", url=URL)


def chat(**fields: Any) -> Frame:
    return Frame(bodies.chunk(**fields))


def item(**fields: Any) -> Frame:
    return bodies.typed("response.output_item.done", item=fields, output_index=0)


def part(**fields: Any) -> Frame:
    place = {"output_index": 0, "content_index": 0}
    return bodies.typed("response.content_part.done", part=fields, **place)


def block(**fields: Any) -> Frame:
    return bodies.typed("content_block_start", index=0, content_block=fields)


def out(content: Any, **fields: Any) -> Frame:
    return Frame({"type": "image", "name": "output", "content": content, "index": 0, **fields})


def pawa(**fields: Any) -> Frame:
    return Frame(bodies.envelope(message=fields))


SOURCE = {"type": "base64", "media_type": "image/png", "data": PNG}

SHAPES: list[tuple[str, list[Frame], list[PictureMade]]] = [
    ("chat", [chat(images=[{"type": "image_url", "image_url": {"url": DATA}}])], [MADE]),
    ("chat", [chat(images=[{"image_url": DATA}])], [MADE]),
    ("chat", [chat(images=[{"image_url": {"url": URL}}])], [LIES]),
    ("chat", [chat(content=[{"type": "image_url", "image_url": {"url": DATA}}])], [MADE]),
    ("chat", [chat(content=[{"type": "image_url", "image_url": {"url": URL}}])], [LIES]),
    (
        "chat",
        [chat(images=[{"b64_json": PNG}, {"b64_json": JPEG}])],
        [
            MADE,
            PictureMade("image/jpeg", JPEG),
        ],
    ),
    # what it is called counts for less than what it is
    ("chat", [chat(images=[{"image_url": {"url": f"data:image/webp;base64,{PNG}"}}])], [MADE]),
    ("chat", [chat(images=[{"image_url": {"url": f"data:text/html;base64,{PNG}"}}])], [MADE]),
    ("responses", [item(type="image_generation_call", id="ig", result=PNG)], [MADE]),
    (
        "responses",
        [item(type="code_interpreter_call", outputs=[{"type": "image", "url": URL}])],
        [
            LIES,
        ],
    ),
    ("responses", [part(type="output_image", image_url=DATA)], [MADE]),
    ("messages", [block(type="image", source=SOURCE)], [MADE]),
    ("messages", [block(type="image", source={"type": "url", "url": URL})], [LIES]),
    (
        "messages",
        [block(type="mcp_tool_result", content=[{"type": "image", "source": SOURCE}])],
        [MADE],
    ),
    ("gateway", [out(PNG, done=True)], [MADE]),
    ("gateway", [out(DATA)], [MADE]),
    ("gateway", [out(URL, done=False)], [LIES]),
    ("gateway", [out({"base64": "", "url": URL}, done=True)], [LIES]),
    ("gateway", [out(PNG[:100]), out(PNG[100:]), out("", done=True)], [MADE]),
    ("gateway", [out(PNG[:100]), out(PNG[100:]), out(PNG, done=True)], [MADE]),
    ("pawa", [pawa(content="", images=[{"data": PNG}])], [MADE]),
    ("pawa", [pawa(content=[{"type": "image_url", "image_url": {"url": URL}}])], [LIES]),
    ("gateway", [out(PNG[:100]), out(PNG[100:])], [MADE]),
]


@pytest.mark.parametrize(("wire", "frames", "pictures"), SHAPES)
def test_a_picture_in_any_place_is_said_and_is_an_answer_alone(
    wire: str, frames: list[Frame], pictures: list[PictureMade]
) -> None:
    said = bodies.said(wire, bodies.framed([*frames, *bodies.reason(wire), *bodies.terminal(wire)]))
    assert (said.pictures, said.finish, said.warnings) == (pictures, "stop", [])


@pytest.mark.parametrize(("wire", "frames", "pictures"), SHAPES[:-1])
def test_what_comes_twice_is_said_once(
    wire: str, frames: list[Frame], pictures: list[PictureMade]
) -> None:
    items = [*frames, *frames, *bodies.reason(wire), *bodies.terminal(wire)]
    assert bodies.read(wire, [bodies.framed(items)]).pictures == pictures


def test_a_picture_stands_between_the_texts_around_it() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": PNG}
    pictures = {
        "chat": chat(images=[{"image_url": {"url": DATA}}]),
        "responses": bodies.typed(
            "response.output_item.done",
            item={"type": "image_generation_call", "result": PNG},
            output_index=9,
        ),
        "messages": bodies.typed(
            "content_block_start", index=9, content_block={"type": "image", "source": source}
        ),
        "gateway": Frame(
            {"type": "image", "name": "output", "content": PNG, "index": 9, "done": True}
        ),
        "pawa": pawa(content="", images=[{"data": PNG}]),
    }
    for wire, picture in pictures.items():
        first, second, *_ = bodies.PIECES
        items = [*bodies.frames(wire, thought="", pieces=[first]), picture]
        items += [bodies.says(wire, second), *bodies.reason(wire), *bodies.terminal(wire)]
        shown: list[Event] = [
            event
            for event in bodies.parser(wire).feed(bodies.framed(items))
            if isinstance(event, TextDelta | PictureMade)
        ]
        assert shown == [TextDelta(first), MADE, TextDelta(second)], wire


def test_previews_of_a_picture_are_not_said() -> None:
    preview = bodies.typed(
        "response.image_generation_call.partial_image", partial_image_b64=JPEG, output_index=0
    )
    items = [preview, *SHAPES[8][1], *bodies.terminal("responses")]
    assert bodies.said("responses", bodies.framed(items)).pictures == [MADE]


def test_a_picture_that_only_the_snapshot_holds_is_said() -> None:
    output = [{"type": "image_generation_call", "result": PNG}]
    end = bodies.typed("response.completed", response={"status": "completed", "output": output})
    said = bodies.said("responses", bodies.framed([*bodies.frames("responses"), end]))
    assert (said.text, said.pictures) == (bodies.TEXT, [MADE])


@pytest.mark.parametrize(
    ("data", "warning"),
    [
        ("data:image/svg+xml;base64,PHN2Zz4=", ("unsupported_content", "image/svg+xml, 5 bytes")),
        ("data:image/svg+xml,<svg onload=x>", ("unsupported_content", "image/svg+xml, 9 bytes")),
        ("data:image/png;base64,not base64", ("unsupported_content", "image/png, 6 bytes")),
        (f"data:image/png;base64,{PNG}<>", ("unsupported_content", "image/png, 2 kB")),
        ("javascript:alert(1)", ("unsupported_content", "image, 14 bytes")),
        ("file:///etc/passwd", ("unsupported_content", "image, 13 bytes")),
    ],
)
def test_what_is_no_picture_is_told_and_not_said(data: str, warning: tuple[str, str]) -> None:
    frame = chat(images=[{"image_url": {"url": data}}])
    said = bodies.read("chat", [bodies.framed([frame, *bodies.reason("chat"), Frame("[DONE]")])])
    assert (said.pictures, said.warnings) == ([], [warning])


@pytest.mark.parametrize("wire", FORMATS)
def test_there_is_an_end_of_pictures(wire: str) -> None:
    frames = [
        {
            "chat": chat(images=[{"b64_json": data}]),
            "responses": item(type="image_generation_call", result=data),
            "messages": block(type="image", source={"type": "base64", "data": data}),
            "gateway": out(data, done=True),
            "pawa": pawa(content="", images=[{"data": data}]),
        }[wire]
        for data in (f"/9j/{number:04d}" for number in range(40))
    ]
    said = bodies.read(
        wire, [bodies.framed([*frames, *bodies.reason(wire), *bodies.terminal(wire)])]
    )
    assert len(said.pictures) == 16
    assert (said.finish, said.codes) == ("stop", ["too_many_pictures"])


def test_no_picture_goes_back_to_messages() -> None:
    parser = bodies.parser("messages")
    items = [block(type="image", source=SOURCE), *bodies.reason("messages")]
    parser.feed(bodies.framed([*items, *bodies.terminal("messages")]))
    assert parser.opaque is None
