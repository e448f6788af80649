"""The rows of a line, in transactions in which the caller holds the conversation.

Every change counts the `revision` of its row up, by which pages see that theirs is old.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from conversations.files import attached
from conversations.models import Conversation
from streaming.catalog.model_menu import ModelChoice
from streaming.error_messages import prompts_in_line as sentences
from streaming.error_messages import replies
from streaming.models import QueuedPrompt
from streaming.runs.refusals import Refused, TooMuch


def find(thread: Conversation, key: UUID) -> QueuedPrompt | None:
    """The prompt of that key, if it is in line."""
    return thread.queued_prompts.standing().filter(key=key).first()


def find_any(thread: Conversation, key: UUID) -> QueuedPrompt | None:
    """The prompt of that key, in line or taken out of it."""
    return thread.queued_prompts.filter(key=key).first()


def add(
    thread: Conversation,
    key: UUID,
    text: str,
    choice: ModelChoice,
    *,
    urgent: bool,
    files: Sequence[UUID] = (),
) -> QueuedPrompt:
    """At the end, with files that are no drafts any more. Raises TooMuch, Refused."""
    check_room(thread, text)
    try:
        attached.claim(thread.owner_id, files)
    except attached.Gone:
        raise Refused(replies.FILE_GONE) from None
    last = thread.queued_prompts.aggregate(last=Max("place"))["last"]
    return QueuedPrompt.objects.create(
        conversation=thread,
        key=key,
        place=0 if last is None else last + 1,
        text=text,
        provider=choice.provider,
        model=choice.model,
        parameters=thread.parameters,
        files=[str(pk) for pk in files],
        urgent=urgent,
    )


def check_room(thread: Conversation, text: str, besides: QueuedPrompt | None = None) -> None:
    """Raises TooMuch if the line has no room for the text, in place of `besides` if that is one."""
    rows = thread.queued_prompts.standing()
    others = rows.exclude(pk=besides.pk) if besides else rows
    texts = list(others.values_list("text", flat=True))
    if len(texts) >= settings.QUEUED_PROMPTS:
        raise TooMuch(sentences.full(settings.QUEUED_PROMPTS))
    size = sum(len(each.encode()) for each in (*texts, text))
    if size > settings.QUEUED_BYTES:
        raise TooMuch(sentences.too_large(size, settings.QUEUED_BYTES))


def files_held() -> set[UUID]:
    """Those that prompts in line are sent with."""
    rows = QueuedPrompt.objects.exclude(files=[])
    return {pk for row in rows.only("files") for pk in row.file_ids}


def change(prompts: QuerySet[QueuedPrompt], **fields: Any) -> None:
    prompts.update(revision=F("revision") + 1, **fields)


def change_one(prompt: QueuedPrompt, **fields: Any) -> None:
    """A row that is so already is left alone: a form that comes again changes nothing."""
    if any(getattr(prompt, name) != value for name, value in fields.items()):
        change(QueuedPrompt.objects.filter(pk=prompt.pk), **fields)


def take_out(prompt: QueuedPrompt) -> None:
    change_one(prompt, removed_at=timezone.now(), editing=False, urgent=False)


def put_back(prompt: QueuedPrompt) -> None:
    """To where it stood."""
    change_one(prompt, removed_at=None)


def forget_removed() -> None:
    """Delete the text of those that are not offered to be put back any more, and later the rows: as
    long as one is there, a request that comes again puts nothing back. Looks first, for it may not
    write each time.
    """
    now = timezone.now()
    long_ago = now - timedelta(seconds=2 * settings.QUEUED_UNDO_SECONDS)
    if (old := QueuedPrompt.objects.filter(removed_at__lt=long_ago).exclude(text="")).exists():
        old.update(text="", files=[])
    forgotten = now - timedelta(seconds=settings.QUEUED_RETRY_SECONDS)
    if (older := QueuedPrompt.objects.filter(removed_at__lt=forgotten)).exists():
        older.delete()


def place_next_to(prompt: QueuedPrompt, other: QueuedPrompt, *, after: bool) -> None:
    """Directly before the other, or after it."""
    rows = [each for each in _in_order(prompt.conversation) if each.pk != prompt.pk]
    at = next((index for index, each in enumerate(rows) if each.pk == other.pk), None)
    if at is not None:
        rows.insert(at + after, prompt)
        _number(rows)


def place_first(prompt: QueuedPrompt) -> None:
    rows = [each for each in _in_order(prompt.conversation) if each.pk != prompt.pk]
    _number([prompt, *rows])


def hold_back(thread: Conversation, why: str) -> None:
    """All that wait are held from now on, until a person sends them."""
    change(thread.queued_prompts.waiting(), held=why, urgent=False)


def release_after(prompt: QueuedPrompt) -> None:
    """What follows it in the line waits again."""
    rows = [each.pk for each in _in_order(prompt.conversation)]
    later = rows[rows.index(prompt.pk) + 1 :]
    change(QueuedPrompt.objects.filter(pk__in=later).exclude(held=""), held="")


def _in_order(thread: Conversation) -> Sequence[QueuedPrompt]:
    return list(thread.queued_prompts.standing())


def _number(rows: Iterable[QueuedPrompt]) -> None:
    for place, each in enumerate(rows):
        if each.place != place:
            change_one(each, place=place)
