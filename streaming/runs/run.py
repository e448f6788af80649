"""One run: asks for an answer, is stopped or not, and finds how the answer ends.

Its task does the asking. A stop cancels that task, so that the connection to the provider is
closed first; what came until then is kept afterwards.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils import timezone

from streaming import metrics
from streaming.cluster.bus import Topic
from streaming.db_threads import in_thread
from streaming.error_messages import replies
from streaming.events import Failed, Warned
from streaming.journal.buffer import Buffer
from streaming.journal.entries import Claim, Entry, Fenced, StorageUnavailable
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation
from streaming.prices import price_list
from streaming.prices.quote import Quote
from streaming.providers.base import ChatRequest, Provider
from streaming.providers.config import ProviderConfig
from streaming.runs import user_queue
from streaming.runs.asking import Asking
from streaming.runs.collector import Collector
from streaming.runs.context import RunContext
from streaming.runs.job import Job
from streaming.runs.retry_policy import Pause
from streaming.runs.rounds.calling import Calling
from streaming.runs.rounds.judging import Judge
from streaming.runs.slots.seat import Seat

logger = logging.getLogger(__name__)

Status = Generation.Status

NAME_SECONDS, CANCEL_SECONDS = 1.0, 3.0
"""How long a stop waits for the name of an answer that upstream would write on without us, and
then for upstream to cancel it."""


class Run:
    """Asks for one generation and keeps what comes. `stop` ends it early."""

    def __init__(self, job: Job, provider: Provider, context: RunContext, seat: Seat) -> None:
        self.job = job
        self.claim = Claim(job.generation_id, job.epoch)
        self.provider = provider
        self._context, self._seat = context, seat
        self._buffer = Buffer(
            context.writer, self.claim, on_kept=self._tell, on_trouble=self._cancel
        )
        may_follow = job.rounds < settings.TOOL_ROUNDS
        self._collector = Collector(job.characters, Judge(job.tools, may_follow=may_follow))
        if job.mode is not None:
            self._collector.resume(job.partial, job.mode)
            metrics.RESUMES.labels(job.mode, "itself" if job.resumes else "person").inc()
        self.asking = Asking(job, provider, context, self._collector, self._buffer)
        self._stopped_at = 0.0
        self._stopped_as: Status | None = None
        self._task: asyncio.Task[RunFacts] | None = None

    def stop(self, status: Status) -> bool:
        """Close the connection and end with this status; False if it was stopped before."""
        if self._stopped_as is not None:
            return False
        self._stopped_as, self._stopped_at = status, time.monotonic()
        self.asking.is_stopping = True
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
        self._task = asyncio.create_task(self._converse())
        if self._stopped_as is not None:
            self._task.cancel()
        loaded: Awaitable[None] | None = None
        if price_list.is_listed(self.provider.config):
            loaded = asyncio.ensure_future(in_thread(price_list.load)())
        facts = await self._facts_of(self._task)
        cancelled = await self._cancel_upstream()
        closed_at = timezone.now()
        if self._stopped_as == Status.CANCELLED:
            metrics.STOP_SECONDS.observe(time.monotonic() - self._stopped_at)
        facts = await self._facts_of(self._all_kept(facts))
        quote = await _quote(self.provider.config, self.asking.sent, loaded, facts.status)
        facts = replace(facts, upstream_closed_at=closed_at, quote=quote)
        return facts if cancelled else replace(facts, error_message=replies.NOT_CANCELLED)

    def pause_before_resume(self, facts: RunFacts) -> Pause | None:
        """The wait before the answer may be resumed automatically; None if it should not."""
        failed = self._collector.failed
        if failed is None or self._stopped_as is not None or not self._collector.heard:
            return None
        explanation = self.asking.explanation(failed)
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
        await self.asking.keep(self._collector.flush())
        await self._buffer.rest()
        return facts

    async def _converse(self) -> RunFacts:
        job = self.job
        try:
            if not job.has_turn:
                await user_queue.wait(job.generation_id, job.person, self._context.bus)
            await self._seat.take(job.generation_id)
            self._collector.learn(turn_at=timezone.now())
            if job.pending:  # all that they come to is committed before the model is told
                who = job.conversation_id, job.person, job.message_id
                await Calling(*who, self._buffer.commit).run(job.pending)
            await self.asking.until_answered()
            return self._upstream_facts()
        except asyncio.CancelledError:
            self._buffer.raise_trouble()  # then that is why it was cancelled
            raise

    def _tell(self, entries: Sequence[Entry]) -> None:
        self._context.bus.publish(Topic.ENTRIES.of(self.job.generation_id), entries)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    @property
    def _writes_on(self) -> bool:
        """Whether upstream, asked by a run that was stopped, would continue to write."""
        is_stopped = self._stopped_as == Status.CANCELLED and self.asking.is_asked
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
        reason, judge = self._collector.finished.reason, self._collector.judge
        status = Status.CANCELLED if reason == "cancelled" else Status.FINISHED
        wants_round = reason == "tool_calls" and judge.calls > 0 and not judge.asking
        return self._end(status, finish_reason=reason, wants_round=wants_round)

    def _failed(self, failed: Failed) -> RunFacts:
        explanation = self.asking.explanation(failed)
        return self._end(
            Status.FAILED,
            error_code=explanation.code,
            error_message=explanation.sentence,
            retry_after=failed.retry_after,
            request_id=failed.request_id or self._collector.facts.request_id,
        )

    def _end(self, status: Status, **facts: Any) -> RunFacts:
        known, judge = self._collector.facts, self._collector.judge
        if judge.asking and self.job.rounds >= settings.TOOL_ROUNDS:
            known = replace(known, warnings=(*known.warnings, Warned("tool_rounds")))
        return replace(known, status=status, **facts)


async def _quote(
    config: ProviderConfig,
    sent: ChatRequest | None,
    loaded: Awaitable[None] | None,
    status: Status,
) -> Quote | None:
    """By which prices what was asked is counted; None if nothing was.

    What was cut may cost anything up to a bound, for which the request is measured: here, and not
    in the one thread that keeps all answers.
    """
    if loaded is not None:
        await loaded
    if sent is None:
        return None
    quote = Quote(config, sent)
    is_bounded = loaded is not None and status != Status.FINISHED
    return await in_thread(quote.measured)() if is_bounded else quote
