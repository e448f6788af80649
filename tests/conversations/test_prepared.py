"""A query that is composed once finds what it would find anew."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation
from conversations.prepared import (
    SOME_NUMBER,
    SOME_TEXT,
    SOME_UUID,
    Prepared,
    PreparedRow,
)

pytestmark = pytest.mark.django_db

NOBODY = -5
FIELDS = ("pk", "title", "pinned", "updated_at", "parameters")


def test_rows_are_those_of_the_query_with_the_value_in_its_slot() -> None:
    first, second = (User.objects.create(username=name) for name in ("first", "second"))
    for number in range(3):
        Conversation.objects.create(owner=first, title=f"{number} %s", parameters={"seed": number})
    Conversation.objects.create(owner=second, title="of somebody else")
    prepared = Prepared(asked(owner=NOBODY), NOBODY)
    for person in (first, second):
        assert prepared.rows(person.pk) == list(asked(owner=person.pk))
    assert prepared.rows(NOBODY) == []


def test_a_number_of_a_row_can_be_the_value() -> None:
    owner = User.objects.create(username="owner")
    pks = [Conversation.objects.create(owner=owner, title=name).pk for name in ("one", "two")]
    prepared = Prepared(asked(pk=SOME_UUID), SOME_UUID)
    assert [prepared.rows(pk)[0][:2] for pk in pks] == [(pks[0], "one"), (pks[1], "two")]
    assert prepared.rows(uuid.uuid4()) == []


def test_there_can_be_several_slots() -> None:
    first, second = (User.objects.create(username=name) for name in ("first", "second"))
    conversation = Conversation.objects.create(owner=first, title="one")
    query = asked(owner=SOME_NUMBER, pk=SOME_UUID, title=SOME_TEXT)
    prepared = Prepared(query, SOME_NUMBER, SOME_UUID, SOME_TEXT)
    assert [row[:2] for row in prepared.rows(first.pk, conversation.pk, "one")] == [
        (conversation.pk, "one")
    ]
    assert prepared.rows(second.pk, conversation.pk, "one") == []
    assert prepared.rows(first.pk, conversation.pk, "two") == []
    with pytest.raises(ValueError, match="zip"):
        prepared.rows(first.pk)


def test_a_whole_row_is_an_object_as_the_query_makes_it() -> None:
    owner = User.objects.create(username="owner")
    pk = Conversation.objects.create(owner=owner, title="one", parameters={"seed": 1}).pk
    row = PreparedRow(Conversation.objects.filter(pk=SOME_UUID), SOME_UUID).first(pk)
    assert row is not None
    kept = Conversation.objects.get(pk=pk)
    assert {name: getattr(row, name) for name in FIELDS} == {
        name: getattr(kept, name) for name in FIELDS
    }
    assert not row._state.adding


def test_where_there_is_no_row_there_is_no_object() -> None:
    prepared = PreparedRow(Conversation.objects.filter(pk=SOME_UUID), SOME_UUID)
    assert prepared.first(uuid.uuid4()) is None


def asked(**which: object) -> Any:
    return Conversation.objects.filter(**which).order_by("title").values_list(*FIELDS)
