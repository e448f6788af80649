"""Deleting for good: no row is left in any table, and no transaction is long."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from conversations.models import Conversation, Deletion, Message
from conversations.trash import moving, purging, temporary
from streaming.models import Generation, JournalEntry, QueuedPrompt, Recording
from tests.conversations.trash.test_moving import delete
from tests.support.rows import keep, long_conversation, running, worker

pytestmark = pytest.mark.django_db


@transaction.atomic
def trash(thread: Conversation) -> Deletion:
    held = moving.hold(thread.pk)
    assert held is not None
    return moving.trash_conversation(held, uuid4())


def purge(deletion: Deletion, most: int = 200) -> int:
    """In how many pieces."""
    purging.doom(deletion)
    pieces = 1
    while purging.purge_some(deletion.pk, most):
        pieces += 1
    return pieces


def rows() -> dict[str, int]:
    """How many there are in each table that has any."""
    counts = {model.__name__: model._base_manager.count() for model in apps.get_models()}
    return {name: count for name, count in counts.items() if count}


@contextmanager
def hearing_what_goes() -> Iterator[list[int]]:
    gone: list[int] = []

    def hear(pks: list[int], **_: object) -> None:
        gone.extend(pks)

    purging.messages_go.connect(hear)
    try:
        yield gone
    finally:
        purging.messages_go.disconnect(hear)


def test_nothing_of_a_conversation_is_left_in_any_table(owner: User) -> None:
    before = rows()
    run = running(owner, worker())
    keep(run, "Private.")
    Recording.objects.create(generation=run, format="chat", data=b"Private.", size=8)
    QueuedPrompt.objects.create(
        conversation=run.conversation, key=uuid.uuid4(), place=0, text="Private."
    )
    deletion = trash(run.conversation)
    assert purge(deletion) == 2
    Deletion.objects.all().delete()  # which says that it is done, and nothing else
    assert rows() == before | {"Worker": 1}


def test_small_conversations_go_together_and_nothing_of_them_is_left(owner: User) -> None:
    before = rows()
    runs = [running(owner, worker()) for _ in range(3)]
    for run in runs:
        keep(run, "Private.")
    inside = delete(list(runs[0].conversation.messages.all())[1])
    deletions = [trash(run.conversation) for run in runs]
    kept = deletions.pop()
    for deletion in deletions:
        purging.doom(deletion)
    with hearing_what_goes() as gone:
        assert purging.purge_together([each.pk for each in [*deletions, kept]])
    assert len(gone) == 4
    done = Deletion.objects.filter(purged_at__isnull=False)
    assert set(done) == {inside, *deletions}
    assert not purging.purge_together([each.pk for each in deletions])
    purge(kept)
    Deletion.objects.all().delete()
    assert rows() == before | {"Worker": 3}


@pytest.mark.parametrize(("size", "text"), [(150, "Short."), (2, "x" * 600_000)])
def test_what_is_much_together_goes_a_piece_at_a_time(owner: User, size: int, text: str) -> None:
    deletions = [trash(long_conversation(owner, size, text)) for _ in range(2)]
    for deletion in deletions:
        purging.doom(deletion)
    assert not purging.purge_together([each.pk for each in deletions])
    assert Conversation.everything.count() == 2


def test_nothing_of_a_branch_is_left_and_all_else_is(owner: User) -> None:
    thread = long_conversation(owner, 10)
    others = rows()
    first = list(thread.messages.all())[6]
    inside = delete(list(thread.messages.all())[8])
    deletion = delete(first)
    with hearing_what_goes() as gone:
        assert purge(deletion, most=3) == 3
    assert sorted(gone) == list(range(first.pk, first.pk + 4))
    assert gone[:3] == [first.pk + 3, first.pk + 2, first.pk + 1]
    left = {"Message": 6, "Generation": 3, "Deletion": 2}
    assert rows() == others | left | {"PastUse": 1}  # sums of what was paid, and no word
    inside.refresh_from_db()
    assert inside.purged_at is not None
    thread.refresh_from_db()
    assert thread.leaf_id == first.pk - 1


def test_a_long_conversation_goes_in_bounded_pieces_by_number_and_by_size(owner: User) -> None:
    thread = long_conversation(owner, 50)
    assert purge(trash(thread), most=20) == 4
    thread = long_conversation(owner, 6, "x" * (purging.CHARACTERS // 2))
    assert purge(trash(thread)) == 4
    assert not {"Conversation", "Message", "Generation"} & set(rows())


def test_only_what_its_owner_doomed_goes(owner: User) -> None:
    kept, gone = trash(long_conversation(owner, 2)), trash(long_conversation(owner, 2))
    assert not purging.purge_some(kept.pk)
    assert purging.doom_all(owner, kept.pk) == 1
    later = trash(long_conversation(owner, 2))
    assert [purging.next_doomed(), purging.next_doomed(after=kept.pk)] == [kept, None]
    assert purge(kept) == 2
    assert Conversation.everything.filter(deletions__in=[gone, later]).count() == 2


def test_what_was_restored_cannot_be_doomed(owner: User) -> None:
    deletion = trash(thread := long_conversation(owner, 2))
    with transaction.atomic():
        held = moving.hold(thread.pk)
        assert held is not None
        moving.restore(held, deletion)
    assert not purging.doom(deletion)
    assert purging.doom_all(owner, deletion.pk) == 0
    assert purging.doom_expired(timezone.now() + timedelta(days=400)) == 0
    assert purge(deletion) == 1
    assert Message.objects.visible().count() == 2


@pytest.mark.parametrize(("days", "goes"), [(29.9, 0), (30, 1)])
def test_the_trash_keeps_things_for_its_days(owner: User, days: float, goes: int) -> None:
    deletion = trash(long_conversation(owner, 2))
    assert purging.doom_expired(deletion.made_at + timedelta(days=days)) == goes


def test_what_was_done_is_remembered_for_a_day(owner: User) -> None:
    kept, deletion = trash(long_conversation(owner, 2)), trash(long_conversation(owner, 2))
    purge(deletion)
    for hours, left in ((23, 2), (25, 1)):
        purging.forget_finished(timezone.now() + timedelta(hours=hours))
        assert Deletion.objects.count() == left
    assert list(Deletion.objects.all()) == [kept]


def test_a_temporary_conversation_goes_at_its_hour_in_the_trash_or_not(owner: User) -> None:
    hour, threads = temporary.until(), [long_conversation(owner, 2) for _ in range(3)]
    Conversation.objects.update(temporary_until=hour)
    temporary.keep(threads[0])
    deletion = trash(threads[1])
    assert temporary.expired(hour - timedelta(seconds=1)) == []
    assert set(temporary.expired(hour)) == {threads[1].pk, threads[2].pk}
    for thread in threads:
        with transaction.atomic():
            held = moving.hold(thread.pk)
            assert held is not None
            doomed = temporary.doom(held, hour)
        assert (doomed is None) == (thread == threads[0])
        assert doomed is None or purge(doomed) == 2
    assert temporary.expired(hour) == []
    deletion.refresh_from_db()
    assert deletion.purged_at is not None
    assert list(Conversation.everything.all()) == [threads[0]]


def test_a_running_answer_that_cannot_be_stopped_goes_all_the_same(owner: User) -> None:
    run = running(owner, worker())
    keep(run, "Private.")
    purge(trash(run.conversation))
    for model in (Generation, JournalEntry):
        assert not model._default_manager.exists()
