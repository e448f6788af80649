"""The models to choose from: told by configuration or by the servers themselves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from streaming.catalog.model_menu import ModelChoice, ModelMenu, UnknownModel
from streaming.providers.config import ProviderConfig
from streaming.providers.http.client import Client, close_client, open_client
from streaming.providers.model_facts import NOTHING
from streaming.providers.registry import provider_for
from tests.support.network.loopback import Visit, loopback


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    client = open_client()
    yield client
    await close_client(client)


def config(slug: str, url: str, *models: str) -> ProviderConfig:
    return ProviderConfig(slug, slug.title(), "chat", url, models=models)


@asynccontextmanager
async def fresh(client: Client, *configs: ProviderConfig) -> AsyncIterator[ModelMenu]:
    """A menu whose providers have been asked once."""
    menu = ModelMenu({one.slug: provider_for(one, client) for one in configs})
    keeping = asyncio.create_task(menu.keep_fresh())
    await asyncio.to_thread(menu.offers)
    yield menu
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping


async def lists(visit: Visit) -> None:
    body = json.dumps({"data": [{"id": "beta"}, {"id": "alpha"}]}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
    await visit.send(head.encode() + body)


async def test_models_that_are_configured_are_offered_in_their_order(client: Client) -> None:
    async with fresh(client, config("naga", "http://127.0.0.1:1", "small", "large")) as menu:
        [(offered, choices)] = menu.offers()
        assert offered.slug == "naga"
        assert choices == [ModelChoice("naga", "small"), ModelChoice("naga", "large")]


async def test_a_server_is_asked_for_the_models_it_has(client: Client) -> None:
    async with loopback(lists) as place, fresh(client, config("naga", place.url)) as menu:
        [(_, choices)] = menu.offers()
        assert {choice.model for choice in choices} == {"alpha", "beta"}
        assert menu.of_administrators().choose("naga/alpha") == ModelChoice("naga", "alpha")


async def test_a_server_that_cannot_be_reached_offers_nothing_and_is_named(
    client: Client,
) -> None:
    naga, known = config("naga", "http://127.0.0.1:1"), config("acme", "http://127.0.0.1:1", "x")
    async with fresh(client, naga, known) as menu:
        assert [len(choices) for _, choices in menu.offers()] == [0, 1]
        with pytest.raises(UnknownModel, match="Naga did not tell its models"):
            menu.of_administrators().choose("naga/any")
        assert menu.of_administrators().choose("acme/x") == ModelChoice("acme", "x")


async def test_a_server_that_lists_nonsense_offers_nothing(client: Client) -> None:
    async def nonsense(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")

    async with loopback(nonsense) as place, fresh(client, config("naga", place.url)) as menu:
        assert [list(choices) for _, choices in menu.offers()] == [[]]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("naga/none", "Naga has no model “none”. Choose another one."),
        ("nobody/small", "That model is not connected here. Choose one from the list."),
        ("", "That model is not connected here. Choose one from the list."),
        ("small", "That model is not connected here. Choose one from the list."),
        ("naga/" + "x" * 1000, "Naga has no model “" + "x" * 100 + "”."),
    ],
)
async def test_an_unknown_model_is_told_what_to_do(
    client: Client, value: str, sentence: str
) -> None:
    async with fresh(client, config("naga", "http://127.0.0.1:1", "small")) as menu:
        with pytest.raises(UnknownModel) as refused:
            menu.of_administrators().choose(value)
        assert sentence in str(refused.value)


async def test_a_model_may_have_slashes_in_its_name(client: Client) -> None:
    async with fresh(client, config("naga", "http://127.0.0.1:1", "meta/llama/3")) as menu:
        choice = menu.of_administrators().choose("naga/meta/llama/3")
        assert choice == ModelChoice("naga", "meta/llama/3")
        assert choice.value == "naga/meta/llama/3"


async def test_without_any_provider_that_is_the_reason(client: Client) -> None:
    async with fresh(client) as menu:
        with pytest.raises(UnknownModel, match="No model is connected yet"):
            menu.of_administrators().choose("naga/small")


async def test_nobody_is_told_to_choose_from_an_empty_list(client: Client) -> None:
    async with fresh(client, config("naga", "http://127.0.0.1:1")) as menu:
        for value in ("", "naga/any", "nobody/any"):
            with pytest.raises(UnknownModel, match="under Providers") as refused:
                menu.of_administrators().choose(value)
            assert "Choose one" not in str(refused.value)


NAMED = [
    {"id": "a", "name": "Ada", "context_length": 8000},
    {"id": "b", "name": "Twin"},
    {"id": "c", "name": "Twin"},
    {"id": "d"},
]


async def names(visit: Visit) -> None:
    body = json.dumps({"data": NAMED}).encode()
    await visit.send(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


async def test_models_are_shown_by_name_where_a_name_means_one(client: Client) -> None:
    async with loopback(names) as place, fresh(client, config("naga", place.url)) as menu:
        [(_, shown)] = menu.of_administrators().by_provider()
        assert shown == [("naga/a", "Ada"), ("naga/b", "b"), ("naga/c", "c"), ("naga/d", "d")]
        assert menu.facts("naga", "a").window == 8000
        assert menu.facts("naga", "x") == menu.facts("x", "a") == NOTHING


async def test_what_is_known_of_configured_models_is_asked_when_somebody_wants_it(
    client: Client,
) -> None:
    async with loopback(names) as place, fresh(client, config("naga", place.url, "a")) as menu:
        assert (menu.name("naga", "a"), len(place.visits)) == ("a", 0)
        await menu.describe()
        await menu.describe()
        assert (menu.name("naga", "a"), len(place.visits)) == ("Ada", 1)
        assert list(menu.models("naga")) == ["a"]
