"""The messages around one: what the page of a conversation shows when somebody comes for it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from django.db import connection

from conversations import branches
from conversations.branches import Stretch
from conversations.models import Conversation, Message

BEFORE = 20
AFTER = 12
CHARACTERS = branches.CHARACTERS // 2
"""How much of what follows is shown."""

PATH = """
WITH RECURSIVE up(id, parent_id, step) AS (
    SELECT id, parent_id, 1 FROM conversations_message WHERE id = %s
    UNION ALL
    SELECT parent.id, parent.parent_id, up.step + 1
    FROM up JOIN conversations_message parent ON parent.id = up.parent_id
    WHERE up.parent_id >= %s
)
SELECT id FROM up ORDER BY step
"""
"""Up to that message, if it is there. What precedes it is not read: a parent always is older."""
DOWN = """
WITH RECURSIVE down(id, step) AS (
    SELECT CAST(%s AS bigint), 1
    UNION ALL
    SELECT (
        SELECT max(reply.id) FROM conversations_message reply
        WHERE reply.parent_id = down.id AND reply.deletion_id IS NULL
    ), down.step + 1
    FROM down WHERE down.id IS NOT NULL AND down.step < %s
)
SELECT id FROM down WHERE id IS NOT NULL ORDER BY step
"""


@dataclass(frozen=True, slots=True)
class Landing:
    """`latest`: these are the newest messages of the thread; `elsewhere`: on another branch.

    `later` is the message before which the next messages lie, if there are many.
    """

    stretch: Stretch
    latest: bool = False
    elsewhere: bool = False
    later: int | None = None


def around(conversation: Conversation, message: Message) -> Landing:
    newest = branches.newest(conversation)
    if message.pk in [each.pk for each in newest.messages]:
        return Landing(newest, latest=True)
    path = _ids(PATH, conversation.leaf_id, message.pk)
    if message.pk in path:
        at = path.index(message.pk)
        following = path[max(0, at - AFTER) : at][::-1]
        beyond = at - AFTER - branches.MESSAGES
        later = path[beyond] if beyond >= 0 else None
        return Landing(_stretch(conversation, message, following), later=later)
    following = _ids(DOWN, message.pk, AFTER + 1)[1:]
    return Landing(_stretch(conversation, message, following), elsewhere=True)


def _stretch(conversation: Conversation, message: Message, following: list[int]) -> Stretch:
    """The message with those before it, and as many of the following as fit."""
    before = branches.ending_with(conversation, message.pk, BEFORE)
    found = Message.objects.in_bulk(following)
    later = [found[pk] for pk in following if pk in found]
    totals = accumulate(len(each.text) for each in later)
    fitting = [each for each, total in zip(later, totals, strict=True) if total <= CHARACTERS]
    for each in fitting:
        each.conversation = conversation
    return Stretch([*before.messages, *fitting], before.earlier)


def _ids(statement: str, message_id: int | None, bound: int) -> list[int]:
    if message_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, [message_id, bound])
        return [pk for (pk,) in cursor.fetchall()]
