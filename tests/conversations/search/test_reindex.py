"""`manage.py reindex`: whatever was lost, every text is found afterwards."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from conversations.models import Conversation, Message, SearchEntry
from conversations.search.index import rebuilding, schema
from conversations.search.index.rows import Ending
from tests.conversations.search.corpus import found, written

pytestmark = pytest.mark.django_db(transaction=True)


def reindex() -> str:
    said = StringIO()
    call_command("reindex", stdout=said)
    return said.getvalue()


def test_texts_that_were_written_past_the_index_are_found(owner: User) -> None:
    thread = Conversation.objects.create(owner=owner, title="Talk")
    made = Message.objects.bulk_create(
        Message(conversation=thread, role="user", text=f"number{at} word") for at in range(250)
    )
    assert found(owner, "word") == set()
    said = reindex()
    assert found(owner, "word") == {each.pk for each in made}
    assert "100 %" in said
    assert said.endswith("Indexed 251 texts.\n")


def test_what_the_index_holds_too_much_is_gone(owner: User) -> None:
    changed, emptied = written(owner, "old word", "old word")
    Message.objects.filter(pk=changed.pk).update(text="new word")
    Message.objects.filter(pk=emptied.pk).update(text="")
    reindex()
    assert (found(owner, "old"), found(owner, "new")) == (set(), {changed.pk})


def test_a_lost_index_is_made_anew(owner: User) -> None:
    (message,) = written(owner, "word")
    schema.drop(connection)
    reindex()
    assert found(owner, "word") == {message.pk}
    assert SearchEntry.objects.count() == 2


def test_what_is_written_meanwhile_stays_found(owner: User) -> None:
    first, second = written(owner, "word one", "word two")
    run = rebuilding.rebuild(lambda pks: dict.fromkeys(pks, Ending()))
    next(run)
    second.text = "other"
    second.save()
    (third,) = written(owner, "word three")
    list(run)
    assert found(owner, "word") == {first.pk, third.pk}
    assert found(owner, "other") == {second.pk}
