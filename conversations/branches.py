"""Branches of a conversation, read from their end: a page needs only the newest messages.

The database follows a branch from message to parent, so the cost depends on how many messages are
asked for, not on how long the conversation is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

from django.db import connection

from conversations.models import Conversation, Message

MESSAGES = 40
CHARACTERS = 60_000
FEWEST = 2
"""A prompt and its answer are shown together, however long they are."""

AT_ONCE = 500
"""How many messages one query reads where all are asked for."""

FARTHEST = 10
"""How many times as much is shown at most, so that a link can reach a message farther up."""

UP = """
WITH RECURSIVE up(id, parent_id, step) AS (
    SELECT id, parent_id, 1 FROM conversations_message WHERE id = %s
    UNION ALL
    SELECT parent.id, parent.parent_id, up.step + 1
    FROM up JOIN conversations_message parent ON parent.id = up.parent_id
    WHERE up.step < %s
)
"""
SIZES = f"""{UP}
SELECT message.id, length(message.text)
FROM up JOIN conversations_message message ON message.id = up.id
ORDER BY step
"""  # noqa: S608 (made of constants)
HISTORY = f"""{UP}
SELECT message.id, message.role, message.text, message.starts_at IS NOT NULL,
    message.summary_from, message.summary_to, message.has_files,
    message.tool_calls, message.parts
FROM up JOIN conversations_message message ON message.id = up.id
ORDER BY step DESC
"""  # noqa: S608 (made of constants)
END = """
WITH RECURSIVE down(id) AS (
    SELECT id FROM conversations_message WHERE id = %s
    UNION ALL
    SELECT (
        SELECT max(child.id) FROM conversations_message child
        WHERE child.parent_id = down.id AND child.deletion_id IS NULL
    )
    FROM down WHERE down.id IS NOT NULL
)
SELECT max(id) FROM down
"""
FOLLOWS = """
WITH RECURSIVE up(id, parent_id) AS (
    SELECT id, parent_id FROM conversations_message WHERE id = %s
    UNION ALL
    SELECT parent.id, parent.parent_id
    FROM up JOIN conversations_message parent ON parent.id = up.parent_id
    WHERE up.parent_id >= %s
)
SELECT count(*) FROM up WHERE id = %s
"""
CHILDREN = """
SELECT parent_id, id FROM conversations_message
WHERE deletion_id IS NULL AND parent_id IN ({places})
"""
FIRST_ONES = """
UNION ALL
SELECT parent_id, id FROM conversations_message
WHERE deletion_id IS NULL AND conversation_id = %s AND parent_id IS NULL
"""
ENDLESS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive messages of one branch, oldest first; `earlier`: others precede them."""

    messages: Sequence[Message] = ()
    earlier: bool = False


class PlainMessage(NamedTuple):
    """A message as a request for a model needs it; `starts`: models are sent nothing before it.

    `summary_from`, `summary_to` and `has_files` are as in `Message`; `calls` and `parts` are its
    tool calls and parts as JSON, which few have.
    """

    pk: int
    role: str
    text: str
    starts: bool = False
    summary_from: int | None = None
    summary_to: int | None = None
    has_files: bool | None = None
    calls: str = "[]"
    parts: str = "[]"

    @property
    def has_calls(self) -> bool:
        return self.calls != "[]"


def newest(conversation: Conversation, most: int = MESSAGES) -> Stretch:
    """The end of the branch that is shown, as of now and not of when the row was read."""
    row = Conversation.everything.filter(pk=conversation.pk).values_list("leaf", flat=True)
    conversation.leaf_id = row.first()
    return ending_with(conversation, conversation.leaf_id, most)


def ending_with(conversation: Conversation, leaf_id: int | None, most: int = MESSAGES) -> Stretch:
    """The messages down to `leaf_id`, as many as a page shows at once."""
    return _stretch(conversation, _rows(SIZES, leaf_id, most + 1), most, CHARACTERS)


def reaching(conversation: Conversation, leaf_id: int | None, first_id: int) -> Stretch:
    """The messages from `first_id` down to `leaf_id`, and at least as many as a page shows.

    If that is too much, only the last part of it.
    """
    farthest = FARTHEST * MESSAGES
    sizes = _rows(SIZES, leaf_id, farthest + 1)
    needed = next((steps for steps, (pk, _) in enumerate(sizes, 1) if pk == first_id), 0)
    if len(sizes) > farthest and sizes[-1][0] >= first_id:  # farther up: a parent is always older
        needed = farthest
    most = min(max(needed, MESSAGES), farthest)
    return _stretch(conversation, sizes[: most + 1], most, FARTHEST * CHARACTERS)


