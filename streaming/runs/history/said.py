"""A branch as turns: its texts, files and calls, and what answers left to be sent back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import NamedTuple, TypeAlias
from uuid import UUID

from django.db.models import Exists, OuterRef

from conversations import branches
from conversations.branches import PlainMessage
from conversations.files import attached
from conversations.files.models import File
from conversations.models import Message
from conversations.prepared import OTHER_TEXT, SOME_TEXT, SOME_UUID, Prepared
from streaming.models import Generation
from streaming.providers.base import ChatMessage, SentFile
from streaming.runs.history import turns
from streaming.runs.history.turns import Turns

SentFiles: TypeAlias = Mapping[int, tuple[SentFile, ...]]
"""By message."""

Opaque: TypeAlias = Mapping[int, Mapping[str, object]]

ONLY_PICTURES = "(The pictures of this answer come with the next prompt.)"
"""What the model reads where it wrote no word, in place of an empty turn."""


class History(NamedTuple):
    """Turns, and by message the files that hang on them."""

    turns: Sequence[PlainMessage]
    files: Mapping[int, Sequence[File]]


class Author(NamedTuple):
    """Which model answers, and in which conversation."""

    conversation_id: UUID
    provider: str
    model: str

    @classmethod
    def of(cls, generation: Generation) -> Author:
        return cls(generation.conversation_id, generation.provider, generation.model)


def read(leaf_id: int | None) -> History:
    """A history down to this message that nobody else waits for while it is read."""
    found = branches.asked(leaf_id)
    return History(found, attached.files_of([turn.pk for turn in found if turn.has_files]))


def said(
    branch: Sequence[PlainMessage], author: Author, files: SentFiles = MappingProxyType({})
) -> tuple[ChatMessage, ...]:
    """The turns that were said; answers that never came are left out.

    Pictures of an answer are shown again by the prompt after it: no format takes them back.
    """
    is_answered = any(turn.role == Message.Role.ASSISTANT for turn in branch)
    opaque = dict(_kept().rows(*author)) if is_answered else {}
    called = [turn.pk for turn in branch if turn.has_calls]
    of_rounds = _of_rounds(called, author) if called else {}
    told: list[ChatMessage] = []
    made: tuple[SentFile, ...] = ()
    for turn in branch:
        own = files.get(turn.pk, ())
        if turn.role == Message.Role.USER:
            if turn.text.strip() or own:
                told.append(ChatMessage("user", turn.text, files=made + own))
                made = ()
            continue
        made += own
        answer = _answer(turn)
        told += answer.messages(of_rounds)
        text = answer.rest or ("" if answer.rounds or not own else ONLY_PICTURES)
        if text.strip():
            back = opaque.get(turn.pk) if not answer.rounds else None
            told.append(ChatMessage("assistant", text, opaque=back))
    return tuple(told)


def own_rounds(message: Message, author: Author) -> tuple[tuple[ChatMessage, ...], str]:
    """The rounds of an answer that is to be continued, and its text after them."""
    found = turns.of_message(message)
    opaque = _of_rounds([message.pk], author) if found.rounds else {}
    return tuple(found.messages(opaque)), found.rest


def _answer(turn: PlainMessage) -> Turns:
    if not turn.has_calls:
        return Turns([], turn.text)
    return turns.of_rows(turn.text, json.loads(turn.calls), json.loads(turn.parts))


def _of_rounds(message_ids: Sequence[int], author: Author) -> Opaque:
    """What each run of these answers left to be sent back, where this very model wrote it."""
    rows = Generation.objects.filter(
        message__in=message_ids,
        provider=author.provider,
        model=author.model,
        opaque__isnull=False,
        undone_at=None,
    )
    return dict(rows.values_list("pk", "opaque"))


@cache
def _kept() -> Prepared:
    """What answers left to be sent back, where this very model wrote them in one go."""
    others = Generation.objects.filter(message=OuterRef("message")).exclude(pk=OuterRef("pk"))
    kept = Generation.objects.filter(
        ~Exists(others),
        conversation=SOME_UUID,
        provider=SOME_TEXT,
        model=OTHER_TEXT,
        opaque__isnull=False,
    )
    return Prepared(kept.values_list("message_id", "opaque"), SOME_UUID, SOME_TEXT, OTHER_TEXT)
