"""Into the trash and back: what is shown meanwhile, and that all comes back as it was."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from conversations import branches, sidebar
from conversations.models import Conversation, Deletion, Message
from conversations.trash import moving
from conversations.trash.moving import InsideOtherTrash, NotRestorable
from tests.conversations.test_models import say
from tests.support.rows import long_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(owner: User) -> Conversation:
    return Conversation.objects.create(owner=owner, title="Talk")


def shown(thread: Conversation) -> list[str]:
    thread = Conversation.everything.get(pk=thread.pk)
    return [message.text for message in branches.newest(thread).messages]


def show(thread: Conversation, leaf: Message) -> None:
    Conversation.everything.filter(pk=thread.pk).update(leaf=leaf)


@transaction.atomic
def delete(message: Message) -> Deletion:
    thread = moving.hold(message.conversation_id)
    assert thread is not None
    deletion = moving.trash_branch(thread, message, uuid4())
    while moving.spread(thread, deletion, most=1):
        pass
    return deletion


@transaction.atomic
def restore(deletion: Deletion) -> bool:
    assert deletion.conversation_id is not None
    thread = moving.hold(deletion.conversation_id)
    assert thread is not None
    while moving.lift_some(deletion, most=1):
        pass
    return moving.restore(thread, deletion)


def all_rows(thread: Conversation) -> list[Any]:
    return [
        Conversation.everything.filter(pk=thread.pk).values().get(),
        *Message.everything.filter(conversation=thread).order_by("pk").values(),
    ]


def test_a_conversation_comes_back_exactly_and_to_its_place_in_the_list(owner: User) -> None:
    threads = [long_conversation(owner, 4) for _ in range(3)]
    Conversation.objects.filter(pk=threads[1].pk).update(pinned=True)
    before, listed = all_rows(threads[1]), sidebar.newest(owner.pk).groups
    with transaction.atomic():
        thread = moving.hold(threads[1].pk)
        assert thread is not None
        deletion = moving.trash_conversation(thread, uuid4())
    assert [row.pk for _, rows in sidebar.newest(owner.pk).groups for row in rows] == [
        threads[2].pk,
        threads[0].pk,
    ]
    assert restore(deletion)
    assert all_rows(threads[1]) == before
    assert sidebar.newest(owner.pk).groups == listed


def test_a_deleted_message_takes_all_that_follows_along(thread: Conversation) -> None:
    one = say(thread, None, "One?")
    first = say(thread, one, "First.")
    two, other = say(thread, first, "Two?"), say(thread, first, "Or two?")
    say(thread, two, "Second.")
    show(thread, other)
    before = all_rows(thread)
    deletion = delete(first)
    assert Message.everything.filter(deletion=deletion).count() == 4
    assert shown(thread) == ["One?"]
    assert list(thread.messages.all()) == [one]
    assert restore(deletion)
    assert all_rows(thread) == before


@pytest.mark.parametrize(("gone", "left"), [(0, "B2"), (1, "A2"), (2, "B2")])
def test_a_sibling_of_what_was_deleted_is_shown_to_its_end(
    thread: Conversation, gone: int, left: str
) -> None:
    asked = say(thread, None, "One?")
    answers = [say(thread, asked, name) for name in "ABC"]
    ends = [say(thread, answer, f"{answer.text}2") for answer in answers]
    show(thread, ends[gone])
    before = all_rows(thread)
    deletion = delete(answers[gone])
    assert shown(thread)[-1] == left
    thread.refresh_from_db()
    answer = branches.newest(thread).messages[1]
    rest = [each.pk for each in answers if each != answers[gone]]
    assert branches.siblings([answer]) == {answer.pk: rest}
    assert restore(deletion)
    assert all_rows(thread) == before


def test_without_a_sibling_the_message_before_it_is_the_last(thread: Conversation) -> None:
    asked = say(thread, None, "One?")
    show(thread, say(thread, asked, "Answer."))
    deletion = delete(asked)
    assert shown(thread) == []
    assert restore(deletion)
    assert shown(thread) == ["One?", "Answer."]


def test_a_branch_that_is_not_shown_leaves_the_shown_one_alone(thread: Conversation) -> None:
    asked = say(thread, None, "One?")
    hidden, seen = say(thread, asked, "Hidden."), say(thread, asked, "Seen.")
    show(thread, seen)
    deletion = delete(hidden)
    assert shown(thread) == ["One?", "Seen."]
    show(thread, again := say(thread, seen, "More?"))
    assert restore(deletion)
    assert Conversation.objects.get().leaf == again


def test_what_was_deleted_in_two_steps_comes_back_in_two(thread: Conversation) -> None:
    asked = say(thread, None, "One?")
    answer = say(thread, asked, "Answer.")
    show(thread, say(thread, answer, "Two?"))
    before = all_rows(thread)
    later = delete(Message.objects.get(text="Two?"))
    earlier = delete(answer)
    with pytest.raises(InsideOtherTrash):
        restore(later)
    assert restore(earlier)
    assert shown(thread) == ["One?", "Answer."]
    assert restore(later)
    assert not restore(later)
    assert all_rows(thread) == before


def test_what_is_doomed_does_not_come_back(thread: Conversation) -> None:
    deletion = delete(say(thread, None, "One?"))
    Deletion.objects.update(doomed_at=deletion.made_at)
    with pytest.raises(NotRestorable):
        restore(deletion)
    assert not thread.messages.exists()


def test_deleting_what_is_in_the_trash_changes_nothing(thread: Conversation) -> None:
    asked = say(thread, None, "One?")
    answer = say(thread, asked, "Answer.")
    deletion = delete(asked)
    before = all_rows(thread)
    assert delete(answer) == delete(asked) == deletion
    assert all_rows(thread) == before
