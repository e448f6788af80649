"""The sidebar: this person's conversations, newest first, grouped by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import localdate

from conversations.models import Conversation
from conversations.sidebar import MOST, grouped, label, sidebar
from streaming.models import Generation
from tests.streaming.rows import running, worker

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 4)  # a Wednesday


def talk(owner: User, title: str, **fields: Any) -> Conversation:
    conversation = Conversation.objects.create(owner=owner, title=title)
    Conversation.objects.filter(pk=conversation.pk).update(**fields)
    return conversation


def titles(user: User) -> list[tuple[str, list[str]]]:
    return [(name, [one.title for one in members]) for name, members in sidebar(user)]


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (-1, "Today"),
        (0, "Today"),
        (1, "Yesterday"),
        (2, "Monday"),
        (6, "Thursday"),
        (7, "February"),
        (63, "December 2025"),
    ],
)
def test_a_day_is_named_as_people_name_it(days: int, name: str) -> None:
    noon = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
    conversation = Conversation(updated_at=noon - timedelta(days=days))
    assert label(conversation, TODAY) == name


def test_a_day_begins_and_ends_where_its_readers_are(settings: Any) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    evening = datetime(2026, 3, 3, 12, tzinfo=UTC)  # one in the morning of the 4th there
    assert label(Conversation(updated_at=evening), TODAY) == "Today"
    assert label(Conversation(updated_at=evening - timedelta(hours=2)), TODAY) == "Yesterday"


def test_the_newest_come_first_and_pinned_ones_above_them(owner: User) -> None:
    now = datetime.now(UTC)
    talk(owner, "older", updated_at=now - timedelta(seconds=2))
    talk(owner, "newest", updated_at=now)
    talk(owner, "pinned", pinned=True, updated_at=now - timedelta(days=300))
    talk(owner, "archived", archived=True, updated_at=now)
    label_of_now = label(Conversation(updated_at=now), localdate())
    assert titles(owner) == [("Pinned", ["pinned"]), (label_of_now, ["newest", "older"])]


def test_r11_it_holds_nobody_elses(owner: User) -> None:
    talk(User.objects.create_user("other"), "Private")
    assert titles(owner) == []


def test_it_holds_no_more_than_its_most(owner: User) -> None:
    Conversation.objects.bulk_create(
        Conversation(owner=owner, title=str(number)) for number in range(MOST + 1)
    )
    assert sum(len(members) for _, members in sidebar(owner)) == MOST


def test_each_tells_how_its_last_answer_stands_without_asking_again(
    owner: User, django_assert_num_queries: Any
) -> None:
    worker_id = worker().pk
    states: dict[str, str] = {}
    for status in Generation.Status:
        run = running(owner, worker_id, status=status)
        Conversation.objects.filter(pk=run.conversation_id).update(title=status)
        states[status] = status if status in ("running", "interrupted") else ""
    with django_assert_num_queries(1):
        [(_, members)] = sidebar(owner)
        assert {one.title: one.state for one in members} == states


def test_days_without_a_conversation_are_not_named() -> None:
    assert grouped([], TODAY) == []
