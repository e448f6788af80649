"""Ends the runs of processes that died: `interrupted`, with all their text."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db.models import Q

from streaming.cluster import leases
from streaming.journal import store
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation

logger = logging.getLogger(__name__)

INTERRUPTED = RunFacts(Generation.Status.INTERRUPTED, error_code="interrupted")


def reap(me: int | None = None) -> list[UUID]:
    """End every running generation that nobody alive holds; the conversations they were in.

    The worker who looks lives, however long it slept just now: a pause never ends its own runs.
    """
    dead = [worker for worker in leases.dead_workers() if worker.pk != me]
    orphans = Generation.objects.running().filter(Q(worker__in=dead) | Q(worker=None))
    ended = [
        generation.conversation_id
        for generation in orphans
        if store.close(generation.pk, INTERRUPTED)
    ]
    if ended:
        logger.warning("Ended %d answers that a stopped server left unfinished", len(ended))
    for worker in dead:
        leases.forget(worker)
    return ended
