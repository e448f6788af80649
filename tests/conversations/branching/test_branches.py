"""All branches of a conversation in one list, and the way to each without script."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.branching import listing
from conversations.models import Conversation, Message
from streaming import actions
from streaming.models import Generation
from tests.support.living import Living
from tests.support.rows import long_conversation
from tests.support.tabs import Tab, place_of


async def two_branches(living: Living) -> tuple[Generation, Generation]:
    first = await living.ended("One.", prompt="First")
    again = await living.again(first.message_id, actions.regenerate)
    await again.says("Two.")
    return first, await again.finishes()


def listed(conversation: Conversation) -> list[tuple[str, str, bool]]:
    conversation.refresh_from_db()
    found = listing.branches(conversation).branches
    return [(each.prompt, each.answer, each.is_shown) for each in found]


async def test_each_end_of_a_thread_is_a_branch_newest_first(living: Living) -> None:
    first, _ = await two_branches(living)
    thread = first.conversation
    assert await living.do(lambda: listed(thread)) == [
        ("First", "Two.", True),
        ("First", "One.", False),
    ]


async def test_the_list_leads_to_a_page_that_makes_a_branch_the_shown_one(
    living: Living, tab: Tab
) -> None:
    first, second = await two_branches(living)
    address = f"/c/{first.conversation_id}/"
    page = await tab.page(f"{address}branches/")
    links = page.one("data-branches").all("data-branch")
    assert [link.attributes.get("aria-current") for link in links] == ["true", None]
    other = await tab.page(links[1].attributes["href"].partition("#")[0])
    assert [each.text().strip() for each in other.all("data-answer")] == ["One."]
    assert (await living.do(Conversation.objects.get)).leaf_id == second.message_id
    form = other.one("id", "show-branch")
    reply = await tab.post(form.attributes["action"])
    assert (reply.status_code, place_of(reply)) == (303, address)
    assert (await living.do(Conversation.objects.get)).leaf_id == first.message_id
    reply = await tab.get(links[1].attributes["href"].partition("#")[0])
    assert (reply.status_code, place_of(reply)) == (303, address)
    assert (await tab.get(f"{address}?branch=1000000")).status_code == 404


async def test_the_margin_says_where_the_thread_forks(living: Living, tab: Tab) -> None:
    first, _ = await two_branches(living)
    page = (await tab.watch(first.conversation_id)).page
    [fork] = page.all("class", "fork")
    assert fork.attributes["title"] == "The thread forks here: 2 answers to this prompt"


async def test_a_deleted_branch_is_not_listed_and_its_sibling_is_shown(
    living: Living, tab: Tab
) -> None:
    first, second = await two_branches(living)
    reply = await tab.post(f"/m/{second.message_id}/delete/")
    assert reply.status_code == 303
    thread = first.conversation
    assert await living.do(lambda: listed(thread)) == [("First", "One.", True)]
    page = (await tab.watch(first.conversation_id)).page
    assert page.all("data-siblings") == page.all("class", "fork") == []


@pytest.mark.django_db
def test_a_long_conversation_is_listed_with_two_queries(owner: User) -> None:
    conversation = long_conversation(owner, 300)
    root = conversation.messages.order_by("pk")[0]
    for number in range(listing.AT_ONCE + 5):
        Message.objects.create(
            conversation=conversation, parent=root, role="assistant", text=f"Version {number}"
        )
    with CaptureQueriesContext(connection) as asked:
        first = listing.branches(conversation)
    assert len(asked) == 2
    assert (len(first.branches), first.branches[0].answer) == (listing.AT_ONCE, "Version 104")
    rest = listing.branches(conversation, first.earlier or 0)
    assert (len(rest.branches), rest.earlier) == (6, None)
