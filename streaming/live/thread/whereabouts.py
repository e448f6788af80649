"""Where a thread ends, found in one query: it is asked for every page that opens its socket."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from conversations.models import Conversation
from streaming.live.position import Position

END = """
SELECT conversation.leaf_id, run.id, run.status
FROM conversations_conversation conversation LEFT JOIN streaming_generation run ON run.id = (
    SELECT max(id) FROM streaming_generation
    WHERE message_id = conversation.leaf_id AND undone_at IS NULL
)
WHERE conversation.id = %s AND conversation.owner_id = %s AND conversation.trashed_at IS NULL
"""


def end_of(conversation_id: UUID, owner_id: int) -> Position | None:
    """The last message and how its run stands, not how far; None if it is not the owner's."""
    pk = Conversation._meta.pk.get_db_prep_value(conversation_id, connection)
    with connection.cursor() as cursor:
        cursor.execute(END, [pk, owner_id])
        row = cursor.fetchone()
    if row is None:
        return None
    leaf, generation, status = row
    return Position(leaf, generation, 0, status or "")
