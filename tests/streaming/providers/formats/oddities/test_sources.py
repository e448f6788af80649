"""Sources wherever servers name them are said once each; what is no web address is not."""

from typing import Any

import pytest

from tests.streaming.providers.formats.oddities import bodies
from tests.streaming.providers.formats.oddities.bodies import FORMATS, TEXT, THOUGHT, Frame

URL, TITLE = "https://a.example/tides?day=1", "Tides"
OTHER = "http://b.example/"
CITED = {"type": "url_citation", "url": URL, "title": TITLE, "start_index": 0, "end_index": 4}
NESTED = {"type": "url_citation", "url_citation": {"url": URL, "title": TITLE, "end_index": 4}}
PLACE = {"type": "web_search_result_location", "url": URL, "title": TITLE, "cited_text": "High"}
FOUND = {"type": "web_search_result", "url": OTHER, "title": "x", "encrypted_content": "eA=="}


def text_part(**fields: Any) -> Frame:
    place = {"output_index": 5, "content_index": 0}
    part = {"type": "output_text", "text": "", **fields}
    return bodies.typed("response.content_part.done", part=part, **place)


def messages(index: int, **fields: Any) -> Frame:
    return bodies.typed("content_block_start", index=index, content_block=fields)


SHAPES: list[tuple[str, list[Frame]]] = [
    ("chat", [Frame(bodies.chunk(annotations=[NESTED]))]),
    ("chat", [Frame(bodies.chunk(annotations=[CITED, NESTED, CITED]))]),
    ("chat", [Frame({**bodies.chunk(), "search_results": [{"title": TITLE, "url": URL}]})]),
    (
        "chat",
        [
            Frame(
                {
                    **bodies.chunk(),
                    "citations": [URL],
                    "search_results": [{"title": TITLE, "url": URL, "date": None}],
                }
            )
        ]
        * 3,
    ),
    ("responses", [bodies.typed("response.output_text.annotation.added", annotation=CITED)]),
    ("responses", [text_part(annotations=[CITED])]),
    (
        "messages",
        [
            bodies.typed(
                "content_block_delta",
                index=2,
                delta={"type": "citations_delta", "citation": PLACE},
            )
        ],
    ),
    ("messages", [messages(7, type="text", text="", citations=[PLACE])]),
    ("pawa", [Frame(bodies.envelope(message={"content": "", "annotations": [NESTED]}))]),
]


@pytest.mark.parametrize(("wire", "frames"), SHAPES)
def test_a_source_in_any_place_is_said_once_and_the_text_stays(
    wire: str, frames: list[Frame]
) -> None:
    items = [*bodies.frames(wire), *frames, *bodies.reason(wire), *bodies.terminal(wire)]
    said = bodies.said(wire, bodies.framed(items))
    assert said.sources == [(URL, TITLE)]
    assert (said.text, said.reasoning, said.finish) == (TEXT, THOUGHT, "stop")
    assert said.warnings == []


def test_a_list_of_addresses_names_them_in_its_order() -> None:
    frame = Frame({**bodies.chunk(content="Hi"), "citations": [OTHER, {"url": URL}]})
    items = [frame, *bodies.reason("chat"), *bodies.terminal("chat")]
    assert bodies.said("chat", bodies.framed(items)).sources == [(OTHER, ""), (URL, "")]


def test_what_a_server_searched_and_found_is_no_part_of_the_answer() -> None:
    use = {"id": "srvtoolu_1", "name": "web_search", "input": {}}
    found = {"tool_use_id": "srvtoolu_1", "content": [FOUND]}
    query = {"type": "input_json_delta", "partial_json": '{"query":"tides"}'}
    items = [
        messages(7, type="server_tool_use", **use),
        bodies.typed("content_block_delta", index=7, delta=query),
        bodies.typed("content_block_stop", index=7),
        messages(8, type="web_search_tool_result", **found),
        bodies.typed("content_block_stop", index=8),
    ]
    parser = bodies.parser("messages")
    whole = [*items, *bodies.frames("messages"), *bodies.reason("messages")]
    said = bodies.summed(parser.feed(bodies.framed([*whole, *bodies.terminal("messages")])))
    assert (said.text, said.finish, said.calls, said.sources) == (TEXT, "stop", [], [])
    assert parser.opaque
    kinds = [block["type"] for block in parser.opaque["blocks"]]
    assert kinds[:2] == ["server_tool_use", "web_search_tool_result"]
    assert parser.opaque["blocks"][0]["input"] == {"query": "tides"}


def test_a_search_that_failed_is_told() -> None:
    failed = {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"}
    items = [messages(7, type="web_search_tool_result", content=failed)]
    items += [*bodies.frames("messages"), *bodies.reason("messages")]
    said = bodies.said("messages", bodies.framed([*items, *bodies.terminal("messages")]))
    assert said.warnings == [("server_tool_failed", "max_uses_exceeded")]


def test_searching_and_painting_are_progress_and_no_more() -> None:
    kinds = (
        "web_search_call.in_progress",
        "web_search_call.searching",
        "web_search_call.completed",
    )
    items = [bodies.typed(f"response.{kind}", output_index=3, item_id="ws") for kind in kinds]
    action = {"type": "web_search_call", "id": "ws", "status": "completed", "action": {}}
    items.append(bodies.typed("response.output_item.done", output_index=3, item=action))
    items = [*items, *bodies.frames("responses"), *bodies.terminal("responses")]
    assert bodies.said("responses", bodies.framed(items)).text == TEXT


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//a.example", ""),
        *("https://", "https:///x", "https://user:pass@a.example/", "https://a.example/<script>"),
        *("https://a.example/a b", 'https://a.example/"onclick', "ftp://a.example/", "mailto:a@b"),
        "https://a.example/" + "x" * 2000,
    ],
)
def test_what_is_no_web_address_is_no_source(url: str) -> None:
    frames = [Frame(bodies.chunk(annotations=[{"url": url, "title": TITLE}, None, 7, [], "x"]))]
    frames += [Frame({**bodies.chunk(content="Hi"), "citations": [url, None, 7, {"url": 7}]})]
    items = [*frames, *bodies.reason("chat"), *bodies.terminal("chat")]
    said = bodies.read("chat", [bodies.framed(items)])
    assert (said.sources, said.text, said.finish) == ([], "Hi", "stop")


@pytest.mark.parametrize("wire", [wire for wire in FORMATS if wire == "chat"])
def test_there_is_an_end_of_sources_and_of_a_title(wire: str) -> None:
    listed = [
        {"url": f"https://a.example/{number}", "title": "a\n\tb " * 200} for number in range(300)
    ]
    frame = Frame({**bodies.chunk(content="Hi"), "search_results": listed})
    said = bodies.read(wire, [bodies.framed([frame, *bodies.reason(wire), *bodies.terminal(wire)])])
    assert len(said.sources) == 100
    assert len(said.sources[0][1]) == 300
    assert said.sources[0][1].startswith("a b a b")
