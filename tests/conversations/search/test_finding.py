"""Hits in their order, page by page: the best first, each once, none left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation, Message
from conversations.search.finding import Place, find
from conversations.search.index import entries
from conversations.search.query import parse
from tests.conversations.search.corpus import written

pytestmark = pytest.mark.django_db


def texts(owner: User, text: str) -> list[str]:
    return [
        entry.message.text if entry.message else entry.conversation.title
        for entry in find(owner.pk, parse(text)).entries
    ]


def test_the_best_come_first(owner: User) -> None:
    said = (
        "a tap far away from any other drain " + "and so on " * 60,
        "a drain and the tap",
        "a tap drain",
        "tap tap drain tap drain",
    )
    written(owner, *said)
    assert texts(owner, "tap drain") == [said[3], said[2], said[1], said[0]]


def test_a_title_and_a_whole_word_count_for_more(owner: User) -> None:
    written(owner, "taps", "tap")
    Conversation.objects.create(owner=owner, title="The tap and some other things")
    assert texts(owner, "tap") == ["The tap and some other things", "tap", "taps"]


def test_the_newer_of_two_that_are_equal_comes_first(owner: User) -> None:
    old, new, newest = written(owner, "tap one", "tap two", "tap six")
    Message.objects.filter(pk=new.pk).update(created_at=datetime.now(UTC) + timedelta(days=1))
    entries.index_message(Message.objects.get(pk=new.pk))
    assert texts(owner, "tap") == [new.text, newest.text, old.text]


@pytest.mark.parametrize("ranked", [300, 7, 1])
def test_every_hit_is_on_one_page(owner: User, settings: Any, ranked: int) -> None:
    settings.SEARCH_RANKED, settings.SEARCH_PAGE = ranked, 5
    for number in range(9):
        Conversation.objects.create(owner=owner, title=f"tap {number}")
    messages = written(owner, *(f"tap {'again ' * (number % 4)}" for number in range(23)))
    seen: list[str] = []
    place: Place | None = Place()
    while place is not None:
        found = find(owner.pk, parse("tap"), Place.read(str(place)))
        assert len(found.entries) <= 5
        seen += [entry.key for entry in found.entries]
        place = found.following
        assert len(seen) < 100
    assert len(seen) == len(set(seen)) == 9 + len(messages)
    assert found.more_than == (ranked < 300)


@pytest.mark.parametrize("spelled", ["", "x", "r", "r-1", "o" + "9" * 30, "r٣", "5"])
def test_what_names_no_place_is_the_beginning(spelled: str) -> None:
    assert Place.read(spelled) == Place()
