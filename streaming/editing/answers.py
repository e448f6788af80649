"""Answers in a person's own words: each edit is a segment of its own, which can be undone.

It is kept as a generation that ended when it was made, with the piece of text that it replaced.
It stands as the last of the answer's, so it ends as the answer did: what was interrupted can be
resumed, from the edited text. Segments are undone from the last one back, so the original always
comes back exactly.
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone

from conversations.access import Person
from conversations.answers import parts
from conversations.models import Message
from streaming import actions
from streaming.error_messages import replies
from streaming.journal import searchable, store
from streaming.models import Generation
from streaming.runs.refusals import Refused, refusal
from streaming.runs.standing import last_run


class Change(NamedTuple):
    """Between two texts: from `start` on, `before` was replaced by `after`."""

    start: int
    before: str
    after: str


def change(before: str, after: str) -> Change:
    """The least that makes the second text of the first one."""
    start = _common(before, after, from_end=False)
    end = _common(before[start:], after[start:], from_end=True)
    return Change(start, before[start : len(before) - end], after[start : len(after) - end])


def edit_answer(
    user: Person, key: UUID, message: Message, text: str, base: int | None
) -> Generation | None:
    """Put `text` in the place of the answer's, as it stood when generation `base` was its last.

    None if that is the text already.
    """
    own = uuid5(key, text)
    if made := _made(user, own):
        return made
    try:
        with transaction.atomic():
            return _edit(user, own, message, text, base)
    except IntegrityError as trouble:
        if made := _made(user, own):
            return made
        raise refusal(trouble) from trouble


def undo_edit(generation: Generation) -> None:
    """Bring back what the edit replaced; nothing is done if it was undone before."""
    with transaction.atomic():
        now = actions.as_it_stands(generation.message)
        generation.refresh_from_db(fields=["undone_at"])
        if generation.undone_at is not None:
            return
        last = last_run(now.generations.all())
        if not generation.is_edit or last != generation:
            raise Refused(replies.NOTHING_TO_UNDO_HERE)
        original = store.original(generation.pk)
        now.text = (
            now.text[: generation.start_offset] + original + now.text[generation.end_offset :]
        )
        before = generation.end_offset - generation.start_offset
        now.parts = parts.restored(now.parts, generation.start_offset, before, len(original))
        Generation.objects.filter(pk=generation.pk).update(undone_at=timezone.now())
        _write(now)
    actions.tell(generation.conversation)


def _edit(
    user: Person, key: UUID, message: Message, text: str, base: int | None
) -> Generation | None:
    now = actions.as_it_stands(message)
    last = last_run(now.generations.all())
    if last is not None and last.status == Generation.Status.RUNNING:
        raise Refused(replies.STILL_WRITTEN)
    if (last.pk if last else None) != base:
        raise Refused(replies.ANSWER_CHANGED)
    if text == _as_typed(now.text):
        return None
    made = change(now.text, text)
    generation = Generation.objects.create(
        conversation=now.conversation,
        message=now,
        requested_by_id=user.pk,
        request_key=key,
        start_offset=made.start,
        end_offset=made.start + len(made.after),
        replaced=len(made.before),
        ended_at=timezone.now(),
        **_ending(now, last),
    )
    store.keep_original(generation.pk, made.before)
    now.text = text
    now.parts = parts.edited(now.parts, made.start, len(made.before), len(made.after))
    _write(now)
    transaction.on_commit(lambda: actions.tell(now.conversation))
    return generation


def _ending(message: Message, last: Generation | None) -> dict[str, object]:
    """How the edited answer stands: as it did before."""
    if last is None:
        model = {"provider": message.conversation.provider, "model": message.conversation.model}
        return {"status": Generation.Status.FINISHED, **model}
    names = ("provider", "model", "status", "finish_reason", "error_code", "error_message")
    return {name: getattr(last, name) for name in names}


def _write(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(text=message.text, parts=message.parts)
    searchable.index(message)


def _made(user: Person, key: UUID) -> Generation | None:
    return Generation.objects.filter(requested_by_id=user.pk, request_key=key).first()


def _as_typed(text: str) -> str:
    """As a form sends it back that nobody changed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _common(one: str, other: str, *, from_end: bool) -> int:
    """How many characters both begin with, or end with."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        same = one.endswith(other[-middle:]) if from_end else one.startswith(other[:middle])
        low, high = (middle, high) if same else (low, middle - 1)
    return low
