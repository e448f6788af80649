"""An import, a conversation at a time: each is kept together with the report of it, or not at all.

After a crash the file is read again, and what the report tells of is passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, DataError, transaction
from django.db.models import Max

from conversations.access import Person
from conversations.languages.texts import lazy_text
from conversations.transfer.models import Outcome, Transfer
from conversations.transfer.opening.archive_file import ArchiveFile
from conversations.transfer.opening.bounds import Bounds
from conversations.transfer.plain import Refused
from conversations.transfer.reading import Contents, Found
from streaming.transfer import belongings
from streaming.transfer.incoming import attachments, conversations

logger = logging.getLogger(__name__)

FAULT = lazy_text("It could not be imported because of an internal error. The log has the details.")
MOST_IGNORED = 50


def bounds() -> Bounds:
    return Bounds(
        members=settings.IMPORT_FILES,
        unpacked=settings.IMPORT_UNPACKED_BYTES,
        ratio=settings.IMPORT_RATIO,
        element=settings.IMPORT_CONVERSATION_BYTES,
        depth=settings.IMPORT_DEPTH,
    )


def steps(row: Transfer, path: Path) -> Iterator[None]:
    """Each takes at most one conversation. Raises Unreadable, or what the database says."""
    reported = row.outcomes.aggregate(place=Max("place"))["place"]
    after = -1 if reported is None else reported
    with path.open("rb") as file:
        archive = ArchiveFile(file, path.stat().st_size, bounds())
        size = sum(member.size for member in archive.members)
        Transfer.objects.filter(pk=row.pk).update(size=size)
        come = _Come()
        contents = Contents(archive, bounds(), come.to)
        try:
            for place, found in enumerate(contents.found()):
                if place > after:
                    attachments.bring(row.owner, found.thread, archive)
                    _take(row, place, found, come.bytes)
                yield
        finally:
            row.options["ignored"] = [name for name in contents.ignored if name][:MOST_IGNORED]
            Transfer.objects.filter(pk=row.pk).update(options=row.options, done=come.bytes)


class _Come:
    """How far the file was read."""

    bytes = 0

    def to(self, count: int) -> None:
        self.bytes = count


def _take(row: Transfer, place: int, found: Found, done: int) -> None:
    with transaction.atomic():
        outcome = outcome_of(row.owner, found)
        if outcome is not None:
            outcome.transfer, outcome.place = row, place
            outcome.title = (found.title or outcome.title)[:200]
            outcome.save()
        Transfer.objects.filter(pk=row.pk).update(done=done)


def outcome_of(owner: Person, found: Found) -> Outcome | None:
    """What became of it, not saved yet; None for what is no conversation. All or nothing."""
    try:
        with transaction.atomic():
            if found.account is not None:
                belongings.take(owner, found.account)
                return None
            if found.thread is None:
                return Outcome(what=Outcome.What.REFUSED, why=found.why)
            taken = conversations.take(owner, found.thread)
    except Refused as refusal:
        return Outcome(what=Outcome.What.REFUSED, why=str(refusal))
    except Exception as trouble:
        if isinstance(trouble, DatabaseError) and not isinstance(trouble, DataError):
            raise  # it is away, and the same will work later
        logger.exception("A conversation of an import could not be taken")
        return Outcome(what=Outcome.What.REFUSED, why=str(FAULT))
    return Outcome(
        what=taken.what,
        title=taken.conversation.title,
        conversation=taken.conversation,
        messages=taken.messages,
        not_shown={word: count for word, count in taken.not_shown.items() if count},
    )
