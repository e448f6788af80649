"""The newest hits come first, as many as are asked for, however the database goes back for them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation, Message
from conversations.search import conditions, gin, matching
from conversations.search.conditions import NEWEST, Scope
from conversations.search.index.schema import BLOCK_ROWS, MOST_BLOCKS, block_tokens
from conversations.search.query import parse
from tests.conversations.search.corpus import read, texts, vocabulary, written

pytestmark = pytest.mark.django_db

WORDS = vocabulary(60)
QUERIES = (
    *(WORDS[0], WORDS[1], WORDS[5], WORDS[-1], WORDS[0][:2]),
    f"{WORDS[0]} {WORDS[9]}",
    f'"{WORDS[0]} {WORDS[0]}"',
    f'"{WORDS[2]} {WORDS[3]}"',
    "国人",
    "nothingofthekind",
)


@pytest.fixture
def messages(owner: User) -> list[Message]:
    return written(owner, *texts(WORDS, 150))


def newest(owner: User, spelled: str, most: int, before: int = NEWEST) -> list[int]:
    scope = Scope(owner.pk, titles=False)
    return [match.entry_id for match in matching.newest(parse(spelled), scope, most, before)]


def test_the_steps_back_leave_no_hit_out(
    owner: User, messages: Sequence[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gin, "FIRST_STEP", 7)
    for spelled in QUERIES:
        for most in (1, 5, 1000):
            scope = Scope(owner.pk, titles=False)
            found = matching.newest(parse(spelled), scope, most)
            held = sorted(pk for pk in read(messages, spelled) if pk is not None)
            assert [match.message_id for match in found] == held[::-1][:most], (spelled, most)


def test_the_rows_before_one_are_those_that_follow_it(
    owner: User, messages: Sequence[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gin, "FIRST_STEP", 7)
    everything = newest(owner, WORDS[0], 1000)
    assert len(everything) > 20
    for at in (0, 10, len(everything) - 1):
        assert newest(owner, WORDS[0], 5, everything[at]) == everything[at + 1 : at + 6]


@pytest.mark.parametrize("few", [0, 2000])
def test_the_days_asked_for_may_hold_few_texts_or_many(
    owner: User, messages: Sequence[Message], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gin, "FIRST_STEP", 7)
    monkeypatch.setattr(conditions, "FEW", few)
    everything = newest(owner, WORDS[0], 1000)
    assert newest(owner, f"{WORDS[0]} after:2020", 1000) == everything
    assert newest(owner, f"{WORDS[0]} after:2020", 5, everything[3]) == everything[4:9]
    assert newest(owner, f"{WORDS[0]} before:2020", 1000) == []


def test_titles_and_messages_of_others_are_no_hits(
    owner: User, messages: Sequence[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gin, "FIRST_STEP", 7)
    other = User.objects.create_user("other")
    for number in range(20):
        Conversation.objects.create(owner=other, title=f"{WORDS[0]} {number}")
    hits = matching.newest(parse(WORDS[0]), Scope(other.pk, titles=False), 100)
    assert hits == []
    assert len(matching.newest(parse(WORDS[0]), Scope(other.pk, titles=True), 100)) == 20


def test_blocks_are_named_where_they_are_few() -> None:
    assert block_tokens(1, BLOCK_ROWS) == ["at=0"]
    assert block_tokens(BLOCK_ROWS, 2 * BLOCK_ROWS + 1) == ["at=1", "at=2"]
    assert block_tokens(0, MOST_BLOCKS * BLOCK_ROWS + 1) == []
