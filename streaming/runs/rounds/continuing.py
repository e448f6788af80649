"""From a run that ended with calls to the one that runs them, without anybody being asked.

The run that made them is closed and the next is begun in one transaction, so that no reader sees a
gap, and no call is left behind by a process that dies in between.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction

from streaming.journal import store
from streaming.journal.entries import Fenced
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation
from streaming.runs.history import turns
from streaming.runs.job import Job, job_for


class NothingDue(Exception):
    """The model waits for nothing, or nobody wants more of it."""


def close_and_continue(job: Job, facts: RunFacts) -> Job | None:
    """End the run and begin the next. None, with nothing done, if somebody has to decide first or a
    stop was asked for. Raises Fenced if the run was taken away.
    """
    try:
        with transaction.atomic():
            if not store.close(job.generation_id, facts, epoch=job.epoch):
                raise Fenced
            return _next(job)
    except NothingDue:
        return None


def _next(job: Job) -> Job:
    related = Generation.objects.defer(None).select_related("message__conversation", "conversation")
    ended = related.get(pk=job.generation_id)
    if ended.stop_requested_at or not turns.is_due(ended.message):
        raise NothingDue
    return job_for(begin(ended, worker_id=ended.worker_id), rounds=job.rounds + 1)


def begin(ended: Generation, *, worker_id: int | None) -> Generation:
    """The run that continues after an ended one as it was asked itself."""
    return Generation.objects.create(
        conversation=ended.conversation,
        message=ended.message,
        requested_by_id=ended.requested_by_id,
        request_key=uuid4(),
        provider=ended.provider,
        model=ended.model,
        sent=ended.sent,
        automatic=True,
        start_offset=len(ended.message.text),
        worker_id=worker_id,
    )
