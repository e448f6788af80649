"""What is in the way of a start, in one sentence."""

from __future__ import annotations

from django.conf import settings
from django.db import Error, OperationalError
from django.db.transaction import TransactionManagementError

from streaming.ops.durable import has_no_room

SQLITE_HAS_NO_ROOM = ("database or disk is full", "disk I/O error")


class StartRefused(OperationalError):
    """The site does not start on this database as it stands; the sentence says all."""


def sentence(trouble: Error | OSError) -> str:
    """What to tell the person who starts the site, with what to do."""
    said = one_line(_first(trouble))
    if isinstance(trouble, StartRefused):
        return f"{said}."
    if isinstance(trouble, OSError):
        return _of_a_file(trouble)
    if any(words in said for words in SQLITE_HAS_NO_ROOM):
        return (
            f"The database could not be written ({said}), and is as it was: the disk of "
            f"{settings.DATA_DIR} is full. Make room, then start again."
        )
    return (
        f"The database cannot be used: {said}. "
        f"Check DATABASE_URL, or that {settings.DATA_DIR} is writable and not full."
    )


def one_line(trouble: BaseException) -> str:
    return " ".join(str(trouble).split()).rstrip(".")


def _first(trouble: BaseException) -> BaseException:
    """What came before the complaint that nothing can be done in a transaction that failed."""
    while isinstance(trouble, TransactionManagementError) and trouble.__context__ is not None:
        trouble = trouble.__context__
    return trouble


def _of_a_file(trouble: OSError) -> str:
    place = trouble.filename or settings.DATA_DIR
    if has_no_room(trouble):
        return f"{place} could not be written: the disk is full. Make room, then start again."
    return f"{place} cannot be used ({trouble.strerror}). Make it writable for the site's user."