def _stretch(
    conversation: Conversation, sizes: Sequence[tuple[int, int]], most: int, characters: int
) -> Stretch:
    """Of these messages with their lengths, those that fit; further ones mean that more precede."""
    totals = accumulate(size for _, size in sizes)
    fitting = sum(1 for total in totals if total <= characters)
    shown = [pk for pk, _ in sizes][: min(most, max(fitting, FEWEST))]
    return Stretch(_load(conversation, shown[::-1]), len(shown) < len(sizes))


def whole(conversation: Conversation, leaf_id: int | None) -> Stretch:
    """Every message down to `leaf_id`, to be printed."""
    pks = [pk for pk, _ in _rows(SIZES, leaf_id, ENDLESS)][::-1]
    parts = (pks[at : at + AT_ONCE] for at in range(0, len(pks), AT_ONCE))
    return Stretch([message for part in parts for message in _load(conversation, part)])


def lineage(leaf_id: int | None, most: int = MESSAGES) -> list[int]:
    """A message and its ancestors, nearest first."""
    return [pk for pk, _ in _rows(SIZES, leaf_id, most)]


def follows(message_id: int, first_id: int) -> bool:
    """Whether a message is that one, or comes after it in a branch. A parent always is older, so
    what precedes `first_id` is not read.
    """
    with connection.cursor() as cursor:
        cursor.execute(FOLLOWS, [message_id, first_id, first_id])
        (number,) = cursor.fetchone()
    return bool(number)


def end_below(message_id: int) -> int:
    """The end of the branch with that message: always its newest reply, and of that the newest."""
    with connection.cursor() as cursor:
        cursor.execute(END, [message_id])
        (end,) = cursor.fetchone()
    return int(end)


def history(leaf_id: int | None, most: int = ENDLESS) -> list[PlainMessage]:
    """Every message from the first one down to `leaf_id`, oldest first, or the last `most`."""
    return [PlainMessage(*row) for row in _rows(HISTORY, leaf_id, most)]


def sent(turns: Sequence[PlainMessage]) -> Sequence[PlainMessage]:
    """Those of a history that models are sent: from the last one on that is a start."""
    first = next((at for at in range(len(turns) - 1, -1, -1) if turns[at].starts), 0)
    return turns[first:]


def asked(leaf_id: int | None, most: int = ENDLESS) -> Sequence[PlainMessage]:
    """What models are sent for an answer to this prompt, or for this one while it is empty."""
    turns = sent(history(leaf_id, most))
    said = [turn for turn in turns[-2:] if turn.text]
    if not said or said[-1].summary_to is None:
        return turns
    above = history(said[-1].summary_to, most)
    first = next((at for at, turn in enumerate(above) if turn.pk == said[-1].summary_from), 0)
    return [*above[first:], *turns]


def _rows(query: str, leaf_id: int | None, most: int) -> list[Any]:
    if leaf_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(query, [leaf_id, most])
        rows: list[Any] = cursor.fetchall()
    return rows


def _load(conversation: Conversation, pks: Sequence[int]) -> list[Message]:
    """The rows in this order."""
    found = Message.objects.in_bulk(pks)
    messages = [found[pk] for pk in pks if pk in found]
    for message in messages:
        message.conversation = conversation
    return messages


def siblings(messages: Sequence[Message]) -> dict[int, list[int]]:
    """By message of one conversation: all that have the same parent, itself among them."""
    parents = {message.parent_id for message in messages} - {None}
    children: dict[int | None, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(*_children(parents, messages))
        for parent, pk in cursor.fetchall():
            children[parent].append(pk)
    return {message.pk: children[message.parent_id] for message in messages}


def _children(parents: Set[int | None], messages: Sequence[Message]) -> tuple[str, list[Any]]:
    """The query for all that have one of these parents, and its values."""
    places = ", ".join(["%s"] * len(parents)) or "NULL"
    query, values = CHILDREN.format(places=places), list[Any](parents)
    if any(message.parent_id is None for message in messages):
        conversation = messages[0].conversation_id
        query += FIRST_ONES
        values.append(Conversation._meta.pk.get_db_prep_value(conversation, connection))
    return f"{query} ORDER BY 2", values
