"""Archives of any shape: nothing is lost, nothing comes twice, nothing is half there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversations.models import Conversation, Message
from conversations.transfer import archive
from conversations.transfer.models import ImportedNode
from conversations.transfer.plain import Refused, Thread
from conversations.transfer.sources import chatgpt, claude, librechat, open_webui
from streaming.models import Generation
from streaming.transfer.incoming import conversations as conversations_in
from streaming.transfer.incoming.conversations import What
from streaming.transfer.outgoing import conversations as conversations_out
from tests.support.archives import odd

pytestmark = pytest.mark.django_db

Read = Callable[[Any], Thread]
in_database = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=60,
)


def counts() -> list[int]:
    return [
        model._base_manager.count() for model in (Conversation, Message, Generation, ImportedNode)
    ]


def holds(owner: User, read: Read, value: Any) -> None:
    """All that is promised of any import, of this one; then it is undone."""
    with transaction.atomic():
        _holds(owner, read, value)
        transaction.set_rollback(True)


def _holds(owner: User, read: Read, value: Any) -> None:
    empty = counts()
    try:
        expected = len(read(value).nodes)
        taken = conversations_in.take(owner, read(value))
    except Refused:
        assert counts() == empty
        return
    assert ImportedNode.objects.count() == expected
    before = counts()
    again = conversations_in.take(owner, read(value))
    assert (again.what, counts()) == (What.UNCHANGED, before)
    conversation = Conversation.objects.get(pk=taken.conversation.pk)
    own = set(conversation.messages.values_list("pk", flat=True))
    assert (conversation.leaf_id in own) is bool(own)
    parents = conversation.messages.exclude(parent=None).values_list("pk", "parent")
    assert all(parent in own and parent < pk for pk, parent in parents)
    first = "".join(conversations_out.written(conversation))
    other = User.objects.create_user("other")
    moved = conversations_in.take(other, archive.thread(json.loads(first))).conversation
    moved.refresh_from_db()
    assert "".join(conversations_out.written(moved)) == first


@in_database
@given(odd.CHATGPT)
def test_chatgpt(owner: User, value: Any) -> None:
    holds(owner, chatgpt.thread, value)


@in_database
@given(odd.CLAUDE)
def test_claude(owner: User, value: Any) -> None:
    holds(owner, claude.thread, value)


@in_database
@given(odd.OPEN_WEBUI)
def test_open_webui(owner: User, value: Any) -> None:
    holds(owner, open_webui.thread, value)


@in_database
@given(odd.LIBRECHAT)
def test_librechat(owner: User, value: Any) -> None:
    holds(owner, librechat.thread, value)


@in_database
@given(odd.OWN)
def test_this_sites_own(owner: User, value: Any) -> None:
    holds(owner, archive.thread, value)


@in_database
@given(odd.CHATGPT, st.integers(0, 8))
def test_a_newer_file_adds_what_is_new(owner: User, value: Any, count: int) -> None:
    """In two steps the same is taken as in one."""
    with transaction.atomic():
        part = {**value, "mapping": dict(list(value["mapping"].items())[:count])}
        try:
            conversations_in.take(owner, chatgpt.thread(part))
        except Refused:
            assert not part["mapping"]
        if value["mapping"]:
            taken = conversations_in.take(owner, chatgpt.thread(value)).conversation
            assert ImportedNode.objects.count() == len(value["mapping"])
            assert Conversation.objects.get() == taken
        transaction.set_rollback(True)
