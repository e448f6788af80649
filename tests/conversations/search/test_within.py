"""The search inside a conversation counts what a reading of all its messages counts."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from conversations.models import Conversation, Deletion, Message, SearchEntry
from conversations.search import within
from conversations.search.conditions import Scope
from conversations.search.hits import TITLE
from conversations.search.index.entries import index_message
from conversations.search.matching import Place, newest
from conversations.search.query import parse
from tests.conversations.search.corpus import read, texts, vocabulary, written

pytestmark = pytest.mark.django_db

WORDS = vocabulary(40)
QUERIES = (WORDS[0], WORDS[3], WORDS[0][:2], f"{WORDS[0]} {WORDS[2]}", "国人", "nothingofthekind")


@pytest.fixture
def thread(owner: User) -> Conversation:
    """With branches, edited messages, a deleted part, and rows that are out of their order."""
    chance = random.Random(3)
    messages = written(owner, *texts(WORDS, 120))
    for at, each in enumerate(messages[1:], 1):
        each.parent = messages[max(0, at - chance.choice((1, 1, 1, 2, 5)))]
        each.save()
    for each, text in zip(chance.sample(messages, 20), texts(WORDS, 20), strict=True):
        each.text = text
        each.save()
    for each in chance.sample(messages, 40):
        SearchEntry.objects.filter(message=each).delete()
        index_message(each)
    thread = messages[0].conversation
    thread.leaf = messages[-1]
    thread.save()
    _delete(owner, thread, messages[90])
    written(owner, *texts(WORDS, 20))  # of another conversation
    return thread


def _delete(owner: User, thread: Conversation, message: Message) -> None:
    """It and all that follows."""
    deletion = Deletion.objects.create(
        owner=owner, conversation=thread, whole=False, message=message, made_at=timezone.now()
    )
    gone = {message.pk}
    for each in thread.messages.order_by("pk"):
        if each.parent_id in gone:
            gone.add(each.pk)
    Message.objects.filter(pk__in=gone).update(deletion=deletion)


def in_order(messages: Sequence[int], at: int | None) -> Place:
    """Where that message is among these, oldest first; of None, the last."""
    here = at if at is not None else (messages[-1] if messages else None)
    if here is None:
        return Place()
    before, after = bisect_left(messages, here), bisect_right(messages, here)
    return Place(
        at=here,
        count=len(messages),
        number=after if here in messages else 0,
        previous=messages[before - 1] if before else None,
        next=messages[after] if after < len(messages) else None,
    )


def seen(found: within.FoundWithin) -> Place:
    return Place(found.at, found.count, found.number, found.previous, found.next)


@pytest.mark.parametrize("query", QUERIES)
def test_each_message_has_the_place_that_a_reading_of_all_gives_it(
    owner: User, thread: Conversation, query: str
) -> None:
    shown = list(thread.messages.order_by("pk"))
    held = sorted(pk for pk in read(shown, query) if pk is not None)
    assert seen(within.find(owner.pk, thread, {"q": query})) == in_order(held, None)
    for each in shown:
        found = within.find(owner.pk, thread, {"q": query, "at": str(each.pk)})
        expected = in_order(held, each.pk)
        assert seen(found) == expected


def test_a_common_word_is_in_several_messages_and_in_some_that_were_deleted(
    owner: User, thread: Conversation
) -> None:
    everything = list(Message.everything.filter(conversation=thread))
    shown = within.find(owner.pk, thread, {"q": WORDS[0]}).count
    assert 30 < shown < len(read(everything, WORDS[0]))


@pytest.mark.parametrize("most", [1, 7])
def test_of_more_than_are_stepped_through_the_newest_rows_count(
    owner: User, thread: Conversation, settings: Any, most: int
) -> None:
    settings.SEARCH_IN_CONVERSATION = most
    matches = newest(parse(WORDS[0]), Scope(owner.pk, thread.pk, titles=False), most)
    held = sorted(each.message_id for each in matches if each.message_id is not None)
    assert len(held) == most
    for each in thread.messages.order_by("pk"):
        found = within.find(owner.pk, thread, {"q": WORDS[0], "at": str(each.pk)})
        assert seen(found) == in_order(held, each.pk)


def test_from_the_title_the_message_before_is_the_newest_one(
    owner: User, thread: Conversation
) -> None:
    newest_one = within.find(owner.pk, thread, {"q": WORDS[0]})
    found = within.find(owner.pk, thread, {"q": WORDS[0], "at": TITLE})
    assert seen(found) == Place(None, newest_one.count, 0, newest_one.at, None)
    assert found.landing.latest


@pytest.mark.parametrize("query", ["", '""', " "])
def test_without_words_nothing_is_counted(owner: User, thread: Conversation, query: str) -> None:
    assert seen(within.find(owner.pk, thread, {"q": query})) == Place()
