"""Emptying the trash: what is due goes for good, a bounded piece at a time.

A piece is one short transaction, and between two of them everybody else has a turn, so no stop and
no answer waits for it. Afterwards the index of the search forgets the words, and on SQLite the
write-ahead log is emptied, for both hold what the rows no longer do.
"""

from __future__ import annotations

import logging
import time

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from conversations.access import Person
from conversations.files import sweeping
from conversations.models import Deletion
from conversations.search.index import schema
from conversations.trash import purging, temporary
from streaming.models import Generation
from streaming.sqlite import wal
from streaming.trash import actions

logger = logging.getLogger(__name__)

TRUNCATE_EVERY_SECONDS = 0.02
"""How soon a reply tries again to empty the log; in the end a chore does it."""


class Emptying:
    """One process's share of the work. Call it from one thread at a time."""

    def __init__(self) -> None:
        self._done = 0
        self._traces = Traces()

    def take_piece(self) -> bool:
        """Do one piece; False if nothing is left for now."""
        deletion = purging.next_doomed(after=self._done)
        if deletion is not None:
            self._traces = Traces()
            if not _purge_together(Q(pk__gte=deletion.pk)) and not _purge_piece(deletion):
                self._done = deletion.pk
            return True
        self._done = 0
        if doom_due():
            return True
        purging.forget_finished(timezone.now())
        return self._traces.forget_piece()


class Traces:
    """What a database keeps of deleted rows: to be forgotten once, also after a process died."""

    def __init__(self) -> None:
        self._is_begun = self._words_are_gone = self._log_is_empty = False

    def forget_piece(self) -> bool:
        """Forget some; False if nothing is left, or somebody reads what is left just now."""
        if not self._words_are_gone:
            self._words_are_gone = not schema.forget_piece(connection, first=not self._is_begun)
            self._is_begun = True
            return True
        if not self._log_is_empty:
            self._log_is_empty = wal.truncate(connection)
        return False

    @property
    def are_forgotten(self) -> bool:
        return self._log_is_empty


def empty_soon(user: Person, seconds: float) -> None:
    """Delete what this person doomed, as far as that takes no longer; the chore does the rest."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and _purge_together(Q(owner_id=user.pk)):
        pass
    own = Deletion.objects.filter(purging.doomed(), owner_id=user.pk).order_by("pk")
    for deletion in own[: purging.DOOMED_AT_ONCE]:
        while _purge_piece(deletion):
            if time.monotonic() > end:
                return
    sweeping.sweep_piece(user.pk)
    traces = Traces()
    while not traces.are_forgotten and time.monotonic() < end:
        if not traces.forget_piece():
            time.sleep(TRUNCATE_EVERY_SECONDS)


def doom_due() -> bool:
    """Doom some of what was kept for its time; whether there was any."""
    now = timezone.now()
    over = temporary.expired(now)
    for pk in over:
        actions.end_temporary(pk, now)
    return bool(purging.doom_expired(now) or over)


def _purge_together(which: Q) -> bool:
    """The next few conversations in one piece; False if they are not small, or not several."""
    rows = Deletion.objects.filter(which, purging.doomed()).order_by("pk")
    some = dict(rows.values_list("pk", "conversation_id")[: purging.TOGETHER])
    running = Generation.objects.running().filter(conversation__in=some.values())
    for conversation_id in set(running.values_list("conversation_id", flat=True)):
        actions.stop_writing(conversation_id)
    return purging.purge_together(list(some))


def _purge_piece(deletion: Deletion) -> bool:
    if deletion.conversation_id is not None:
        actions.stop_writing(deletion.conversation_id)
    return purging.purge_some(deletion.pk)
