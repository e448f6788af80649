"""A conversation of 2,000 messages costs what a short one costs: opened, followed, continued."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conversations import branches
from conversations.models import Conversation, Message
from streaming import actions
from streaming.live.position import Position
from streaming.live.thread import catch_up
from streaming.models import Generation
from tests.support.document import Element, parse
from tests.support.living import TELLER, Living
from tests.support.rows import long_conversation

LONG, SHORT = 2000, 60
MOST_QUERIES = 24


@pytest.fixture
async def client(living: Living) -> Client:
    """The owner's; it asks a site that is alive."""
    client = Client()
    await living.do(lambda: client.force_login(living.owner))
    return client


@pytest.fixture
def client_of_no_site(owner: User) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def pks(page: Element) -> list[int]:
    return [int(article.attributes["data-message"]) for article in page.all("data-message")]


def opened(client: Client, address: str, **headers: str) -> Element:
    reply = client.get(address, headers=headers)
    assert reply.status_code == 200, f"{address}: {reply.status_code}"
    return parse(reply.content.decode())


def sent(client: Client, address: str, **fields: str) -> Element:
    """The reply to a form that htmx sends."""
    data = {"key": str(uuid.uuid4())} | fields
    reply = client.post(address, data, headers={"HX-Request": "true"})
    assert reply.status_code == 200, f"{address}: {reply.status_code}"
    return parse(reply.content.decode())


