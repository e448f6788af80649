"""A title is asked for through every wire format, from a server that speaks all of them."""

from __future__ import annotations

from typing import get_args

import pytest

from streaming.demo.serving.server import DemoUpstream
from streaming.providers.base import ChatMessage, ChatRequest
from streaming.providers.config import ProviderConfig, WireFormat
from streaming.providers.http.client import Client
from streaming.providers.registry import provider_for
from streaming.titles.asking import Reply, ask
from streaming.titles.cleaning import LONGEST, cleaned

MODELS = {"gateway": "demo/demo-brief"}
PATHS = {"gateway": "/api/v1"}


async def reply(http: Client, spoken: WireFormat, model: str = "demo-brief") -> Reply:
    async with DemoUpstream(speed=100) as demo:
        url = f"{demo.url}{PATHS.get(spoken, '/v1')}"
        provider = provider_for(ProviderConfig("p", "P", spoken, url), http)
        turns = (ChatMessage("user", "User: Hello\n\nIts title:"),)
        request = ChatRequest(
            model=MODELS.get(spoken, model),
            messages=turns,
            system="Name it.",
            parameters={"max_tokens": 1024},
        )
        return await ask(provider, request)


@pytest.mark.parametrize("spoken", get_args(WireFormat))
async def test_every_format_gives_a_title_with_its_tokens(http: Client, spoken: WireFormat) -> None:
    found = await reply(http, spoken)
    assert found.failed is None
    assert 0 < len(cleaned(found.text)) <= LONGEST
    assert found.usage is not None
    assert found.usage.output_tokens or found.usage.total_tokens


async def test_a_failure_is_a_reply_too(http: Client) -> None:
    found = await reply(http, "chat", "demo-unauthorized")
    assert found.failed is not None
    assert (found.failed.kind, cleaned(found.text)) == ("auth", "")
