"""Where a thread ends, and what writes there: asked for every page, so in one query each."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from conversations.models import Conversation
from conversations.prepared import SOME_NUMBER, SOME_UUID, Prepared
from streaming.live.position import Position
from streaming.models import PROMPTS_STATE, Generation

CHANGES = """(
    SELECT count(*) + count(undone_at) FROM streaming_generation edit
    WHERE edit.conversation_id = conversation.id AND edit.replaced IS NOT NULL
) + (
    SELECT count(*) + count(restored_at) FROM conversations_deletion deletion
    WHERE deletion.conversation_id = conversation.id
) + conversation.parameters_revision"""
AROUND = f"2 * ({CHANGES}) + CASE WHEN conversation.temporary_until IS NULL THEN 0 ELSE 1 END"
"""What changes when something does that is not at the end of the thread: a position's `edits`."""

END = """
SELECT conversation.leaf_id, run.id, run.status, (
    SELECT other.id
    FROM streaming_generation other JOIN conversations_message message
        ON message.id = other.message_id
    WHERE other.conversation_id = conversation.id AND other.status = 'running'
        AND message.deletion_id IS NULL
), {around}, {queue}
FROM conversations_conversation conversation LEFT JOIN streaming_generation run ON run.id = (
    SELECT max(id) FROM streaming_generation
    WHERE message_id = conversation.leaf_id AND undone_at IS NULL
)
WHERE conversation.id = %s AND conversation.owner_id = %s AND conversation.trashed_at IS NULL
""".format(around=AROUND, queue=PROMPTS_STATE.format(conversation="conversation.id"))  # noqa: S608
SUM = f"SELECT {CHANGES} FROM conversations_conversation conversation WHERE conversation.id = %s"  # noqa: S608


def end_of(conversation_id: UUID, owner_id: int) -> Position | None:
    """The last message and how its run stands, not how far; None if it is not the owner's."""
    pk = Conversation._meta.pk.get_db_prep_value(conversation_id, connection)
    with connection.cursor() as cursor:
        cursor.execute(END, [pk, owner_id])
        row = cursor.fetchone()
    if row is None:
        return None
    leaf, generation, status, running, edits, prompts = row
    elsewhere = None if running == generation else running
    queue = prompts_state(prompts, running) if prompts else ""
    return Position(leaf, generation, 0, status or "", elsewhere, queue, edits)


def prompts_state(prompts: str, running: int | None) -> str:
    """What sums up a line that is not empty, and the answer that its buttons would stop."""
    return f"{prompts}.{running or 0}"


def at(leaf: int | None) -> Position:
    """Where a page stands that shows the thread down to this message, however far it has read."""
    rows = _last_run().rows(leaf) if leaf else ()
    generation, status = rows[0] if rows else (None, "")
    return Position(leaf, generation, 0, status)


@cache
def _last_run() -> Prepared:
    own = Generation.objects.standing().filter(message_id=SOME_NUMBER).order_by("-pk")
    return Prepared(own.values_list("pk", "status")[:1], SOME_NUMBER)


def edits(conversation: Conversation) -> int:
    """A position's `edits` for a page that shows this conversation and reads its thread after this.

    What changes while the page is made is then told once more, and never missed.
    """
    pk = Conversation._meta.pk.get_db_prep_value(conversation.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(SUM, [pk])
        row = cursor.fetchone()
    return 2 * (row[0] if row else 0) + bool(conversation.temporary_until)


class Running(NamedTuple):
    """The run that writes in a conversation: what its Stop button needs."""

    pk: int
    stop_requested_at: datetime | None


def running(conversation_id: UUID) -> Running | None:
    rows = _running().rows(conversation_id)
    return Running(*rows[0]) if rows else None


@cache
def _running() -> Prepared:
    own = Generation.objects.running().visible().filter(conversation=SOME_UUID).order_by("pk")
    return Prepared(own.values_list(*Running._fields)[:1], SOME_UUID)
