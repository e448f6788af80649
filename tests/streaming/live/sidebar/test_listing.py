"""The list with what is alive in it: one query, by its index, tells all that it shows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection

from conversations.models import Conversation
from conversations.sidebar import AT_ONCE, rises
from streaming.live.sidebar import listing
from streaming.models import Generation
from tests.support.rows import running, worker

pytestmark = pytest.mark.django_db

STATES = {
    "running": "running",
    "finished": "unread",
    "failed": "unread",
    "interrupted": "interrupted",
    "cancelled": "",
}


def talk(owner: User, title: str) -> Conversation:
    return Conversation.objects.create(owner=owner, title=title)


def state(conversation_id: UUID) -> str:
    row = listing.row(conversation_id)
    assert row is not None
    return row.state


def test_a_conversation_stands_as_its_last_answer(owner: User) -> None:
    generation = running(owner, worker())
    assert state(generation.conversation_id) == "running"
    Generation.objects.update(status="cancelled")
    assert state(generation.conversation_id) == ""
    Generation.objects.update(status="interrupted")
    assert state(generation.conversation_id) == "interrupted"


def test_a_conversation_in_which_nothing_was_asked_has_no_state(owner: User) -> None:
    assert state(talk(owner, "Talk").pk) == ""


@pytest.mark.sqlite
def test_the_list_is_read_by_its_index_from_where_it_begins(
    owner: User, django_assert_num_queries: Any
) -> None:
    Conversation.objects.bulk_create(
        Conversation(owner=owner, title=str(at)) for at in range(AT_ONCE + 1)
    )
    place, newest = listing.newest(owner.pk).earlier, talk(owner, "newest")
    assert place is not None
    with django_assert_num_queries(5) as queries:
        listing.newest(owner.pk)
        listing.earlier(owner.pk, place)
        rises(newest)
        owner.conversations.order_by("-updated_at").first()
    with connection.cursor() as cursor:
        plans = [cursor.execute(f"EXPLAIN QUERY PLAN {q['sql']}").fetchall() for q in queries]
    first, projects, second, others, last = (
        " ".join(str(row[-1]) for row in plan) for plan in plans
    )
    assert "conversations_in_order (owner_id=? AND archived=?)" in first
    assert (
        "conversations_in_order (owner_id=? AND archived=? AND pinned=? AND updated_at<?)" in second
    )
    assert (
        "conversations_in_order (owner_id=? AND archived=? AND pinned=? AND updated_at>?)" in others
    )
    assert "conversations_newest (owner_id=?)" in last
    assert "(owner_id=?)" in projects
    assert "TEMP B-TREE" not in first + projects + second + last


def test_each_tells_how_its_last_answer_stands_without_asking_again(
    owner: User, django_assert_num_queries: Any
) -> None:
    worker_id = worker().pk
    states: dict[str, str] = {}
    for status in Generation.Status:
        generation = running(owner, worker_id, status=status)
        Conversation.objects.filter(pk=generation.conversation_id).update(title=status)
        states[status] = STATES[status]
    talk(owner, "never asked")
    states["never asked"] = ""
    with django_assert_num_queries(2):  # the projects are the other
        [(_, members)] = listing.newest(owner.pk).groups
        assert {one.title: one.state for one in members} == states


def test_the_open_one_tells_it_too_where_it_is_older_than_the_list(owner: User) -> None:
    generation = running(owner, worker())
    Conversation.objects.bulk_create(
        Conversation(owner=owner, title=str(at)) for at in range(AT_ONCE)
    )
    listed = listing.newest(owner.pk, generation.conversation_id)
    assert [(row.pk, row.state) for row in listed.groups[0][1]] == [
        (generation.conversation_id, "running")
    ]
