"""Which files hang on which messages.

A message says by `has_files` whether to look: of those without files nobody asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Max

from conversations.files.models import Attachment, File
from conversations.models import Message


class Gone(Exception):
    """One of the files is not there any more, or never was this person's."""


def files_of(message_ids: Iterable[int]) -> dict[int, list[File]]:
    """By message its files, in their order; those without files are left out. One query."""
    wanted = list(message_ids)
    found: dict[int, list[File]] = defaultdict(list)
    if wanted:
        rows = Attachment.objects.filter(message_id__in=wanted).select_related("file")
        for row in rows:
            found[row.message_id].append(row.file)
    return dict(found)


def of_messages(messages: Iterable[Message]) -> dict[int, list[File]]:
    """The same for rows of messages; no query where none has files."""
    return files_of([message.pk for message in messages if message.has_files])


def own(owner_id: int, ids: Sequence[UUID]) -> list[File]:
    """This person's files of these ids, in this order, held until the transaction ends.

    Raises Gone.
    """
    rows = File.objects.select_for_update(no_key=True).filter(owner_id=owner_id, doomed_at=None)
    found = rows.in_bulk(ids)
    if any(pk not in found for pk in ids):
        raise Gone
    return [found[pk] for pk in dict.fromkeys(ids)]


def attach(message: Message, owner_id: int, ids: Sequence[UUID]) -> None:
    """Hang them on a message of this person, after those that hang there. Call it in the
    transaction that makes the message. Raises Gone.
    """
    if ids:
        hang(message, own(owner_id, ids))


def copy(pairs: Iterable[tuple[Message, Message]]) -> None:
    """Hang what hangs on the first of each pair on the second, which was just made of it."""
    of = {original.pk: made for original, made in pairs if original.has_files}
    if of:
        rows = Attachment.objects.filter(message__in=of)
        Attachment.objects.bulk_create(
            Attachment(message=of[row.message_id], file_id=row.file_id, place=row.place)
            for row in rows
        )


def claim(owner_id: int, ids: Sequence[UUID]) -> None:
    """They are no drafts any more, though no message has them yet: whoever keeps them tells the
    sweep. Raises Gone.
    """
    if ids:
        own(owner_id, ids)
        File.objects.filter(pk__in=ids).update(is_draft=False)


def hang(message: Message, files: Sequence[File]) -> None:
    """As `attach`, for files that were held in this transaction, or made in it."""
    last = message.attachments.aggregate(last=Max("place"))["last"] if message.has_files else None
    first = 0 if last is None else last + 1
    Attachment.objects.bulk_create(
        Attachment(message=message, file=file, place=place)
        for place, file in enumerate(files, first)
    )
    File.objects.filter(pk__in=[file.pk for file in files], is_draft=True).update(is_draft=False)
    message.has_files = True
    Message.everything.filter(pk=message.pk).update(has_files=True)
