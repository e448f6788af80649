"""Conversations and messages: which ones a page shows."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from conversations import branches
from conversations.models import Conversation, Message
from streaming.models import Generation, JournalEntry
from tests.support.rows import keep, running, worker

pytestmark = pytest.mark.django_db


def say(thread: Conversation, parent: Message | None, text: str) -> Message:
    role = Message.Role.USER if parent is None or parent.role == "assistant" else "assistant"
    return Message.objects.create(conversation=thread, parent=parent, role=role, text=text)


@pytest.fixture
def thread(owner: User) -> Conversation:
    return Conversation.objects.create(owner=owner, title="Talk")


def test_the_branch_that_is_shown_leads_from_the_first_message_to_the_leaf(
    thread: Conversation,
) -> None:
    asked = say(thread, None, "One?")
    first, second = say(thread, asked, "First."), say(thread, asked, "Second.")
    again = say(thread, first, "Two?")
    for leaf, texts in ((second, ["One?", "Second."]), (again, ["One?", "First.", "Two?"])):
        thread.leaf = leaf
        thread.save()
        assert [message.text for message in branches.newest(thread).messages] == texts
    siblings = branches.siblings(branches.newest(thread).messages)
    assert siblings == {asked.pk: [asked.pk], first.pk: [first.pk, second.pk], again.pk: [again.pk]}


def test_a_new_conversation_shows_nothing(thread: Conversation) -> None:
    assert list(branches.newest(thread).messages) == []


def test_deleting_a_conversation_leaves_nothing_of_it(owner: User) -> None:
    generation = running(owner, worker())
    keep(generation, "Private.")
    generation.conversation.delete()
    for model in (Message, Generation, JournalEntry):
        assert not model._default_manager.exists()


def test_deleting_the_last_message_leaves_the_conversation(thread: Conversation) -> None:
    thread.leaf = say(thread, None, "One?")
    thread.save()
    thread.leaf.delete()
    thread.refresh_from_db()
    assert thread.leaf is None
