"""R11: rows are found through the person who asks, and are a 404 for everybody else."""

from __future__ import annotations

import uuid
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import OperationalError
from django.db.models.functions import Now
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import reverse

from conversations import access
from conversations.models import Conversation, Deletion, Message
from streaming.models import Generation
from tests.support.rows import running, worker

pytestmark = pytest.mark.django_db

GENERATIONS = Generation.objects.visible


@pytest.fixture
def other(db: None) -> User:
    return User.objects.create_user("other")


def test_r11_rows_are_found_by_their_owner_alone(owner: User, other: User) -> None:
    generation = running(owner, worker())
    assert access.conversation(owner, generation.conversation_id) == generation.conversation
    assert access.message(owner, generation.message_id) == generation.message
    found = access.through(GENERATIONS(), owner, "conversation__owner_id", generation.pk)
    assert found == generation
    for find in (
        lambda: access.conversation(other, generation.conversation_id),
        lambda: access.message(other, generation.message_id),
        lambda: access.through(GENERATIONS(), other, "conversation__owner_id", generation.pk),
    ):
        with pytest.raises(Http404):
            find()


@pytest.mark.parametrize("pk", [0, -1, 10**6, 2**63, 10**100])
def test_a_row_that_does_not_exist_is_not_there(owner: User, pk: int) -> None:
    with pytest.raises(Http404):
        access.message(owner, pk)
    with pytest.raises(Http404):
        access.conversation(owner, uuid.uuid4())


@pytest.mark.parametrize(
    ("door", "fields"),
    [("conversations:rename", {"title": "Late"}), ("streaming:record", {"record": "on"})],
    ids=["rename", "record"],
)
def test_what_is_deleted_for_good_while_it_is_changed_is_not_there(
    owner: User, client: Client, monkeypatch: pytest.MonkeyPatch, door: str, fields: dict[str, str]
) -> None:
    thread = running(owner, worker()).conversation

    def found_and_then_deleted(user: User, pk: uuid.UUID) -> Conversation:
        found = found_as_ever(user, pk)
        Conversation.objects.filter(pk=pk).delete()
        return found

    found_as_ever = access.conversation
    monkeypatch.setattr(access, "conversation", found_and_then_deleted)
    client.force_login(owner)
    assert client.post(reverse(door, args=[thread.pk]), fields).status_code == 404
    assert not Conversation.objects.exists()


def test_a_row_that_cannot_be_written_is_no_missing_row(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = running(owner, worker()).conversation
    monkeypatch.setattr(Conversation, "save", Mock(side_effect=OperationalError))
    with pytest.raises(OperationalError):
        access.save(thread, "title")


def test_whoever_is_not_signed_in_is_nobody() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with pytest.raises(Http404):
        access.person(request)


def test_the_rows_of_a_person_go_with_the_person(owner: User) -> None:
    running(owner, worker())
    owner.delete()
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("trashed", ["conversation", "message"])
def test_what_is_in_the_trash_is_found_by_nobody(owner: User, trashed: str) -> None:
    generation = running(owner, worker())
    if trashed == "conversation":
        Conversation.objects.update(trashed_at=Now())
    else:
        Message.objects.update(deletion=Deletion.objects.create(owner=owner, made_at=Now()))
    for find in (
        lambda: access.message(owner, generation.message_id),
        lambda: access.through(GENERATIONS(), owner, "conversation__owner_id", generation.pk),
    ):
        with pytest.raises(Http404):
            find()
    assert not Message.objects.visible().exists()
    assert Message.everything.count() == 2
    assert owner.conversations.exists() == (trashed == "message")
