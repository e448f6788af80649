"""An answer being written: a run and, where it breaks off, those that resume it automatically."""

from __future__ import annotations

import logging
from dataclasses import replace

from django.db import DatabaseError

from streaming import log_context, metrics
from streaming.cluster.bus import Topic
from streaming.db_threads import in_thread
from streaming.journal.entries import Fenced, StorageUnavailable
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation
from streaming.providers.base import Provider
from streaming.runs import auto_resume
from streaming.runs.context import RunContext
from streaming.runs.job import Job
from streaming.runs.rounds import continuing
from streaming.runs.run import Run
from streaming.runs.slots.seat import Seat

logger = logging.getLogger(__name__)


class Chain:
    """Drives runs one after another, to the close of the last. `stop` ends the one that writes.

    `generations` are its runs so far, `generation_id` is the one that writes.
    """

    def __init__(self, job: Job, provider: Provider, context: RunContext) -> None:
        self.generations: set[int] = set()
        self._provider = provider
        self._context = context
        self._stopped_as: Generation.Status | None = None
        self._seat = Seat(context.slots, context.bus, job.person)
        self._begin(job)

    @property
    def generation_id(self) -> int:
        return self._run.job.generation_id

    @property
    def has_waited(self) -> bool:
        """Whether the run may have waited before it asked: in line, or for a better moment."""
        job = self._run.job
        waits = not job.has_turn or job.pause is not None or self._seat.has_waited
        return waits or self._run.asking.has_waited

    def stop(self, status: Generation.Status) -> bool:
        """Stop the run, let none follow, and end with this status; False if stopped before."""
        if self._stopped_as is not None:
            return False
        self._stopped_as = status
        return self._run.stop(status)

    async def drive(self) -> None:
        """Returns only after the last run was closed, or was taken away."""
        log_context.generation.set(self.generation_id)
        try:
            await self._drive_all()
        finally:
            self._seat.leave()

    async def _drive_all(self) -> None:
        while (job := await self._drive(self._run)) is not None:
            before = self.generation_id
            self._begin(job)
            log_context.generation.set(self.generation_id)
            self._context.bus.publish(Topic.MOVED.of(before))
            self._context.bus.publish(Topic.THREAD.of(job.conversation_id))

    def _begin(self, job: Job) -> None:
        self._run = Run(job, self._provider, self._context, self._seat)
        self.generations.add(job.generation_id)
        self._context.stop_marks.follow(self._run.claim)
        if self._stopped_as is not None:
            self._run.stop(self._stopped_as)

    async def _drive(self, run: Run) -> Job | None:
        """The work that resumes this run, if it broke off where that can help."""
        pk = run.job.generation_id
        try:
            facts = await run.to_its_end()
            metrics.ENDINGS.labels(facts.status.value).inc()
            if facts.error_code:
                metrics.ERRORS.labels(facts.error_code).inc()
            logger.info("Generation %d ended: %s %s", pk, facts.status.value, facts.error_code)
            job = await self._next(run, facts)
            if job is not None:
                return job
            await self._close(run, facts)
            if facts.status == Generation.Status.CANCELLED:
                self._context.receipts.begin(pk, self._provider)
        except Fenced:
            logger.warning("Generation %d was taken from this process", pk)
        except StorageUnavailable:
            logger.error("Generation %d could not be closed", pk)
            return None
        self._context.bus.publish(Topic.CLOSED.of(pk))
        self._context.bus.publish(Topic.QUEUE.of(run.job.person))
        await self._context.after_answer(run.job.conversation_id)
        return None

    async def _next(self, run: Run, facts: RunFacts) -> Job | None:
        pause = run.pause_before_resume(facts)
        if (pause is None and not facts.wants_round) or self._stopped_as is not None:
            return None
        self._context.stop_marks.unfollow(run.claim)
        config, refused = self._provider.config, self._context.refused_prefill
        try:
            if pause is None:
                return await in_thread(continuing.close_and_continue)(run.job, facts)
            return await in_thread(auto_resume.close_and_resume)(
                replace(run.job, resumes=run.resumes), facts, pause, config, refused
            )
        except DatabaseError as trouble:
            logger.warning("Generation %d cannot be resumed: %s", run.job.generation_id, trouble)
        except Fenced:
            raise
        except Exception:  # whatever it was, the run is still to be closed
            logger.exception("Generation %d cannot be resumed", run.job.generation_id)
        return None

    async def _close(self, run: Run, facts: RunFacts) -> None:
        """With what is known of the run, or, if that cannot be kept, with the text alone."""
        try:
            await self._context.writer.close(run.claim, facts)
        except (Fenced, StorageUnavailable):
            raise
        except Exception:
            logger.exception("What is known of generation %d cannot be kept", run.job.generation_id)
            alone = RunFacts(Generation.Status.FAILED, error_code="internal")
            await self._context.writer.close(run.claim, alone)
