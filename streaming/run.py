"""One run: asks the provider, hands what comes to the journal, and ends in one of four ways."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils import timezone

from streaming import catalogue, journal, tool_calls
from streaming.doorbell import Doorbell
from streaming.events import (
    CostReported,
    Event,
    Failed,
    Finished,
    ReasoningDelta,
    StreamOpened,
    TextDelta,
    ToolArgumentsDelta,
    ToolCallEnded,
    ToolCallStarted,
    UsageReported,
    Warned,
)
from streaming.journal import Claim, Ending, Entry, Fenced
from streaming.models import Generation
from streaming.pen import Pen
from streaming.providers.base import ChatRequest, Provider, ResumeMode
from streaming.seam import Seam
from streaming.thinking import Thinking
from streaming.threads import in_thread
from streaming.writer import JournalWriter, StorageUnavailable

logger = logging.getLogger(__name__)

Status = Generation.Status

HOLD_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Job:
    """What a run needs, gathered when it was begun.

    `partial` is the kept text it goes on from; `instead` is asked if a prefill is refused.
    """

    generation_id: int
    epoch: int
    conversation_id: UUID
    provider: str
    request: ChatRequest
    partial: str = ""
    mode: ResumeMode | None = None
    instead: ChatRequest | None = None


class Run:
    """Drives one generation from its first request to its close. `halt` ends it early."""

    def __init__(
        self,
        job: Job,
        provider: Provider,
        writer: JournalWriter,
        doorbell: Doorbell,
        refused_prefill: set[tuple[str, str]],
    ) -> None:
        self.job = job
        self.claim = Claim(job.generation_id, job.epoch)
        self._provider = provider
        self._writer = writer
        self._pen = Pen(writer, self.claim, on_kept=self._tell, on_trouble=self._hang_up)
        self._doorbell = doorbell
        self._refusals = refused_prefill
        self._seam = Seam(job.partial, job.mode) if job.mode else None
        self._held_since: float | None = None
        self._halted: Status | None = None
        self._asking: asyncio.Task[Ending] | None = None
        self._thinking = Thinking()
        self._facts = Ending(Status.RUNNING, request_characters=_length(job.request))

    def halt(self, status: Status) -> bool:
        """Hang up and end with this status; False if the run was halted before."""
        if self._halted is not None:
            return False
        self._halted = status
        self._hang_up()
        return True

    async def drive(self) -> None:
        """Run to the end. Returns only after the run was closed, or was taken away.

        Asking is a task of its own, so that a halt ends the asking and never the closing. When
        it has ended, the upstream connection is closed.
        """
        self._asking = asyncio.create_task(self._converse())
        if self._halted is not None:
            self._asking.cancel()
        try:
            ending = await self._ending_of(self._asking)
            self._learn(upstream_closed_at=timezone.now())
            ending = await self._ending_of(self._all_kept(ending))
            await self._writer.close(self.claim, ending)
        except Fenced:
            logger.warning("Generation %d was taken from this process", self.job.generation_id)
        except StorageUnavailable:
            logger.error("Generation %d could not be closed", self.job.generation_id)
            return
        self._doorbell.ring(("closed", self.job.generation_id))

    async def _ending_of(self, work: Awaitable[Ending]) -> Ending:
        """The ending that the work found, or the one that it came to."""
        try:
            return await work
        except asyncio.CancelledError:
            if self._halted is None:
                raise
            code = "interrupted" if self._halted == Status.INTERRUPTED else ""
            return self._end(self._halted, error_code=code)
        except StorageUnavailable:
            return self._end(Status.FAILED, error_code="storage_unavailable")
        except Fenced:
            raise
        except Exception:  # the run's edge: whatever it was, the answer so far is kept
            logger.exception("Generation %d broke", self.job.generation_id)
            return self._end(Status.FAILED, error_code="internal")

    async def _all_kept(self, ending: Ending) -> Ending:
        """The ending once all that was written is kept."""
        await self._write(self._flush())
        await self._pen.rest()
        return replace(ending, upstream_closed_at=self._facts.upstream_closed_at)

    async def _converse(self) -> Ending:
        """Ask until there is an ending: once, or again if the model takes no prefill."""
        try:
            ending = await self._ask(self.job.request)
            if self._refused_prefill(ending) and self.job.instead:
                await self._fall_back()
                ending = await self._ask(self.job.instead)
        except asyncio.CancelledError:
            self._pen.raise_trouble()  # then that is why it was hung up
            raise
        return ending

    def _hang_up(self) -> None:
        if self._asking is not None:
            self._asking.cancel()

    async def _ask(self, request: ChatRequest) -> Ending:
        ending = None
        async with aclosing(self._provider.stream(request)) as batches:
            async for batch in batches:
                ending = await self._take(batch)
            await self._pen.rest()
        assert ending is not None, "a stream ends with Finished or Failed"
        return ending

    async def _take(self, batch: Sequence[Event]) -> Ending | None:
        """Keep what a batch adds; the run's ending if it holds one."""
        pieces: list[tuple[str, str]] = []
        ending = None
        for event in batch:
            match event:
                case TextDelta(text):
                    text = self._joined(text)
                    if text:
                        pieces += [*self._thinking.over(), ("text", text)]
                case ReasoningDelta(text):
                    self._thinking.goes_on()
                    pieces.append(("reasoning", text))
                case ToolCallStarted() | ToolArgumentsDelta() | ToolCallEnded():
                    pieces += [*self._thinking.over(), tool_calls.entry_of(event)]
                case Warned():
                    self._learn(warnings=(*self._facts.warnings, event))
                case StreamOpened(request_id):
                    self._learn(request_id=request_id or "")
                case UsageReported():
                    self._learn(usage=event)
                case CostReported():
                    self._learn(cost=event)
                case Finished(reason):
                    status = Status.CANCELLED if reason == "cancelled" else Status.FINISHED
                    ending = self._end(status, finish_reason=reason)
                case Failed():
                    ending = self._failed(event)
        await self._write(pieces)
        return ending

    def _joined(self, text: str) -> str:
        """What of a delta may be shown now, behind a seam; without one, all of it."""
        if self._seam is None:
            return text
        now = time.monotonic()
        self._held_since = self._held_since or now
        shown = self._seam.feed(text)
        if not self._seam.decided and now - self._held_since > HOLD_SECONDS:
            shown += self._seam.hurry()
        return shown

    def _flush(self) -> list[tuple[str, str]]:
        rest = self._seam.flush() if self._seam else ""
        return [*self._thinking.over(), *([("text", rest)] if rest else [])]

    async def _write(self, pieces: Sequence[tuple[str, str]]) -> None:
        if not pieces:
            return
        if self._seam is not None and self._seam.decided:
            if self._seam.restarted:
                await self._start_over_beside()
            self._seam = None
        if self._facts.first_delta_at is None:
            self._learn(first_delta_at=timezone.now())
        await self._pen.write(pieces)

    def _tell(self, entries: Sequence[Entry]) -> None:
        self._doorbell.ring(("run", self.job.generation_id), entries)

    async def _start_over_beside(self) -> None:
        """The model began anew: let it write a new version, and leave the kept one alone."""
        await self._pen.rest()
        await in_thread(journal.move_to_sibling)(self.job.generation_id, self.job.epoch)
        self._doorbell.ring(("moved", self.job.generation_id))
        self._doorbell.ring(("thread", self.job.conversation_id))

    async def _fall_back(self) -> None:
        """This model takes no prefill: remember that, and tell it to go on instead."""
        self._refusals.add((self.job.provider, self.job.request.model))
        self._seam = Seam(self.job.partial, "instruct")
        await in_thread(journal.record_mode)(self.job.generation_id, "instruct")

    def _refused_prefill(self, ending: Ending) -> bool:
        return (
            self.job.mode in ("prefill", "prefill_echo")
            and ending.error_code == "upstream_bad_request"
            and self.claim.seq == 0
        )

    def _failed(self, event: Failed) -> Ending:
        told = catalogue.explain(event, self._provider.config.timeouts)
        return replace(
            self._facts,
            status=Status.FAILED,
            error_code=told.code,
            error_message=told.sentence,
            retry_after=event.retry_after,
            request_id=event.request_id or self._facts.request_id,
        )

    def _learn(self, **facts: Any) -> None:
        self._facts = replace(self._facts, **facts)

    def _end(self, status: Status, **facts: Any) -> Ending:
        return replace(self._facts, status=status, **facts)


def _length(request: ChatRequest) -> int:
    return len(request.system) + sum(len(message.text) for message in request.messages)
