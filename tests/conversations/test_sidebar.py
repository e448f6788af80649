"""The sidebar: this person's conversations, newest first, grouped by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.timezone import localdate

from conversations.models import Conversation
from conversations.paging import BadPlace, Place
from conversations.sidebar import AT_ONCE, ListStretch, SidebarRow, earlier, grouped, label, newest

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 4)  # a Wednesday
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def talk(owner: User, title: str, **fields: Any) -> Conversation:
    conversation = Conversation.objects.create(owner=owner, title=title)
    Conversation.objects.filter(pk=conversation.pk).update(**fields)
    return conversation


def titles(user: User) -> list[tuple[str, list[str]]]:
    return [(name, [one.title for one in members]) for name, members in newest(user.pk).groups]


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


def many(owner: User, number: int, **fields: Any) -> None:
    Conversation.objects.bulk_create(
        Conversation(owner=owner, title=str(at), **fields) for at in range(number)
    )


def stretches(owner: User) -> list[ListStretch]:
    found = [newest(owner.pk)]
    while (place := found[-1].earlier) is not None:
        found.append(earlier(owner.pk, Place.read(str(place))))
    return found


def rows(listed: ListStretch) -> list[SidebarRow]:
    return [one for _, members in listed.groups for one in members]


@pytest.mark.parametrize(("more", "sizes"), [(0, [AT_ONCE]), (1, [AT_ONCE, 1])])
def test_a_stretch_holds_so_many_and_says_where_the_others_are(
    owner: User, more: int, sizes: list[int]
) -> None:
    many(owner, AT_ONCE + more)
    assert [len(rows(listed)) for listed in stretches(owner)] == sizes


def test_all_stretches_together_are_the_list_in_order(owner: User) -> None:
    many(owner, AT_ONCE + 3, pinned=True)
    many(owner, 2 * AT_ONCE)
    Conversation.objects.filter(title__endswith="7").update(archived=True)
    moment = datetime.now(UTC) - timedelta(days=1)
    Conversation.objects.filter(title__endswith="3").update(updated_at=moment)
    found = [one for listed in stretches(owner) for one in rows(listed)]
    listed = Conversation.objects.filter(archived=False)
    assert [row.pk for row in found] == [
        one.pk for one in listed.order_by("-pinned", "-updated_at", "-pk")
    ]


def test_the_open_one_is_listed_once_wherever_it_stands(owner: User) -> None:
    pinned = talk(owner, "pinned", pinned=True)
    old = talk(owner, "old", updated_at=LONG_AGO)
    many(owner, AT_ONCE)
    before = newest(owner.pk)
    assert newest(owner.pk, pinned.pk) == newest(owner.pk, before.groups[1][1][0].pk) == before
    listed = newest(owner.pk, old.pk)
    assert listed.groups == [
        before.groups[0],
        ("Open now", [SidebarRow(old.pk, "old", False, LONG_AGO, "")]),
        *before.groups[1:],
    ]
    assert listed.earlier == before.earlier


def test_a_stretch_knows_whether_its_first_group_has_begun_before(owner: User) -> None:
    now = datetime.now(UTC)
    many(owner, AT_ONCE + 2)
    Conversation.objects.update(updated_at=now - timedelta(days=400))
    assert [listed.continues for listed in stretches(owner)] == [False, True]
    Conversation.objects.filter(title__in=["1", "2"]).update(updated_at=now - timedelta(days=900))
    assert [listed.continues for listed in stretches(owner)] == [False, False]


@pytest.mark.parametrize(
    "place", ["", "1", "x y z", "0-0", "\0", "9" * 40, f"0 0001-01-01T00:00:00+23:59 {UUID(int=1)}"]
)
def test_there_is_no_page_for_a_place_that_is_none(client: Client, owner: User, place: str) -> None:
    client.force_login(owner)
    assert client.get("/", {"before": place}).status_code == 404


@pytest.mark.parametrize(
    "spelled",
    [
        *("", "x", "1-2", "p-", f"-1-{'0' * 32}", f"{'9' * 18}-{'0' * 32}", f"1-{'0' * 33}"),
        *(f"1-{'G' * 32}", f"1-{'0' * 32}\n", f"q1-{'0' * 32}", f"\u0661-{'0' * 32}", "\0"),
    ],
)
def test_what_names_no_place_is_told(spelled: str) -> None:
    with pytest.raises(BadPlace):
        Place.read(spelled)


@pytest.mark.parametrize("spelled", [f"{'9' * 17}-{'f' * 32}", f"p0-{'0' * 32}"])
def test_a_place_before_or_after_all_conversations_is_one(owner: User, spelled: str) -> None:
    place = Place.read(spelled)
    assert str(place) == spelled
    assert earlier(owner.pk, place) == ListStretch()


def test_a_place_stays_where_its_conversation_is_gone_or_has_moved(owner: User) -> None:
    many(owner, AT_ONCE + 3)
    first, second = stretches(owner)
    assert first.earlier is not None
    gone, *rest = rows(second)
    Conversation.objects.filter(pk=gone.pk).delete()
    Conversation.objects.filter(pk=first.earlier.pk).update(updated_at=datetime.now(UTC))
    assert rows(earlier(owner.pk, first.earlier)) == rest


def test_r11_no_place_leads_to_anybody_elses(owner: User) -> None:
    other = User.objects.create_user("other")
    many(other, AT_ONCE + 1)
    theirs = newest(other.pk).earlier
    assert theirs is not None
    assert earlier(owner.pk, theirs) == ListStretch()
    talk(owner, "mine", updated_at=datetime.now(UTC) - timedelta(days=1))
    assert [one.title for one in rows(earlier(owner.pk, theirs))] == ["mine"]


def test_days_without_a_conversation_are_not_named() -> None:
    assert grouped([], TODAY) == []
