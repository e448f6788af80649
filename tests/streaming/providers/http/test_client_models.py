"""A provider over real HTTP: its list of models."""

from typing import Any

import pytest

from streaming.events import Failed
from streaming.providers.http.client import Client
from tests.streaming.providers.http.asking import provider
from tests.support.network.loopback import Handler, loopback, plain


async def models(http: Client, handler: Handler, **fields: Any) -> tuple[str, ...] | Failed:
    async with loopback(handler) as place:
        found = await provider(http, place.url, **fields).ask_models()
        assert all(visit.head.startswith(b"GET /v1/models ") for visit in place.visits)
        return found


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b'{"object":"list","data":[{"id":"b"},{"id":"a"},{"id":"b"},{}]}', ("b", "a")),
        (b'{"models":[{"name":"llama3"}]}', ("llama3",)),
        (b'{"data":[{"id":"gpt"},{"id":"text-embedding-3-small"},{"id":"tts-1"}]}', ("gpt",)),
        (b'{"data":[{"id":"nomic-embed-text"}]}', ("nomic-embed-text",)),
        (b"[1]", ()),
        (b"{}", ()),
    ],
)
async def test_the_list_of_models_is_asked_from_the_server(
    http: Client, body: bytes, wanted: tuple[str, ...]
) -> None:
    assert await models(http, plain("200 OK", body)) == wanted


async def test_configured_models_are_not_asked_for(http: Client) -> None:
    assert await models(http, plain("500 No"), models=("a",)) == ("a",)


async def test_why_there_is_no_list_can_be_told(http: Client) -> None:
    found = await models(http, plain("401 No", b'{"error":"bad key k-123"}'), api_key="k-123")
    assert isinstance(found, Failed)
    assert (found.kind, found.message) == ("auth", "bad key ••••")
    async with loopback(plain("401 No")) as place:
        assert await provider(http, place.url).models() == ()


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        (b"<html><title>Welcome</title>", "malformed", "The server sent a web page: Welcome"),
        (b'{"error":{"message":"Bad key k-123","code":401}}', "auth", "Bad key ••••"),
        (b'{"object":"error","message":"no list here"}', "unknown", "no list here"),
    ],
)
async def test_an_error_in_the_place_of_a_list_is_told(
    http: Client, body: bytes, kind: str, message: str
) -> None:
    found = await models(http, plain("200 OK", body), api_key="k-123")
    assert isinstance(found, Failed)
    assert (found.kind, found.message) == (kind, message)
