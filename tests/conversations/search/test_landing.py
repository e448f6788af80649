"""The page that a hit leads to: the word is on it, wherever in the conversation it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation, Message
from conversations.search import landing, within
from tests.support.rows import long_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(owner: User) -> Conversation:
    return long_conversation(owner, 300, "Some words. " * 20)


def messages(thread: Conversation) -> list[Message]:
    return list(thread.messages.order_by("pk"))


def test_of_the_newest_messages_the_page_is_the_usual_one(thread: Conversation) -> None:
    where = landing.around(thread, messages(thread)[-3])
    assert where.latest
    assert where.stretch.messages[-1].pk == thread.leaf_id


@pytest.mark.parametrize("at", [0, 1, 100, 240, 255])
def test_an_older_message_is_shown_among_its_neighbours(thread: Conversation, at: int) -> None:
    pks = [each.pk for each in messages(thread)]
    where = landing.around(thread, messages(thread)[at])
    shown = [each.pk for each in where.stretch.messages]
    assert pks[at] in shown
    assert shown == pks[pks.index(shown[0]) : pks.index(shown[-1]) + 1]
    assert (where.latest, where.elsewhere) == (False, False)
    assert where.stretch.earlier == (shown[0] != pks[0])
    assert shown[-1] > pks[at]
    if where.later is not None:
        assert where.later > shown[-1]


def test_a_long_text_is_shown_even_among_long_ones(thread: Conversation) -> None:
    Message.objects.filter(conversation=thread).update(text="x " * 50_000)
    at = messages(thread)[100]
    assert at.pk in [each.pk for each in landing.around(thread, at).stretch.messages]


def test_on_another_branch_the_messages_of_that_branch_are_shown(thread: Conversation) -> None:
    parent = messages(thread)[99]
    branch = [Message.objects.create(conversation=thread, parent=parent, role="user", text="Side")]
    for _ in range(3):
        branch.append(
            Message.objects.create(
                conversation=thread, parent=branch[-1], role="user", text="Sideways"
            )
        )
    where = landing.around(thread, branch[1])
    assert where.elsewhere
    assert [each.pk for each in where.stretch.messages][-5:] == [
        parent.pk,
        *(each.pk for each in branch),
    ]


def test_from_a_place_above_all_that_are_stepped_through_the_next_one_is_below_it(
    owner: User, settings: Any
) -> None:
    settings.SEARCH_IN_CONVERSATION = 4
    thread = long_conversation(owner, 12)
    all_of_them = messages(thread)
    for each in all_of_them:
        each.save()  # which puts it into the index
    found = within.find(owner.pk, thread, {"q": "words", "at": str(all_of_them[2].pk)})
    assert (found.count, found.number) == (4, 0)
    assert (found.previous, found.next) == (None, all_of_them[8].pk)