def queries(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


def leads_to(page: Element) -> str | None:
    """Where the link to earlier messages leads, if there is one."""
    links = [place.one("href").attributes["href"] for place in page.all("data-earlier")]
    return links[0] if links else None


def caught_up(conversation: Conversation, leaf: int | None) -> list[Element]:
    """What a page with that last message is sent."""
    news = catch_up.catch_up(conversation.pk, conversation.owner_id, Position(leaf))
    assert news is not None
    return [parse(fragment) for fragment in news.fragments]


# Opening


async def test_a_page_shows_the_newest_messages_and_asks_for_no_more(
    living: Living, client: Client
) -> None:
    def look() -> None:
        long, short = (long_conversation(living.owner, size) for size in (LONG, SHORT))
        newest = list(long.messages.values_list("pk", flat=True))[-branches.MESSAGES :]
        assert pks(opened(client, f"/c/{long.pk}/")) == newest
        addresses = [f"/c/{conversation.pk}/" for conversation in (long, short)]
        counted = [queries(partial(opened, client, address)) for address in addresses]
        assert counted[0] == counted[1] < MOST_QUERIES

    await living.do(look)


async def test_links_lead_from_the_newest_message_to_the_first(
    living: Living, client: Client
) -> None:
    def look() -> None:
        conversation = long_conversation(living.owner, 130)
        page = opened(client, f"/c/{conversation.pk}/")
        seen = pks(page)
        while (link := leads_to(page)) is not None:
            address = link.partition("#")[0]
            page = opened(client, address)
            part = opened(client, address, **{"HX-Request": "true"})
            assert pks(page) == pks(part)
            assert not page.all("data-compose")
            assert not page.all("data-socket")
            seen = pks(page) + seen
        assert seen == list(conversation.messages.values_list("pk", flat=True))

    await living.do(look)


def test_long_messages_fill_a_page_sooner_but_a_prompt_has_its_answer(owner: User) -> None:
    conversation = long_conversation(owner, 10, "x" * 12_000)
    assert len(branches.newest(conversation).messages) == 5
    conversation.messages.update(text="x" * 100_000)
    assert len(branches.newest(conversation).messages) == 2
    assert branches.newest(conversation).earlier
    assert not branches.newest(long_conversation(owner, branches.MESSAGES)).earlier


@pytest.mark.parametrize("before", ["", "x", "-1", "²", "9" * 30, "999999999"])
def test_before_what_is_no_message_nothing_is_found(
    client_of_no_site: Client, owner: User, before: str
) -> None:
    conversation = long_conversation(owner, 4)
    reply = client_of_no_site.get(f"/c/{conversation.pk}/", {"before": before})
    assert reply.status_code == 404


def test_earlier_messages_are_for_the_owner_and_of_that_conversation(
    client_of_no_site: Client, owner: User
) -> None:
    client, one, other = client_of_no_site, *(long_conversation(owner, 4) for _ in range(2))
    address = f"/c/{one.pk}/?before="
    assert client.get(f"{address}{one.leaf_id}").status_code == 200
    assert client.get(f"{address}{one.messages.order_by('pk')[0].pk}").status_code == 404
    assert client.get(f"{address}{other.leaf_id}").status_code == 404
    client.force_login(User.objects.create_user("stranger"))
    assert client.get(f"{address}{one.leaf_id}").status_code == 404


def test_who_comes_back_to_an_earlier_message_gets_all_down_from_it_at_once(
    client_of_no_site: Client, owner: User
) -> None:
    conversation = long_conversation(owner, LONG)
    all_of_it = list(conversation.messages.order_by("pk").values_list("pk", flat=True))
    shown = branches.newest(conversation).messages[0].pk
    at = all_of_it.index(shown)

    def reached(first: int) -> list[int]:
        address = f"/c/{conversation.pk}/?before={shown}&from={first}"
        return pks(opened(client_of_no_site, address, **{"HX-Request": "true"}))

    farthest = branches.FARTHEST * branches.MESSAGES
    assert reached(all_of_it[at - 100]) == all_of_it[at - 100 : at]
    assert reached(all_of_it[at - 3]) == all_of_it[at - branches.MESSAGES : at]
    assert reached(all_of_it[0]) == all_of_it[at - farthest : at]
    assert reached(all_of_it[-1]) == all_of_it[at - branches.MESSAGES : at]


@pytest.mark.parametrize("first", ["", "x", "-1", "9" * 30])
def test_what_names_no_message_to_come_back_to_is_not_found(
    client_of_no_site: Client, owner: User, first: str
) -> None:
    conversation = long_conversation(owner, 4)
    address = f"/c/{conversation.pk}/?before={conversation.leaf_id}"
    assert client_of_no_site.get(f"{address}&from={first}").status_code == 404


# Following


def test_a_socket_leads_any_page_on_with_the_newest_messages_at_most(owner: User) -> None:
    counted = []
    for size in (LONG, SHORT):
        conversation = long_conversation(owner, size)
        counted.append(queries(partial(caught_up, conversation, None)))
        first = conversation.messages.order_by("pk")[0].pk
        thread = caught_up(conversation, first)[0]
        assert len(pks(thread)) == branches.MESSAGES
        assert leads_to(thread)
    assert counted[0] == counted[1] < MOST_QUERIES


def test_another_branch_is_sent_from_the_fork_on(owner: User) -> None:
    conversation = long_conversation(owner, 30)
    page = parse('<div id="thread"></div>')
    page.swap(caught_up(conversation, None)[0].inner())
    first = conversation.messages.order_by("pk")[12]
    beside = Message.objects.create(
        conversation=conversation, parent_id=first.parent_id, role=first.role, text="Additions."
    )
    after = Message.objects.create(
        conversation=conversation, parent=beside, role="user", text="And after."
    )
    Conversation.objects.filter(pk=conversation.pk).update(leaf=after)
    branch = caught_up(conversation, conversation.leaf_id)[0]
    assert pks(branch) == [beside.pk, after.pk]
    page.swap(branch.inner())
    assert pks(page) == branches.lineage(after.pk)[::-1]


# Going on


async def test_sending_costs_the_same_as_in_a_new_conversation(
    living: Living, client: Client
) -> None:
    counted = []
    for size in (LONG, 2):
        conversation = await living.do(partial(long_conversation, living.owner, size))
        said = {"prompt": "Go on", "model": f"puppet/{TELLER}", "conversation": conversation.pk.hex}

        def send(said: dict[str, str] = said) -> None:
            assert len(pks(sent(client, "/send/", **said))) == 2

        counted.append(await living.do(partial(queries, send)))
        talk = await living.puppet.talk()
        assert len(talk.turns) == size + 1
        assert talk.turns[-1] == ("user", "Go on")
        await talk.finish()
        await living.until_ended(await living.do(last_run))
    # One less, as what answers left to be sent back is read by the run; and one more, as only of
    # what is longer than a few words it is asked whether the model reads that much.
    assert counted[0] == counted[1]


async def test_regenerating_sends_the_new_answer_and_nothing_else(
    living: Living, client: Client
) -> None:
    conversation = await living.do(partial(long_conversation, living.owner, LONG))
    first = await living.ended("One.", conversation=conversation)
    address = f"/m/{first.message_id}/regenerate/"
    reply = await living.do(partial(sent, client, address))
    talk = await living.puppet.talk()
    await talk.finish()
    await living.until_ended(await living.do(last_run))
    [second] = pks(reply)
    assert second != first.message_id
    assert reply.one("data-after").attributes["data-after"] == str(first.message.parent_id)
    message = await living.message(first.message_id)
    await living.do(lambda: actions.show(living.owner, uuid.uuid4(), message))
    back = await living.do(partial(caught_up, first.conversation, second))
    assert pks(back[0]) == [first.message_id]


def last_run() -> int:
    return Generation.objects.latest("pk").pk
