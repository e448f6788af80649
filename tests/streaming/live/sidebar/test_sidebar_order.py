"""The list of conversations is in order after a send, without a reload."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.models import Conversation
from conversations.sidebar import AT_ONCE
from streaming.models import Generation
from tests.support.document import Element, parse
from tests.support.living import TELLER, Living
from tests.support.tabs import Tab


def order(page: Element) -> list[str]:
    """The titles of the rows, newest first."""
    rows = page.one("id", "conversations").all("data-conversation-link")
    return [row.one("data-title").text() for row in rows]


async def said_in(tab: Tab, run: Generation) -> tuple[Element, str]:
    """The conversation's page after something was sent in it, and the reply to that."""
    page = (await tab.watch(run.conversation_id)).page
    fields = {"prompt": "More", "model": f"puppet/{TELLER}"}
    reply = await tab.post("/send/", htmx=True, conversation=str(run.conversation_id), **fields)
    assert reply.status_code == 200
    page.swap(reply.content.decode())
    return page, reply.content.decode()


async def test_what_is_said_in_an_older_conversation_moves_it_up(living: Living, tab: Tab) -> None:
    older = await living.ended(prompt="Older")
    await living.ended(prompt="Newer")
    page, _ = await said_in(tab, older)
    assert order(page) == ["Older", "Newer"]
    assert order(page) == order(await tab.page())
    row = page.one("id", f"row-{older.conversation_id}")
    assert row.one("aria-current")


@pytest.mark.parametrize(("days", "moves"), [(0, False), (3, True)])
async def test_the_list_is_sent_only_where_its_order_has_changed(
    living: Living, tab: Tab, days: int, moves: bool
) -> None:
    await living.ended(prompt="Older")
    newer = await living.ended(prompt="Newer")
    then = timezone.now() - timedelta(days=days)
    await living.do(
        lambda: Conversation.objects.filter(pk=newer.conversation_id).update(updated_at=then)
    )
    page, reply = await said_in(tab, newer)
    assert ('id="conversations"' in reply) == moves
    assert order(page) == ["Newer", "Older"]


async def test_earlier_conversations_are_a_page_or_for_htmx_just_rows(
    living: Living, tab: Tab
) -> None:
    last = await living.ended(prompt="The last")
    owner_id = last.conversation.owner_id
    await Conversation.objects.abulk_create(
        Conversation(owner_id=owner_id, title=str(number)) for number in range(AT_ONCE)
    )
    way_on = (await tab.page()).one("class", "list__earlier").attributes
    whole = parse((await tab.get(way_on["href"])).text)
    part = parse((await tab.get(way_on["hx-get"], **{"HX-Request": "true"})).text)
    for page in (whole, part):
        [link] = page.all("data-conversation-link")
        assert link.attributes["href"] == f"/c/{last.conversation_id}/"
    assert len(whole.all("class", "list__label")) == 1
    assert part.all("class", "list__label") == []


async def test_one_of_the_earlier_ones_is_listed_once_in_its_page_and_then_the_first(
    living: Living, tab: Tab
) -> None:
    last = await living.ended(prompt="The last")
    owner_id = last.conversation.owner_id
    await Conversation.objects.abulk_create(
        Conversation(owner_id=owner_id, title=str(number)) for number in range(AT_ONCE)
    )
    page = await tab.page(f"/c/{last.conversation_id}/")
    assert len(order(page)) == AT_ONCE + 1
    assert order(page)[0] == "The last"
    page, _ = await said_in(tab, last)
    assert len(order(page)) == AT_ONCE
    assert order(page)[0] == "The last"
    assert page.one("aria-current")
