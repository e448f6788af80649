"""The chore that empties the trash, and that nothing is left of what it deleted."""

from __future__ import annotations

import asyncio
import sqlite3
import uuid
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from conversations.models import Conversation, Deletion, Message
from conversations.trash import purging
from streaming.cluster.bus import Topic
from streaming.sqlite import wal
from streaming.trash import actions, emptying
from streaming.trash.emptying import Emptying
from tests.support.at_once import at_once
from tests.support.isolation.database import is_postgresql
from tests.support.living import Living, hearing
from tests.support.puppet import PATIENCE_SECONDS
from tests.support.rows import long_conversation, running, worker

MARKER = "Quokka-7193-Tamarind"


async def until_gone(living: Living, pk: uuid.UUID) -> None:
    there = Conversation.everything.filter(pk=pk)
    with hearing(living.site.bus, Topic.THREAD.of(pk)) as told:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await living.do(there.exists):
                await told.wait()
                told.clear()


def age(deletion: Deletion, days: float) -> None:
    Deletion.objects.filter(pk=deletion.pk).update(made_at=timezone.now() - timedelta(days=days))


def database_bytes() -> bytes:
    """The SQLite file as it lies on the disk, with its log."""
    file = Path(connection.settings_dict["NAME"])
    parts = (file, Path(f"{file}-wal"))
    return b"".join(part.read_bytes() for part in parts if part.exists())


def rows_with(marker: str) -> list[str]:
    """The tables that hold the marker anywhere in a row."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(marker in repr(value) for row in cursor.fetchall() for value in row):
                found.append(table)
    return found


@pytest.fixture
def eager(settings: Any) -> None:
    settings.EMPTY_EVERY_SECONDS = 0.01


async def test_the_site_deletes_for_good_what_is_due(eager: None, living: Living) -> None:
    kept, old = await living.ended("Kept."), await living.ended("Old.")
    for generation, days in ((kept, 29), (old, 31)):
        thread = generation.conversation
        deletion = await living.do(
            partial(actions.delete_conversation, living.owner, uuid.uuid4(), thread)
        )
        await living.do(partial(age, deletion, days))
    await until_gone(living, old.conversation_id)
    assert await living.do(Conversation.everything.filter(pk=kept.conversation_id).exists)


async def test_the_hour_of_a_temporary_conversation_stops_its_answer(
    eager: None, living: Living
) -> None:
    answer = await living.answering()
    await answer.says("So far")
    thread = (await living.run(answer.pk)).conversation
    hour = timezone.now() - timedelta(seconds=1)
    await living.do(lambda: Conversation.objects.filter(pk=thread.pk).update(temporary_until=hour))
    await answer.talk.hung_up()
    await until_gone(living, thread.pk)
    assert not await living.do(Message.everything.exists)


async def test_two_processes_empty_one_trash(living: Living) -> None:
    for _ in range(6):
        thread = await living.do(partial(long_conversation, living.owner, 30))
        await living.do(partial(actions.delete_conversation, living.owner, uuid.uuid4(), thread))
    kept = await living.do(partial(long_conversation, living.owner, 2))
    await living.do(partial(purging.doom_all, living.owner, 10**6))
    outcomes = await at_once(*(partial(empty_all, Emptying()) for _ in range(2)))
    assert all(isinstance(one, int) for one in outcomes)
    assert await living.do(lambda: list(Conversation.everything.all())) == [kept]
    assert await living.do(Deletion.objects.filter(purged_at=None).count) == 0


def empty_all(emptying: Emptying) -> int:
    """Until nothing is left; another may hold what is left for a moment."""
    pieces = 0
    while emptying.take_piece() or Deletion.objects.filter(purging.doomed()).exists():
        pieces += 1
    return pieces


async def test_nothing_is_left_of_what_was_deleted_for_good(living: Living, settings: Any) -> None:
    """Not in the bytes of SQLite's file and log, and not in any row of PostgreSQL."""
    settings.RECORD_UPSTREAM = True
    answer = await living.answering(f"{MARKER} asked")
    for number in range(30):
        await answer.says(f"{MARKER} {number} " + "word " * 60)
    generation = await answer.finishes()
    again = await living.answering("More?", generation.conversation)
    await again.talk.think(f"{MARKER} thought")
    await again.says(f"{MARKER} again")
    await again.stops()
    deletion = await living.do(
        partial(actions.delete_conversation, living.owner, uuid.uuid4(), generation.conversation)
    )
    assert await living.do(partial(rows_with, MARKER))
    await living.do(partial(purging.doom, deletion))
    await living.do(partial(emptying.empty_soon, living.owner, 60))
    assert await living.do(partial(rows_with, MARKER)) == []
    assert await living.do(partial(rows_with, str(generation.conversation_id))) == []
    if not is_postgresql():
        left = (await living.do(database_bytes)).lower()
        assert [word for word in MARKER.lower().split("-") if word.encode() in left] == []


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_the_log_is_left_for_later_while_somebody_reads(owner: User) -> None:
    run = running(owner, worker())
    path = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM conversations_message").fetchall()
        run.conversation.delete()
        assert not wal.truncate(connection)
        reader.execute("ROLLBACK")
        assert wal.truncate(connection)
    assert Path(f"{path}-wal").stat().st_size == 0


def test_every_table_of_ours_goes_with_its_conversation_or_its_message() -> None:
    """So that a later table is not forgotten: what names a message is deleted with it."""
    named = {Conversation, Message}
    kept = {
        (model.__name__, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.many_to_one and field.related_model in named and model is not Deletion
        if field.remote_field.on_delete.__name__ != "CASCADE"  # type: ignore[union-attr]
    }
    forgetting = {("ImportedNode", "message"), ("Outcome", "conversation")}  # what they said of it
    assert kept == {("Conversation", "leaf"), *forgetting}
