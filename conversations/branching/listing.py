"""All branches of a conversation, newest first, as its list shows them.

What it costs grows with the messages of the conversation, so its pages ask for it only on request.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models.functions import Substr

from conversations.models import Conversation, Message

AT_ONCE = 100
BEGINNING = 160
"""Characters that are shown of a prompt and of an answer."""

ENDS = """
SELECT message.id FROM conversations_message message
WHERE message.conversation_id = %s AND message.deletion_id IS NULL AND message.id < %s
    AND NOT EXISTS (
        SELECT 1 FROM conversations_message reply
        WHERE reply.parent_id = message.id AND reply.deletion_id IS NULL
    )
ORDER BY message.id DESC LIMIT %s
"""
NEWEST = 2**63 - 1


class Branch(NamedTuple):
    """A branch by its last message: how its last prompt and that one's answer begin."""

    pk: int
    prompt: str
    answer: str
    written_at: datetime
    is_shown: bool


class BranchList(NamedTuple):
    """Some branches; the next ones end before the message `earlier`."""

    branches: Sequence[Branch]
    earlier: int | None


def branches(conversation: Conversation, before: int = NEWEST) -> BranchList:
    ends = _ends(conversation, before)
    shown = ends[:AT_ONCE]
    rows = Message.objects.filter(pk__in=shown).annotate(
        beginning=Substr("text", 1, BEGINNING), asked=Substr("parent__text", 1, BEGINNING)
    )
    listed = [
        Branch(
            pk,
            asked or "" if role == Message.Role.ASSISTANT else beginning,
            beginning if role == Message.Role.ASSISTANT else "",
            written_at,
            pk == conversation.leaf_id,
        )
        for pk, role, beginning, asked, written_at in rows.order_by("-pk").values_list(
            "pk", "role", "beginning", "asked", "created_at"
        )
    ]
    return BranchList(listed, shown[-1] if len(ends) > AT_ONCE else None)


def _ends(conversation: Conversation, before: int) -> list[int]:
    pk = Conversation._meta.pk.get_db_prep_value(conversation.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(ENDS, [pk, before, AT_ONCE + 1])
        return [end for (end,) in cursor.fetchall()]
