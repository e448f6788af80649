"""A row that the database refuses is refused for its own reason, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.db.models.constraints import UniqueConstraint

from streaming.journal import constraints
from streaming.metrics import REFUSALS
from streaming.models import Generation, JournalEntry
from streaming.runs.refusals import Refused
from tests.support.isolation.database import is_postgresql
from tests.support.living import Living
from tests.support.rows import left_behind

TOMORROW = "from_tomorrow"
OTHER_KEY = "5f0f3c3e-7d0a-4c38-9d5c-222222222222"


def add_a_later_rule(table: str, column: str) -> None:
    """What a later version might have made of the database: a rule that this code cannot know."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE UNIQUE INDEX {TOMORROW} ON {table} ({column})")


def drop_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {TOMORROW}")


@pytest.mark.django_db
def test_every_unique_constraint_of_ours_is_told_by_its_name(owner: User) -> None:
    names = {
        constraint.name
        for model in (Generation, JournalEntry)
        for constraint in model._meta.constraints
        if isinstance(constraint, UniqueConstraint)
    }
    generation = left_behind(owner)
    again = {
        "conversation": generation.conversation,
        "message": generation.message,
        "requested_by": owner,
    }
    entry = {"generation": generation, "seq": 1000, "kind": "text", "text": "x"}
    JournalEntry.objects.create(**entry)
    told = [
        expects_double_in(lambda: Generation.objects.create(**again, request_key=OTHER_KEY)),
        expects_double_in(
            lambda: Generation.objects.create(
                **again, request_key=generation.request_key, status="finished"
            )
        ),
        expects_double_in(lambda: JournalEntry.objects.create(**entry)),
    ]
    assert set(told) == names


def expects_double_in(write: Callable[[], object]) -> str:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write()
    assert constraints.is_double(refused.value)
    assert not constraints.is_about_what_is_gone(refused.value)
    return constraints.broken(refused.value)


@pytest.mark.django_db(transaction=True)
def test_what_belongs_to_nothing_and_what_lacks_something_is_no_double(owner: User) -> None:
    generation = left_behind(owner)
    for wrong, is_gone in (({"worker_id": 4711}, True), ({"model": None}, False)):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Generation.objects.filter(pk=generation.pk).update(**wrong)
        assert constraints.is_about_what_is_gone(refused.value) == is_gone
        assert not constraints.is_double(refused.value)
        assert constraints.broken(refused.value) not in (
            constraints.ONE_RUNNING,
            constraints.ONE_PER_KEY,
        )


async def test_a_send_into_a_busy_conversation_is_told_that_it_is_busy(living: Living) -> None:
    run = await living.answering()
    thread = (await living.run(run.pk)).conversation
    with pytest.raises(Refused, match="still being written"):
        await living.send(conversation=thread)
    await run.finishes()


async def test_a_send_that_the_database_takes_for_another_reason_is_not_told_it_is_busy(
    living: Living, caplog: pytest.LogCaptureFixture
) -> None:
    """As on a database that a later version has changed."""
    await living.ended("First")
    await living.do(lambda: add_a_later_rule("streaming_generation", "provider"))
    try:
        with pytest.raises(Refused, match="does not fit its version") as refused:
            await living.send()
    finally:
        await living.do(drop_it)
    assert refused.value.status == 503
    assert "Your text is still here" in str(refused.value)
    assert "manage.py doctor says more" in caplog.text
    await living.ended("Second")


async def test_a_text_that_is_refused_by_a_later_rule_waits_and_is_not_lost(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its run was not taken away, so it does not end as one that was."""
    answer = await living.answering()
    await answer.says("kept")
    refused, loop = asyncio.Event(), asyncio.get_running_loop()
    monkeypatch.setattr(REFUSALS, "inc", lambda: loop.call_soon_threadsafe(refused.set))
    await living.do(refuse_second_entries)
    try:
        await answer.talk.say(" and whole")
        await refused.wait()
    finally:
        await living.do(take_second_entries)
    await living.until_kept(answer.pk, "kept and whole")
    assert (await answer.finishes()).status == "finished"


def refuse_second_entries() -> None:
    check = f"CHECK constraint failed: {TOMORROW}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE streaming_journalentry ADD CONSTRAINT {TOMORROW} CHECK (seq < 2)"
            if is_postgresql()
            else f"CREATE TRIGGER {TOMORROW} BEFORE INSERT ON streaming_journalentry "
            f"WHEN NEW.seq > 1 BEGIN SELECT RAISE(ABORT, '{check}'); END"
        )


def take_second_entries() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE streaming_journalentry DROP CONSTRAINT {TOMORROW}"
            if is_postgresql()
            else f"DROP TRIGGER {TOMORROW}"
        )
