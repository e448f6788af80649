"""One run: asks the provider, hands what comes to the journal, and finds how it ends.

While nothing of the answer has come, it may ask again: after a wait, or in another way if
upstream does not take the planned one. Once something came it never begins anew.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from streaming import metrics
from streaming.cluster.bus import Bus, Topic
from streaming.db_threads import in_thread
from streaming.error_messages import failures, replies
from streaming.error_messages.failures import Explanation
from streaming.events import Event, Failed
from streaming.journal import store
from streaming.journal.buffer import Buffer
from streaming.journal.entries import Claim, Entry, Fenced, Piece
from streaming.journal.run_facts import RunFacts
from streaming.journal.stop_marks import StopMarks
from streaming.journal.writer import JournalWriter, StorageUnavailable
from streaming.models import Generation
from streaming.providers.base import Backpressure, ChatRequest, Provider, Replay
from streaming.runs import user_queue
from streaming.runs.collector import Collector
from streaming.runs.job import Job
from streaming.runs.retry_policy import Pause, RetryPolicy
from streaming.runs.stop_receipt import Receipts

logger = logging.getLogger(__name__)

Status = Generation.Status

NAME_SECONDS, CANCEL_SECONDS = 1.0, 3.0
"""How long a stop waits for the name of an answer that upstream would write on without us, and
then for upstream to cancel it."""

NOT_CANCELLED = "The provider could not be told to stop, and may continue to write."


@dataclass(frozen=True, slots=True)
class RunContext:
    """What the runs of a process share; `refused_prefill` are (provider, model) pairs.

    `backpressure` slows the reading of answers to the speed at which the writer keeps them.
    """

    writer: JournalWriter
    stop_marks: StopMarks
    bus: Bus
    retry_policy: RetryPolicy
    backpressure: Backpressure | None = None
    refused_prefill: set[tuple[str, str]] = field(default_factory=set)
    receipts: Receipts = field(default_factory=Receipts)


class Run:
    """Asks for one generation and keeps what comes. `stop` ends it early."""

    def __init__(self, job: Job, provider: Provider, context: RunContext) -> None:
        self.job = job
        self.claim = Claim(job.generation_id, job.epoch)
        self.provider = provider
        self._context = context
        self._buffer = Buffer(
            context.writer, self.claim, on_kept=self._tell, on_trouble=self._cancel
        )
        self._collector = Collector(_length(job.request))
        if job.mode is not None:
            self._collector.resume(job.partial, job.mode)
            metrics.RESUMES.labels(job.mode, "itself" if job.resumes else "person").inc()
        self._stopped_at = 0.0
        self._stopped_as: Status | None = None
        self._asking: asyncio.Task[RunFacts] | None = None
        self._is_asked = False

    def stop(self, status: Status) -> bool:
        """Close the connection and end with this status; False if it was stopped before."""
        if self._stopped_as is not None:
            return False
        self._stopped_as, self._stopped_at = status, time.monotonic()
        if self._writes_on and not self._collector.response_id:
            # What is to be cancelled has no name yet. It is the first thing that upstream says.
            asyncio.get_running_loop().call_later(NAME_SECONDS, self._cancel)
        else:
            self._cancel()
        return True

    async def to_its_end(self) -> RunFacts:
        """Run to the end: the connection is closed and all that came is kept.

        Raises Fenced if the run was taken away, StorageUnavailable if nothing can be kept.
        Asking is a task of its own, so that a stop ends the asking and never the closing.
        """
        self._asking = asyncio.create_task(self._converse())
        if self._stopped_as is not None:
            self._asking.cancel()
        facts = await self._facts_of(self._asking)
        cancelled = await self._cancel_upstream()
        closed_at = timezone.now()
        if self._stopped_as == Status.CANCELLED:
            metrics.STOP_SECONDS.observe(time.monotonic() - self._stopped_at)
        facts = await self._facts_of(self._all_kept(facts))
        facts = replace(facts, upstream_closed_at=closed_at)
        return facts if cancelled else replace(facts, error_message=NOT_CANCELLED)

    def pause_before_resume(self, facts: RunFacts) -> Pause | None:
        """The wait before the answer may be resumed automatically; None if it should not."""
        failed = self._collector.failed
        if failed is None or self._stopped_as is not None or not self._collector.heard:
            return None
        explanation = self._explained(failed)
        if facts.error_code != explanation.code:
            return None
        return self._context.retry_policy.before_resume(failed, explanation, self.resumes)

    @property
    def resumes(self) -> int:  # since text last came
        return 0 if self._collector.grew else self.job.resumes

    async def _facts_of(self, work: Awaitable[RunFacts]) -> RunFacts:
        """What the work returned, or how it was brought to its end."""
        try:
            return await work
        except asyncio.CancelledError:
            if self._stopped_as is None:
                raise
            code = "interrupted" if self._stopped_as == Status.INTERRUPTED else ""
            return self._end(self._stopped_as, error_code=code)
        except StorageUnavailable:
            return self._end(Status.FAILED, error_code="storage_unavailable")
        except Fenced:
            raise
        except Exception:  # the run's edge: whatever it was, the answer so far is kept
            logger.exception("Generation %d broke", self.job.generation_id)
            return self._end(Status.FAILED, error_code="internal")

    async def _all_kept(self, facts: RunFacts) -> RunFacts:
        await self._write(self._collector.flush())
        await self._buffer.rest()
        return facts

    # Asking, and asking again

    async def _converse(self) -> RunFacts:
        try:
            await user_queue.wait(self.job.generation_id, self.job.person, self._context.bus)
            self._collector.learn(turn_at=timezone.now())
            return await self._persist()
        except asyncio.CancelledError:
            self._buffer.raise_trouble()  # then that is why it was cancelled
            raise

    async def _persist(self) -> RunFacts:
        """Ask until there is an ending; again only while nothing of the answer has come."""
        request, pause, tried, instead = self.job.request, self.job.pause, 0, self.job.instead
        if pause is not None:
            await self._rest(pause)
        while True:
            facts = await self._ask(request)
            failed = self._collector.failed
            if failed is None or self._collector.heard:
                break
            if instead is not None and self._way_is_refused(failed):
                await self._take_other_way()
                request, instead = instead, None
                continue
            pause = self._context.retry_policy.before_retry(failed, self._explained(failed), tried)
            if pause is None:
                return facts
            await self._wait(pause)
            tried, request = tried + 1, self._once_more(request)
        if self.job.instead is not None and instead is None:
            self._remember_refusal()
        return facts

    async def _ask(self, request: ChatRequest) -> RunFacts:
        self._collector.failed, self._is_asked = None, True
        request = replace(request, backpressure=self._context.backpressure)
        async with aclosing(self.provider.stream(request)) as batches:
            async for batch in batches:
                await self._take(batch)
            await self._buffer.rest()
        assert self._collector.over, "a stream ends with Finished or Failed"
        self._is_asked = False
        return self._upstream_facts()

    async def _take(self, batch: Sequence[Event]) -> None:
        pieces = self._collector.take(batch)
        if self._stopped_as is None:
            await self._write(pieces)
        elif self._collector.response_id or self._collector.over:
            raise asyncio.CancelledError  # all that a stopped run was waiting for

    def _once_more(self, request: ChatRequest) -> ChatRequest:
        """The same request; of an answer that upstream began to write, what it has by now."""
        collector = self._collector
        if not self.provider.config.is_background or collector.cursor is None:
            return request
        return replace(request, replay=Replay(collector.response_id, collector.cursor))

    async def _wait(self, pause: Pause) -> None:
        until = timezone.now() + timedelta(seconds=pause.seconds)
        with suppress(DatabaseError):  # then the page does not say what it waits for
            await in_thread(store.record_pause)(self.job.generation_id, pause.sentence, until)
        self._publish(Topic.WAITING)
        await self._rest(pause)

    async def _rest(self, pause: Pause) -> None:
        await asyncio.sleep(pause.seconds)
        with suppress(DatabaseError):
            await in_thread(store.end_pause)(self.job.generation_id)
        self._publish(Topic.WAITING)

    def _way_is_refused(self, failed: Failed) -> bool:
        """Whether upstream does not take the way to resume, rather than the whole request."""
        if self.job.mode == "replay":
            return failed.kind in ("not_found", "invalid_request")
        return self._explained(failed).code == "upstream_bad_request"

    async def _take_other_way(self) -> None:
        self._collector.resume(self.job.partial, "instruct")
        await in_thread(store.record_mode)(self.job.generation_id, "instruct")

    def _remember_refusal(self) -> None:
        if self.job.mode in ("prefill", "prefill_echo"):
            self._context.refused_prefill.add((self.job.provider, self.job.request.model))

    # Keeping

    async def _write(self, pieces: Sequence[Piece]) -> None:
        if not pieces:
            return
        if self._collector.restarted:
            self._collector.restarted = False
            await self._start_over_beside()
        if self._collector.facts.first_delta_at is None:
            self._collector.learn(first_delta_at=timezone.now())
        metrics.DELTAS.inc(len(pieces))
        await self._buffer.write(pieces)

    async def _start_over_beside(self) -> None:
        """The model began anew: let it write a new version, and leave the kept one alone."""
        await self._buffer.rest()
        await in_thread(store.move_to_sibling)(self.job.generation_id, self.job.epoch)
        self._publish(Topic.MOVED)
        self._context.bus.publish(Topic.THREAD.of(self.job.conversation_id))

    def _tell(self, entries: Sequence[Entry]) -> None:
        self._publish(Topic.ENTRIES, entries)

    def _publish(self, topic: Topic, *payload: Any) -> None:
        self._context.bus.publish(topic.of(self.job.generation_id), *payload)

    # Ending

    def _cancel(self) -> None:
        if self._asking is not None:
            self._asking.cancel()

    @property
    def _writes_on(self) -> bool:
        """Whether upstream, asked by a run that was stopped, would continue to write."""
        is_stopped = self._stopped_as == Status.CANCELLED and self._is_asked
        return is_stopped and self.provider.config.is_background

    async def _cancel_upstream(self) -> bool:
        """End what upstream would continue to write; False if it may continue."""
        if not self._writes_on:
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout(CANCEL_SECONDS):
                name = self._collector.response_id
                return bool(name) and await self.provider.cancel(name) is None
        return False

    def _upstream_facts(self) -> RunFacts:
        """How upstream ended the answer."""
        if self._collector.failed is not None:
            return self._failed(self._collector.failed)
        assert self._collector.finished is not None
        reason = self._collector.finished.reason
        status = Status.CANCELLED if reason == "cancelled" else Status.FINISHED
        return self._end(status, finish_reason=reason)

    def _failed(self, failed: Failed) -> RunFacts:
        explanation = self._explained(failed)
        return self._end(
            Status.FAILED,
            error_code=explanation.code,
            error_message=explanation.sentence,
            retry_after=failed.retry_after,
            request_id=failed.request_id or self._collector.facts.request_id,
        )

    def _explained(self, failed: Failed) -> Explanation:
        return error_messages.explain(
            failed, self.provider.config.timeouts, midway=self._collector.heard
        )

    def _end(self, status: Status, **facts: Any) -> RunFacts:
        return replace(self._collector.facts, status=status, **facts)


def _length(request: ChatRequest) -> int:
    turns = sum(len(message.text) for message in request.messages)
    return len(request.system) + turns + len(request.prefill)
