"""The demo paints and searches in each format; the site and the vendors' SDKs understand it."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest

from streaming.events import Finished, PictureMade, TextDelta
from streaming.providers.registry import PARSERS
from tests.streaming.demo.client import demo_client
from tests.streaming.demo.formats import FORMATS, PROMPT, ClientFormat
from tests.streaming.demo.test_sdks import anthropic_client, openai_client

each_format = pytest.mark.parametrize("wire", FORMATS.values(), ids=FORMATS)
TITLES = ["Queues, an overview", "Waiting in line", "Queues, an overview"]
SOURCES = ["https://a.example/queues", "https://b.example/waiting?q=1&lang=en"]
SEARCH: dict[str, dict[str, Any]] = {
    "chat": {"web_search_options": {}},
    "responses": {"tools": [{"type": "web_search"}]},
    "messages": {"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
    "pawa": {"tools": [{"type": "pawa_tool", "name": "web_search_tool"}]},
}


async def body_of(wire: ClientFormat, model: str, prompt: str, **more: Any) -> bytes:
    async with demo_client() as demo:
        asked = {**wire.body(model, [("user", prompt)], 4000), **more}
        response = await demo.http.post(wire.path, json=asked)
    assert response.status_code == 200
    return response.content


@each_format
@pytest.mark.parametrize("prompt", [PROMPT, "A large one"])
async def test_it_paints_a_picture_between_two_texts(wire: ClientFormat, prompt: str) -> None:
    body = await body_of(wire, "demo-paints", prompt)
    parser = PARSERS[wire.name]()
    events = [*parser.feed(body), *parser.finish()]
    kinds = [type(event).__name__ for event in events]
    at = kinds.index("PictureMade")
    assert "TextDelta" in kinds[:at]
    assert "TextDelta" in kinds[at:]
    assert kinds.count("PictureMade") == 1
    picture = events[at]
    assert isinstance(picture, PictureMade)
    assert picture.media_type == "image/png"
    assert b64decode(picture.data).startswith(b"\x89PNG")
    assert (len(picture.data) > 2**20) == (prompt != PROMPT)
    assert kinds[-1] == "Finished"


@pytest.mark.parametrize("name", SEARCH)
async def test_it_searches_only_where_that_is_switched_on(name: str) -> None:
    wire = FORMATS[name]
    texts = []
    for more in ({}, SEARCH[name]):
        parser = PARSERS[name]()
        events = parser.feed(await body_of(wire, "demo-searches", PROMPT, **more))
        events += parser.finish()
        assert isinstance(events[-1], Finished)
        named = [cited.url for cited in parser.builder.sources.take()]
        assert named == (SOURCES if more and name != "pawa" else [])
        texts.append("".join(event.text for event in events if isinstance(event, TextDelta)))
    assert "not switched on" in texts[0]
    assert "Elsewhere it says" in texts[1]


async def test_the_sdks_read_pictures_and_searches() -> None:
    async with openai_client() as client:
        async with client.responses.stream(model="demo-paints", input=PROMPT) as painted:
            items = (await painted.get_final_response()).output
        async with client.responses.stream(
            model="demo-searches", input=PROMPT, tools=[{"type": "web_search"}]
        ) as searched:
            found = (await searched.get_final_response()).output
        chat = await client.chat.completions.create(
            model="demo-searches",
            messages=[{"role": "user", "content": PROMPT}],
            web_search_options={},
        )
    assert [item.type for item in items] == ["message", "image_generation_call", "message"]
    assert items[1].type == "image_generation_call"
    assert b64decode(items[1].result or "").startswith(b"\x89PNG")
    assert [item.type for item in found] == ["web_search_call", "message"]
    assert found[1].type == "message"
    assert found[1].content[0].type == "output_text"
    cited = found[1].content[0].annotations
    assert [each.title for each in cited if each.type == "url_citation"] == TITLES
    noted = chat.choices[0].message.annotations or []
    assert [each.url_citation.title for each in noted] == TITLES
    async with (
        anthropic_client() as claude,
        claude.messages.stream(
            model="demo-searches",
            max_tokens=400,
            messages=[{"role": "user", "content": PROMPT}],
            tools=[{"type": "web_search_20250305", "name": "web_search"}],
        ) as messages,
    ):
        blocks = (await messages.get_final_message()).content
    assert [block.type for block in blocks] == ["server_tool_use", "web_search_tool_result", "text"]
    assert blocks[2].type == "text"
    assert len(blocks[2].citations or []) == 3
