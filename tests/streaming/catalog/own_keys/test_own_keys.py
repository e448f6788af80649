"""Keys that people bring: asked with for them alone, where they were entered for, else nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.http import HttpResponse

from conversations.models import Conversation
from conversations.roles.rights import Role
from streaming.audience import rules
from streaming.catalog.own_keys import keys
from streaming.catalog.own_keys.models import OwnKey
from streaming.error_messages import failures
from streaming.events import Failed
from streaming.models import Generation
from streaming.providers.base import ChatRequest
from streaming.providers.http.upstream import Upstream
from streaming.providers.registry import provider_for
from streaming.runs.refusals import Refused
from tests.support.document import parse
from tests.support.living import Living, living, owner
from tests.support.puppet import Talk
from tests.support.tabs import Tab, tab

__all__ = ["living", "owner", "tab"]

MINE, ANOTHERS = "own-key-of-mine-4f1c", "own-key-of-another-77aa"
SITES = "key-of-the-site-0a2b"
PAGE = "/settings/keys/"


@pytest.fixture(autouse=True)
async def allowed(living: Living) -> None:
    await living.do(lambda: keys.set_rule("puppet", allowed=True, only=False))


def address(living: Living) -> str:
    return living.site.providers["puppet"].config.base_url


async def enter(living: Living, tab: Tab, key: str = MINE) -> HttpResponse:
    """As the form of the page sends it."""
    page = await tab.page(PAGE)
    stamp = page.one("name", "stamp").attributes["value"]
    said = {"provider": "puppet", "stamp": stamp, "key": key}
    return await tab.request("post", PAGE, data=said)


async def give(living: Living, person: User, key: str, provider: str = "puppet") -> None:
    await living.do(lambda: keys.give(person.pk, provider, address(living), key))


def sent_key(talk: Talk) -> str:
    """What an upstream was asked with."""
    for line in talk.head.decode().split("\r\n"):
        name, _, value = line.partition(": ")
        if name.lower() == "authorization":
            return value.removeprefix("Bearer ")
    return ""


async def test_an_answer_is_asked_for_with_the_key_of_its_person(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    assert sent_key(answer.talk) == ""  # the site has none here
    await answer.finishes()
    assert (await enter(living, tab)).status_code == 303
    for model in ("teller", "prefiller"):
        answer = await living.answering(model=model)
        assert sent_key(answer.talk) == MINE
        await answer.says("So far")
        run = await answer.stops()
    again = await living.resuming(run.message_id)
    assert sent_key(again.talk) == MINE
    await again.finishes()


async def test_nobody_elses_key_is_ever_used(living: Living, tab: Tab) -> None:
    other = await living.do(lambda: User.objects.create_user("other"))
    await give(living, other, ANOTHERS)
    answer = await living.answering()
    assert sent_key(answer.talk) == ""
    await answer.finishes()
    await enter(living, tab)
    theirs = replace(living, owner=other)
    mine, their = await living.answering(), await theirs.answering()
    assert (sent_key(mine.talk), sent_key(their.talk)) == (MINE, ANOTHERS)
    for each in (mine, their):
        await each.finishes()


async def test_a_key_goes_in_and_never_comes_out(living: Living, tab: Tab) -> None:
    await enter(living, tab)
    row = await living.do(OwnKey.objects.get)
    assert MINE not in row.sealed_key
    reply = await tab.get(PAGE)
    assert MINE.encode() not in reply.content
    assert "••••4f1c" in parse(reply.content.decode()).text()
    fields = parse(reply.content.decode()).all("name", "key")
    assert [field.attributes.get("value") for field in fields] == [None]
    await tab.post("/settings/keys/remove/", provider="puppet")
    assert not await living.do(OwnKey.objects.exists)
    answer = await living.answering()
    assert sent_key(answer.talk) == ""
    await answer.finishes()


def to_another_person(row: OwnKey) -> None:
    row.owner = User.objects.get(username="owner")
    row.save()


def to_another_provider(row: OwnKey) -> None:
    row.provider, row.owner = "puppet", User.objects.get(username="owner")
    row.save()


def to_another_address(row: OwnKey) -> None:
    row.address = row.address.replace("/v1", "/v2")
    row.save()


def under_another_field_key(row: OwnKey) -> None:
    from django.conf import settings

    settings.FIELD_KEYS = (Fernet.generate_key().decode(),)


@pytest.mark.parametrize(
    ("whose", "provider", "changed"),
    [
        ("other", "puppet", to_another_person),
        ("owner", "acme", to_another_provider),
        ("owner", "puppet", to_another_address),
        ("owner", "puppet", under_another_field_key),
    ],
)
async def test_a_sealed_key_opens_nowhere_but_where_it_was_entered(
    living: Living,
    tab: Tab,
    settings: Any,
    whose: str,
    provider: str,
    changed: Callable[[OwnKey], None],
) -> None:
    settings.FIELD_KEYS = settings.FIELD_KEYS  # is as it was after the test
    await living.do(lambda: User.objects.create_user("other"))
    person = await living.do(lambda: User.objects.get(username=whose))
    await give(living, person, MINE, provider)
    await living.do(lambda: changed(OwnKey.objects.get()))
    with pytest.raises(Refused, match="Enter the key again"):
        await living.send()
    assert living.puppet.talks == []
    page = await tab.page(PAGE)
    assert "Enter the key again" in page.one("id", "key-of-puppet").text()
    await enter(living, tab)
    answer = await living.answering()
    assert sent_key(answer.talk) == MINE
    await answer.finishes()


def moved(living: Living) -> Upstream:
    """The provider, once an administrator has given it another address."""
    config = living.site.providers["puppet"].config
    elsewhere = replace(config, base_url="http://127.0.0.1:9/v1", api_key=SITES)
    return provider_for(elsewhere, living.site.clients[0])


async def test_another_address_of_the_provider_is_not_sent_the_key(
    living: Living, tab: Tab, settings: Any
) -> None:
    await enter(living, tab)
    registry = living.site.providers
    registry._now = {**registry._now, "puppet": moved(living)}
    reply = await tab.post("/send/", prompt="My text", model="puppet/teller")
    page = parse(reply.content.decode())
    assert reply.status_code == 409
    assert "Enter the key again" in page.one("id", "prompt-error").text()
    assert page.one("id", "prompt").text().strip() == "My text"
    assert "Enter the key again" in (await tab.page(PAGE)).one("id", "key-of-puppet").text()


async def test_a_move_between_the_rows_and_the_request_sends_no_key_either(living: Living) -> None:
    """The address is looked at where the provider is that will be asked."""
    await give(living, living.owner, MINE)
    key = await living.do(lambda: keys.key_for(living.owner.pk, "puppet"))
    provider = living.site.providers["puppet"]
    assert keys.asked_with(provider, key).config.api_key == MINE
    refusing = keys.asked_with(moved(living), key)
    assert MINE not in repr(refusing.config)
    [[failed]] = [batch async for batch in refusing.stream(ChatRequest("teller", ()))]
    assert failed == Failed("connection", False, code="own_key_unreadable")


async def test_a_form_of_a_page_that_showed_another_address_is_refused(
    living: Living, tab: Tab
) -> None:
    said = {"provider": "puppet", "stamp": "0" * 16, "key": MINE}
    reply = await tab.request("post", PAGE, data=said)
    assert (reply.status_code, MINE.encode() in reply.content) == (400, False)
    assert not await living.do(OwnKey.objects.exists)


async def test_only_with_an_own_key(living: Living, tab: Tab) -> None:
    await living.do(lambda: keys.set_rule("puppet", allowed=True, only=True))
    reply = await tab.post("/send/", prompt="My text", model="puppet/teller")
    page = parse(reply.content.decode())
    sentence = str(failures.sentence("own_key_missing"))
    assert (reply.status_code, sentence in page.text()) == (409, True)
    assert page.one("id", "prompt").text().strip() == "My text"
    assert not await living.do(Generation.objects.exists)
    assert "Only with an own key" in (await tab.page(PAGE)).text()
    await enter(living, tab)
    answer = await living.answering()
    assert sent_key(answer.talk) == MINE
    await answer.finishes()


async def test_no_key_is_taken_or_used_where_that_is_not_allowed(living: Living, tab: Tab) -> None:
    await enter(living, tab)
    await living.do(lambda: keys.set_rule("puppet", allowed=False, only=False))
    answer = await living.answering()
    assert sent_key(answer.talk) == ""
    await answer.finishes()
    page = await tab.page(PAGE)
    assert "Not used at present" in page.text()
    assert page.all("name", "key") == []
    said = {"provider": "puppet", "stamp": "0" * 16, "key": MINE}
    assert (await tab.request("post", PAGE, data=said)).status_code == 400
    assert (await tab.post("/settings/keys/remove/", provider="puppet")).status_code == 303
    assert not await living.do(OwnKey.objects.exists)


async def test_the_page_names_no_provider_that_the_person_may_not_use(
    living: Living, tab: Tab
) -> None:
    await living.do(lambda: rules.keep_to("puppet", "", [Role.ADMINISTRATOR], []))
    assert "Puppet" not in (await tab.page(PAGE)).text()
    said = {"provider": "puppet", "stamp": "0" * 16, "key": MINE}
    replies = [
        await tab.request("post", PAGE, data={**said, "provider": name})
        for name in ("puppet", "nobody")
    ]
    assert [reply.status_code for reply in replies] == [400, 400]
    words = [parse(reply.content.decode()).text() for reply in replies]
    assert words[0] == words[1]


async def test_a_deleted_provider_takes_the_keys_for_it_along(living: Living) -> None:
    await give(living, living.owner, MINE)
    await living.do(lambda: keys.forget("puppet"))
    assert not await living.do(OwnKey.objects.exists)
    assert await living.do(lambda: keys.rule_of("puppet")) is None


async def test_titles_are_asked_for_with_it_too(living: Living, tab: Tab) -> None:
    run = await living.ended("An answer")
    await enter(living, tab)
    asking = asyncio.create_task(tab.post(f"/c/{run.conversation_id}/suggest-title/"))
    talk = await living.puppet.talk()
    assert sent_key(talk) == MINE
    await talk.say("A title")
    await talk.finish()
    assert (await asking).status_code == 200


async def test_an_answer_that_repeats_the_key_is_shown_without_it(living: Living, tab: Tab) -> None:
    """As the bodies of refusals do."""
    await enter(living, tab)
    answer = await living.answering()
    await answer.talk.refuse(401, f"Incorrect API key provided: {MINE}.")
    run = await answer.ended()
    thread = await living.do(lambda: Conversation.objects.get(pk=run.conversation_id))
    assert MINE not in run.error_message
    for path in (f"/c/{thread.pk}/", f"/m/{run.message_id}/details/"):
        assert MINE.encode() not in (await tab.get(path)).content
