"""Models of a gateway that make pictures: asked for the whole answer, which a stop gives up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from streaming.demo.serving.server import DemoUpstream
from streaming.error_messages import endings
from streaming.events import CostReported, Event, Finished, PictureMade, TextDelta, UsageReported
from streaming.live.answers import notices
from streaming.models import Generation
from streaming.providers.base import ChatMessage, ChatRequest
from streaming.providers.config import ProviderConfig
from streaming.providers.formats.gateway import GatewayParser
from streaming.providers.http.client import Client, close_client, open_client
from streaming.providers.picture_models import answers_whole
from streaming.providers.registry import ADAPTERS, provider_for
from tests.streaming.providers.formats import vectors

PNG = "iVBORw0KGgoA" + "AAAA" * 50
MADE = PictureMade("image/png", PNG)
ITEM = {"type": "image", "name": "output", "content": PNG}
WORDS = {"type": "text", "name": "output", "content": "Here."}
TOTALS = {"usage": {"input_tokens": 3, "output_tokens": 9}, "cost": {"total": 0.04}}
REQUEST = ChatRequest("demo-paints", (ChatMessage("user", "A hill"),))


def config(url: str = "http://localhost:8000", **options: Any) -> ProviderConfig:
    return ProviderConfig("g", "G", "gateway", url, options={"service_name": "s", **options})


@pytest.fixture
async def http() -> AsyncIterator[Client]:
    client = open_client()
    yield client
    await close_client(client)


@pytest.mark.parametrize(
    ("model", "whole"),
    [
        *((name, True) for name in ("dall-e-3", "openai/gpt-image-1", "imagen-4.0", "x/flux-1.1")),
        *((name, True) for name in ("gemini-2.0-flash-image", "stable-diffusion-xl", "sdxl")),
        *((name, False) for name in ("gemini-2.0-flash", "gpt-4o", "imaginary", "fluxion")),
        ("my-painter", True),
    ],
)
def test_which_models_are_asked_for_the_whole_answer(model: str, whole: bool) -> None:
    gateway = config(generate=["my-painter"])
    assert answers_whole(gateway, model) is whole
    call = ADAPTERS["gateway"].call(gateway, ChatRequest(model, (ChatMessage("user", "Hi"),)))
    assert call.path == ("/api/v1/generate" if whole else "/api/v1/generate/stream")
    assert not answers_whole(ProviderConfig("p", "P", "chat", "https://a.example"), model)


@pytest.mark.parametrize(
    "body",
    [
        {"output": [WORDS, ITEM], **TOTALS},
        {"outputs": [WORDS, ITEM], **TOTALS},
        {"success": True, "data": {"output": [WORDS, ITEM]}, **TOTALS},
        {"output": [WORDS, {**ITEM, "content": [{"b64_json": PNG}]}], **TOTALS},
        {"output": [WORDS, {**ITEM, "content": {"url": f"data:image/png;base64,{PNG}"}}], **TOTALS},
    ],
)
def test_a_whole_answer_is_read(body: dict[str, Any]) -> None:
    data = json.dumps(body).encode()
    for pieces in ([data], [data[at : at + 1] for at in range(len(data))]):
        assert vectors.parsed(GatewayParser(), pieces) == [
            TextDelta("Here."),
            MADE,
            UsageReported(input_tokens=3, output_tokens=9),
            CostReported(total=0.04),
            Finished("stop"),
        ]


async def asked(http: Client, demo: DemoUpstream) -> list[Event]:
    provider = provider_for(config(demo.url, generate=["demo-paints"]), http)
    return [event async for batch in provider.stream(REQUEST) for event in batch]


async def test_the_demo_makes_a_whole_picture(http: Client) -> None:
    async with DemoUpstream(speed=100, say=lambda line: None) as demo:
        events = await asked(http, demo)
        (visit,) = demo.visits.ended()
    assert visit["path"] == "/api/v1/generate"
    kinds = [type(event) for event in events]
    assert kinds.count(PictureMade) == 1
    assert kinds[-1] is Finished


async def test_a_stop_closes_the_request(http: Client) -> None:
    async with DemoUpstream(speed=0.01, say=lambda line: None) as demo, asyncio.timeout(10):
        asking = asyncio.create_task(asked(http, demo))
        while not demo.visits.running():  # noqa: ASYNC110 (the demo tells nobody)
            await asyncio.sleep(0.01)
        asking.cancel()
        await asyncio.wait([asking])
        while not demo.visits.ended():  # noqa: ASYNC110 (as above)
            await asyncio.sleep(0.01)
        (visit,) = demo.visits.ended()
    assert visit["client_hung_up"]


def test_a_page_says_that_a_picture_is_being_made(monkeypatch: pytest.MonkeyPatch) -> None:
    providers = {"g": SimpleNamespace(config=config())}
    monkeypatch.setattr(notices, "is_serving", lambda: True)
    monkeypatch.setattr(notices, "site", lambda: SimpleNamespace(providers=providers))
    told = notices.making(Generation(provider="g", model="dall-e-3"))
    assert (told.headline, told.sentence) == endings.making(config(), "dall-e-3")
    assert told.headline == "Making the picture…"
    assert notices.making(Generation(provider="g", model="gpt-4o")) == notices.NOTHING
    assert notices.making(Generation(provider="gone", model="dall-e-3")) == notices.NOTHING
