"""The picker: what fits, what is known, and what each person keeps for themselves."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation
from streaming.models import ModelNote
from streaming.picker.known import short
from streaming.providers.http.upstream import Upstream
from streaming.providers.model_facts import ModelFacts
from streaming.site import site
from tests.support.document import Element, parse
from tests.support.living import Living, living, owner
from tests.support.tabs import Tab, tab

__all__ = ["living", "owner", "tab"]

TELLER, PREFILLER = "puppet/teller", "puppet/prefiller"


async def listed(tab: Tab, q: str = "") -> Element:
    reply = await tab.get(f"/models/?q={q}", HX_REQUEST="true", HX_TARGET="picker-options")
    assert reply.status_code == 200
    return parse(reply.content.decode())


def values(shown: Element) -> list[str]:
    return [each.attributes["data-value"] for each in shown.all("data-value")]


def titles(shown: Element) -> list[str]:
    return [each.text() for each in shown.all("class", "palette__label")]


async def test_what_was_typed_narrows_the_list_and_all_of_it_must_fit(tab: Tab) -> None:
    everything = await listed(tab)
    assert {TELLER, PREFILLER} <= set(values(everything))
    assert values(await listed(tab, "TELL")) == [TELLER]
    assert values(await listed(tab, "tell+pupp")) == [TELLER]
    nothing = await listed(tab, "nosuchmodel")
    assert values(nothing) == []
    assert "No model fits" in nothing.text()


async def test_favourites_come_first_and_can_be_taken_back(tab: Tab) -> None:
    await tab.post("/models/favourite/", htmx=True, model=PREFILLER, on="on")
    shown = await listed(tab)
    assert (titles(shown)[0], values(shown)[0]) == ("Favourites", PREFILLER)
    await tab.post("/models/favourite/", model=PREFILLER)
    assert "Favourites" not in titles(await listed(tab))


async def test_the_models_of_the_newest_conversations_were_used_last(
    living: Living, tab: Tab, owner: User
) -> None:
    for model in ("prefiller", "teller", "gone"):
        await living.do(
            lambda name=model: Conversation.objects.create(  # type: ignore[misc]
                owner=owner, title="T", provider="puppet", model=name
            )
        )
    shown = await listed(tab)
    assert titles(shown)[0] == "Last used"
    assert values(shown)[:2] == [TELLER, PREFILLER]


async def test_favourites_are_each_persons_own(living: Living, tab: Tab) -> None:
    other = await living.do(lambda: User.objects.create_user("other"))
    await living.do(
        lambda: ModelNote.objects.create(
            owner=other, provider="puppet", model="teller", favourite=True
        )
    )
    assert "Favourites" not in titles(await listed(tab))


async def test_what_is_known_of_a_model_is_shown_and_nothing_else(tab: Tab) -> None:
    provider = site().providers["puppet"]
    assert isinstance(provider, Upstream)
    provider.facts = {
        "teller": ModelFacts(
            window=128_000, input_rate=Decimal("2.5"), output_rate=Decimal(10), images=True
        )
    }
    shown = await listed(tab, "teller")
    assert shown.one("class", "option__text").text() == (
        "128k tokens · $2.50 in, $10 out a million · images"
    )
    assert (await listed(tab, "prefiller")).all("class", "option__text") == []


async def test_without_script_it_is_a_page_with_a_form_for_each_model(tab: Tab) -> None:
    page = await tab.page("/models/?q=teller")
    [form] = page.all("action", "/models/favourite/")
    reply = await tab.post("/models/favourite/", model=TELLER, on="on", q="teller")
    assert (reply.status_code, reply["Location"]) == (303, "/models/?q=teller")
    assert "Take from favourites" in (await tab.page("/models/?q=teller")).text()
    assert form.attributes["method"] == "post"


@pytest.mark.parametrize(
    ("size", "words"), [(512, "512"), (8192, "8.2k"), (128_000, "128k"), (1_000_000, "1M")]
)
def test_sizes_are_short(size: int, words: str) -> None:
    assert short(size) == words
