"""Writes the index, in the transaction of whoever writes the text."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import DEFAULT_DB_ALIAS, connections

from conversations.models import Conversation, Message, SearchEntry
from conversations.search.index.rows import Ending, Text

FIELDS = [field for field in SearchEntry._meta.concrete_fields if not field.primary_key]
COLUMNS = [field.column for field in FIELDS]
# Written for every text: the ORM takes several times as long to compose such a statement.
ROW = f"({', '.join(['%s'] * len(COLUMNS))})"
WRITE = f"""
INSERT INTO {SearchEntry._meta.db_table} ({", ".join(COLUMNS)})
VALUES {{rows}}
ON CONFLICT (key) DO UPDATE SET {", ".join(f"{each} = excluded.{each}" for each in COLUMNS)}
"""  # noqa: S608 (made of constants)


def index_title(conversation: Conversation) -> None:
    write([SearchEntry(**title_of(conversation).row())])


def index_message(message: Message, ending: Ending | None = None) -> None:
    """Its text as it is now; without `ending` what was known of that stays."""
    if not message.text:
        SearchEntry.objects.filter(message=message).delete()
        return
    write([SearchEntry(**text_of(message).row(ending or _known_ending(message)))])


def title_of(conversation: Conversation) -> Text:
    return Text(
        owner_id=conversation.owner_id,
        conversation_id=conversation.pk,
        message_id=None,
        text=conversation.title,
        written_at=conversation.created_at,
    )


def text_of(message: Message) -> Text:
    return Text(
        owner_id=message.conversation.owner_id,
        conversation_id=message.conversation_id,
        message_id=message.pk,
        text=message.text,
        written_at=message.created_at,
    )


def write(entries: Iterable[SearchEntry]) -> None:
    """Each row new, or in the place of the one about the same text."""
    connection = connections[DEFAULT_DB_ALIAS]
    rows = [
        [field.get_db_prep_save(getattr(entry, field.attname), connection) for field in FIELDS]
        for entry in entries
    ]
    if not rows:
        return
    values = [value for row in rows for value in row]
    with connection.cursor() as cursor:
        cursor.execute(WRITE.format(rows=", ".join([ROW] * len(rows))), values)


def _known_ending(message: Message) -> Ending:
    known = SearchEntry.objects.filter(message=message).values_list("model", "state").first()
    return Ending(*known) if known else Ending()
