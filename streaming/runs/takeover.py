"""Unfinished answers of a stopped or dead process, taken over by one that lives (AUTO_RESUME).

Each is resumed as an automatic resume does it: in the same message, by the planner's way, with the
joint checked. Of several processes that look, one begins: a conversation runs one at a time.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from conversations.models import Conversation
from streaming.journal import constraints
from streaming.models import Generation
from streaming.runs.auto_resume import NotResumable, begin_after, resumed_in_vain
from streaming.runs.job import Job, job_for
from streaming.runs.runner import Runner
from streaming.runs.standing import standing_runs

logger = logging.getLogger(__name__)

LEFT_WITHIN = timedelta(minutes=10)
"""What was left longer ago is no surprise any more; clocks of machines may differ by a minute."""


class TakeOver:
    """Begins the runs that resume them. Call it from one thread at a time."""

    def __init__(self, runner: Runner, worker_id: int, most_in_a_row: int) -> None:
        self._runner = runner
        self._worker_id = worker_id
        self._most_in_a_row = most_in_a_row
        self._given_up: set[int] = set()

    def take(self, most: int) -> list[Job]:
        """The jobs of up to so many unfinished answers; they are this process's now."""
        orphans = list(left_behind())
        self._given_up.intersection_update(generation.pk for generation in orphans)
        left = [generation for generation in orphans if generation.pk not in self._given_up]
        taken = []
        for generation in left[: max(most, 0)]:
            try:
                taken.append(self._begin(generation.pk))
            except NotResumable:
                self._given_up.add(generation.pk)
            except IntegrityError as trouble:
                if constraints.broken(trouble) != constraints.ONE_RUNNING:
                    raise
                self._given_up.add(generation.pk)
        if taken:
            logger.warning("Took over %d unfinished answers of another process", len(taken))
        return taken

    def _begin(self, pk: int) -> Job:
        with transaction.atomic():
            generation = _held(pk)
            generations = standing_runs(generation.message.generations.all())
            resumes = resumed_in_vain(generations, generation.message.text)
            if resumes >= self._most_in_a_row or not self._runner.offers(generation.provider):
                raise NotResumable
            config = self._runner.provider(generation.provider).config
            refused = self._runner.refused_prefill
            after, way = begin_after(generation, config, refused, worker_id=self._worker_id)
            return job_for(after, way, resumes=resumes + 1)


def left_behind() -> QuerySet[Generation]:
    """The last runs of conversations that no process ended in order, oldest first."""
    interrupted = (
        Generation.objects.standing()
        .visible()
        .filter(
            status=Generation.Status.INTERRUPTED,
            ended_at__gt=timezone.now() - LEFT_WITHIN,
            conversation__leaf=F("message"),
            stop_requested_at=None,
            replaced=None,
            requested_by__isnull=False,
        )
    )
    return interrupted.exclude(conversation__generations__pk__gt=F("pk")).order_by("pk")


def _held(pk: int) -> Generation:
    """The row as it stands, in its conversation held; NotResumable if it is not left behind now:
    what was asked before it was held may have changed while this waited.
    """
    held = (
        Conversation.objects.select_for_update(of=("self",), no_key=True)
        .filter(generations=pk)
        .first()
    )
    if held is None:
        raise NotResumable
    now = left_behind().select_related("message", "conversation").filter(pk=pk).first()
    if now is None:
        raise NotResumable
    return now
