"""What the database holds of answers, read together: messages, their runs and their siblings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from conversations import branches
from conversations.branches import AT_ONCE
from conversations.models import Message
from streaming.models import Generation


class AnswerRows(NamedTuple):
    """A message, all its generations in order, and the messages that share its parent.

    The text is at least as new as the generations.
    """

    message: Message
    generations: Sequence[Generation]
    siblings: Sequence[int]


def load(message_id: int) -> AnswerRows:
    message = Message.objects.select_related("conversation").get(pk=message_id)
    return load_all([message])[message_id]


def load_all(messages: Sequence[Message]) -> dict[int, AnswerRows]:
    """By message, for messages of one branch, in order. Of them only the last one can be written.

    So its text is read again after the generations: a run may have ended in between.
    """
    parts = (messages[at : at + AT_ONCE] for at in range(0, len(messages), AT_ONCE))
    rows = {pk: row for part in parts for pk, row in _load(part).items()}
    for last in messages[-1:]:
        last.read_text_again()
    return rows


def just_made(messages: Sequence[Message], generation: Generation) -> dict[int, AnswerRows]:
    """By message, for those that were made a moment ago together with this one generation."""
    siblings, answer = branches.siblings(messages), generation.message_id
    return {
        each.pk: AnswerRows(each, [generation] if each.pk == answer else [], siblings[each.pk])
        for each in messages
    }


def _load(messages: Sequence[Message]) -> dict[int, AnswerRows]:
    generations: dict[int, list[Generation]] = defaultdict(list)
    for each in Generation.objects.filter(message__in=messages).order_by("pk"):
        generations[each.message_id].append(each)
    siblings = branches.siblings(messages)
    return {
        message.pk: AnswerRows(message, generations[message.pk], siblings[message.pk])
        for message in messages
    }
