"""The providers of a process follow the table of providers, whoever changes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from cryptography.fernet import Fernet

from streaming.catalog.model_menu import ModelChoice, ModelMenu
from streaming.catalog.provider_registry import ProviderRegistry
from streaming.catalog.provider_store import free_slug, give_key
from streaming.db_threads import in_thread
from streaming.error_messages import failures
from streaming.events import Failed
from streaming.models import StoredProvider
from streaming.providers.base import ChatMessage, ChatRequest, Provider
from streaming.providers.config import ProviderConfig, Timeouts
from streaming.providers.http.addresses import AddressPolicy
from streaming.providers.http.client import Client, close_client
from streaming.providers.http.guarded_client import open_guarded_client
from streaming.providers.model_facts import ModelFacts
from streaming.providers.registry import provider_for
from streaming.providers.unusable import removed
from tests.support.network.loopback import loopback, plain

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "marker-key-2b81f6d0"
REQUEST = ChatRequest("m", (ChatMessage("user", "Hi"),))
URLS = ("http://127.0.0.1:1/v1", "http://127.0.0.1:2/v1")


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    client = open_guarded_client(AddressPolicy())
    yield client
    await close_client(client)


def add(slug: str, key: str = KEY, **fields: Any) -> StoredProvider:
    row = StoredProvider(
        **{"slug": slug, "name": slug.title(), "format": "chat", "model_ids": ["m"]}
        | {"base_url": "https://api.example.com/v1"}
        | fields
    )
    give_key(row, key)
    row.save(force_insert=True)
    return row


def change(slug: str, **fields: Any) -> None:
    StoredProvider.objects.filter(slug=slug).update(**fields)


async def test_what_is_lent_never_takes_the_place_of_what_is_configured(client: Client) -> None:
    own, lent = (provider_for(ProviderConfig("demo", "D", "chat", url), client) for url in URLS)
    registry = ProviderRegistry({"demo": own}, client)
    assert (registry.set_extra("demo", None), registry.set_extra("demo", lent)) == (set(), set())
    assert registry["demo"] is own
    empty = ProviderRegistry({}, client)
    assert (empty.set_extra("demo", lent), empty["demo"]) == ({"demo"}, lent)
    assert (empty.set_extra("demo", None), list(empty)) == ({"demo"}, [])


async def test_a_provider_is_connected_changed_and_let_go(client: Client) -> None:
    registry = ProviderRegistry({}, client)
    assert await registry.refresh() == set()
    await in_thread(add)("naga")
    assert await registry.refresh() == {"naga"}
    first = registry["naga"]
    assert (first.config.name, first.config.api_key) == ("Naga", KEY)
    assert await registry.refresh() == set()
    assert registry["naga"] is first
    await in_thread(change)("naga", name="Other")
    assert await registry.refresh() == {"naga"}
    assert registry["naga"].config.name == "Other"
    await in_thread(change)("naga", enabled=False)
    assert await registry.refresh() == {"naga"}
    assert list(registry) == []


async def test_a_change_of_one_leaves_the_others_as_they_are(client: Client) -> None:
    registry = ProviderRegistry({}, client)
    await in_thread(add)("one")
    await in_thread(add)("two")
    await registry.refresh()
    before = registry["one"]
    await in_thread(change)("two", model_ids=["x", "y"])
    assert await registry.refresh() == {"two"}
    assert registry["one"] is before
    assert registry["two"].config.models == ("x", "y")


async def test_the_operators_providers_come_first_and_cannot_be_replaced(client: Client) -> None:
    own = provider_for(ProviderConfig("naga", "Mine", "chat", "http://127.0.0.1:1"), client)
    registry = ProviderRegistry({"naga": own}, client)
    await in_thread(add)("alpha")
    await in_thread(add)("naga")
    await registry.refresh()
    assert list(registry) == ["naga", "alpha"]
    assert registry["naga"] is own


async def said_by(provider: Provider) -> str:
    """The sentence that a reader gets instead of an answer."""
    (batch,) = [batch async for batch in provider.stream(REQUEST)]
    (failed,) = batch
    assert isinstance(failed, Failed)
    told = failures.explain(failed, Timeouts())
    assert (told.retry, told.resume, told.passes) == (False, False, False)
    return told.sentence


async def test_a_key_that_does_not_open_is_asked_for_again_and_nothing_is_sent(
    client: Client, settings: Any
) -> None:
    async with loopback(plain("200 OK")) as place:
        await in_thread(add)("naga", base_url=place.url)
        settings.FIELD_KEYS = (Fernet.generate_key().decode(),)
        registry = ProviderRegistry({}, client)
        await registry.refresh()
        assert "enter the key again" in await said_by(registry["naga"])
        assert registry["naga"].config.api_key == ""
        assert await registry["naga"].models() == ("m",)
        assert place.visits == []


@pytest.mark.parametrize("field", ["sealed_key", "base_url"])
async def test_a_row_that_was_tampered_with_sends_its_key_nowhere(
    client: Client, field: str
) -> None:
    registry = ProviderRegistry({}, client)
    await in_thread(add)("naga")
    stranger = await in_thread(add)("stranger", base_url="https://evil.example/v1")
    await in_thread(change)("naga", **{field: getattr(stranger, field)})
    await registry.refresh()
    assert registry["naga"].config.api_key == ""
    assert "enter the key again" in await said_by(registry["naga"])


async def test_a_provider_that_went_away_says_so() -> None:
    assert "not connected any more" in await said_by(removed("naga"))


async def test_a_format_of_a_later_version_is_left_out(client: Client) -> None:
    registry = ProviderRegistry({}, client)
    await in_thread(add)("naga", format="telepathy")
    assert await registry.refresh() == set()


async def test_no_key_is_in_what_a_provider_says_of_itself(client: Client) -> None:
    await in_thread(add)("naga")
    registry = ProviderRegistry({}, client)
    await registry.refresh()
    said = repr(registry["naga"].config)
    assert "Naga" in said
    assert KEY not in said


async def test_a_short_name_is_given_once(settings: Any) -> None:
    own = ProviderConfig("mine", "Mine", "chat", "http://127.0.0.1:1")
    settings.PROVIDERS = (own, replace(own, slug="naga-2"))
    for slug in ("naga", "naga-3"):
        assert await in_thread(free_slug)(" Naga! ") == slug
        await in_thread(add)(slug)
    assert await in_thread(free_slug)("Add") == "add-2"
    assert await in_thread(free_slug)("Demo") == "demo-2"
    assert await in_thread(free_slug)("模型") == "provider"
    assert len(await in_thread(free_slug)("x" * 80)) <= 50


class Listing:
    """A provider that only lists models, as the test says."""

    def __init__(self, *models: str, key: str = "") -> None:
        self.config = ProviderConfig("p", "P", "chat", "http://127.0.0.1:1", key)
        self.listed = models
        self.facts: dict[str, ModelFacts] = {}
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def load(self) -> int | None:
        return None

    async def models(self) -> tuple[str, ...]:
        self.asked.set()
        await self.may_answer.wait()
        return self.listed

    async def describe(self) -> None:
        pass

    def stream(self, request: ChatRequest) -> Any:
        raise NotImplementedError

    async def cancel(self, response_id: str) -> None:
        raise NotImplementedError


async def test_a_list_outlives_a_bad_moment_of_its_server() -> None:
    provider = Listing("a", "b")
    menu = ModelMenu({"p": provider})
    await menu.ask_soon(["p"])
    provider.listed = ()
    await menu.ask_soon(["p"])
    assert menu.models("p") == ["a", "b"]


async def test_a_provider_does_not_inherit_the_list_of_the_one_before() -> None:
    providers: dict[str, Provider] = {"p": Listing("a")}
    menu = ModelMenu(providers)
    await menu.ask_soon(["p"])
    providers["p"] = Listing()
    await menu.ask_soon(["p"])
    assert menu.models("p") == []


async def test_a_late_list_of_a_provider_that_was_replaced_is_dropped() -> None:
    late, providers = Listing("old"), dict[str, Provider]()
    providers["p"] = late
    menu = ModelMenu(providers)
    late.may_answer.clear()
    asking = menu.ask_soon(["p"])
    await late.asked.wait()
    providers["p"] = Listing("new")
    await menu.ask_soon(["p"])
    late.may_answer.set()
    await asking
    assert menu.models("p") == ["new"]


async def test_a_menu_that_is_put_away_waits_for_nobody() -> None:
    provider = Listing("a")
    provider.may_answer.clear()
    menu = ModelMenu({"p": provider})
    asking = menu.ask_soon(["p"])
    await provider.asked.wait()
    menu.stop_asking()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert menu.models("p") == ()


async def test_what_is_gone_is_forgotten() -> None:
    providers: dict[str, Provider] = {"p": Listing("a")}
    menu = ModelMenu(providers)
    await menu.ask_soon(["p"])
    del providers["p"]
    await menu.ask_soon(["p"])
    assert menu.models("p") == ()


async def test_a_model_list_that_repeats_the_key_is_not_passed_on() -> None:
    menu = ModelMenu({"p": Listing("good", f"m-{KEY}", key=KEY)})
    await menu.ask_soon(["p"])
    menu._ready.set()
    assert menu.offers()[0][1] == [ModelChoice("p", "good")]
