"""A query that is composed once finds what it would find anew."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation
from conversations.prepared import SOME_UUID, Prepared

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


def asked(**which: object) -> Any:
    return Conversation.objects.filter(**which).order_by("title").values_list(*FIELDS)
