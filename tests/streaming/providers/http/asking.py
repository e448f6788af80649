"""Asking a real provider at a loopback server: what its tests share."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from streaming.events import Event, Failed
from streaming.providers.base import ChatMessage, ChatRequest
from streaming.providers.config import ProviderConfig
from streaming.providers.http.client import Client, close_client, open_client
from streaming.providers.http.upstream import Upstream
from streaming.providers.registry import provider_for
from tests.support.network.loopback import (
    CHUNKED,
    Handler,
    Visit,
    loopback,
)

REQUEST = ChatRequest("m", (ChatMessage("user", "Hi"),))


@pytest.fixture
async def http() -> AsyncIterator[Client]:
    client = open_client()
    yield client
    await close_client(client)


def provider(http: Client, url: str, **fields: Any) -> Upstream:
    return provider_for(ProviderConfig("p", "P", "chat", url, **fields), http)


async def answer(http: Client, handler: Handler, **fields: Any) -> list[Event]:
    async with loopback(handler) as place:
        return [
            event
            async for batch in provider(http, place.url, **fields).stream(REQUEST)
            for event in batch
        ]


async def failure(http: Client, handler: Handler, **fields: Any) -> Failed:
    last = (await answer(http, handler, **fields))[-1]
    assert isinstance(last, Failed)
    return last


def frame(**value: Any) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def text(words: str) -> bytes:
    return frame(choices=[{"delta": {"content": words}}])


DONE = b"data: [DONE]\n\n"


async def good(visit: Visit) -> None:
    await visit.send(CHUNKED)
    await visit.chunk(text("Hel"))
    await visit.chunk(text("lo") + DONE)
    await visit.end()


async def hang_after_text(visit: Visit) -> None:
    await visit.send(CHUNKED)
    await visit.chunk(text("Hel"))
    await visit.until_hang_up()


async def hang_before_headers(visit: Visit) -> None:
    await visit.until_hang_up()
