"""Asking the provider for one answer, and asking again.

While nothing of the answer has come, the same request may go out again after a wait, or in
another way if upstream does not take the planned one. Once something came it never begins anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from streaming import metrics
from streaming.cluster.bus import Topic
from streaming.db_threads import in_thread
from streaming.error_messages import failures
from streaming.error_messages.failures import Explanation
from streaming.events import Event, Failed, PictureKept, PictureMade, Warned
from streaming.journal import store
from streaming.journal.buffer import Buffer
from streaming.journal.entries import Piece, StorageUnavailable
from streaming.providers import pausing
from streaming.providers.base import ChatRequest, Provider, Replay
from streaming.runs.collector import Collector
from streaming.runs.context import RunContext
from streaming.runs.history import pictures, said
from streaming.runs.job import Job, with_history, with_results
from streaming.runs.retry_policy import Pause
from streaming.sent_files import loading


class Asking:
    """Asks for one generation; what comes goes through the collector into the buffer.

    `is_asked` while upstream is asked and has not ended. `has_waited`: it rested before it asked,
    which pages may show. `sent` is what went out last. `is_stopping` is set by the run that is
    stopped: then only the answer's name is waited for.
    """

    def __init__(
        self,
        job: Job,
        provider: Provider,
        context: RunContext,
        collector: Collector,
        buffer: Buffer,
    ) -> None:
        self._job = job
        self._provider = provider
        self._context = context
        self._collector = collector
        self._buffer = buffer
        self.is_asked = self.is_stopping = self.has_waited = False
        self.sent: ChatRequest | None = None
        self._paused = 0

    async def until_answered(self) -> None:
        """Ask until upstream ended it; again only while nothing of the answer has come."""
        if self._job.unread is not None or self._job.pending:
            await self._read_history()
        request, pause, tried, instead = self._job.request, self._job.pause, 0, self._job.instead
        if pause is not None:
            await self._rest(pause)
        while True:
            await self._ask(request)
            rest = _rest_of_paused(
                self._collector, request, is_last=self._paused >= settings.PAUSED_ANSWERS
            )
            if rest is not None:
                request, self._paused = rest, self._paused + 1
                continue
            failed = self._collector.failed
            if failed is None or self._collector.heard:
                break
            if instead is not None and self._way_is_refused(failed):
                await self._take_other_way()
                request, instead = instead, None
                continue
            pause = self._context.retry_policy.before_retry(failed, self.explanation(failed), tried)
            if pause is None:
                return
            await self._wait(pause)
            tried, request = tried + 1, self._once_more(request)
        if self._job.instead is not None and instead is None:
            self._remember_refusal()

    async def _read_history(self) -> None:
        try:
            if self._job.pending:
                self._job = await in_thread(with_results)(self._job)
            if self._job.unread is None:
                return
            turns, rows = await in_thread(said.read)(self._job.unread)
            files = {}
            if rows:
                model = self._job.request.model
                files = await asyncio.to_thread(loading.load, rows, self._provider, model)
            self._job = await in_thread(with_history)(self._job, turns, files)
        except DatabaseError as trouble:
            raise StorageUnavailable from trouble
        self._collector.learn(request_characters=self._job.characters)

    async def keep(self, pieces: Sequence[Piece]) -> None:
        """Hand the pieces to the buffer, which keeps them in order."""
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
        await in_thread(store.move_to_sibling)(self._job.generation_id, self._job.epoch)
        self._publish(Topic.MOVED)
        self._context.bus.publish(Topic.THREAD.of(self._job.conversation_id))

    def explanation(self, failed: Failed) -> Explanation:
        """The failure in words for the reader."""
        request, timeouts = self._job.request, self._provider.config.timeouts
        asked = {**request.parameters, "system_prompt": request.system}
        with_files = any(file.data for turn in request.messages for file in turn.files)
        return failures.explain(
            failed, timeouts, midway=self._collector.heard, asked=asked, with_files=with_files
        )

    async def _ask(self, request: ChatRequest) -> None:
        self._collector.failed, self.is_asked, self.sent = None, True, request
        request = replace(request, backpressure=self._context.backpressure)
        async with aclosing(self._provider.stream(request)) as batches:
            async for batch in batches:
                await self._take(batch)
            await self._buffer.rest()
        assert self._collector.over, "a stream ends with Finished or Failed"
        self.is_asked = False

    async def _take(self, batch: Sequence[Event]) -> None:
        if any(isinstance(event, PictureMade) for event in batch):
            batch = [await _kept(event, self._job) for event in batch]
        pieces = self._collector.take(batch)
        if not self.is_stopping:
            await self.keep(pieces)
        elif self._collector.response_id or self._collector.over:
            raise asyncio.CancelledError  # all that a stopped run was waiting for

    def _once_more(self, request: ChatRequest) -> ChatRequest:
        """The same request; of an answer that upstream began to write, what it has by now."""
        collector = self._collector
        if not self._provider.config.is_background or collector.cursor is None:
            return request
        return replace(request, replay=Replay(collector.response_id, collector.cursor))

    async def _wait(self, pause: Pause) -> None:
        self.has_waited = True
        until = timezone.now() + timedelta(seconds=pause.seconds)
        with suppress(DatabaseError):  # then the page does not say what it waits for
            await in_thread(store.record_pause)(self._job.generation_id, pause.sentence, until)
        self._publish(Topic.WAITING)
        await self._rest(pause)

    async def _rest(self, pause: Pause) -> None:
        await asyncio.sleep(pause.seconds)
        with suppress(DatabaseError):
            await in_thread(store.end_pause)(self._job.generation_id)
        self._publish(Topic.WAITING)

    def _way_is_refused(self, failed: Failed) -> bool:
        """Whether upstream does not take the way to resume, rather than the whole request."""
        if self._job.mode == "replay":
            return failed.kind in ("not_found", "invalid_request")
        return self.explanation(failed).code == "upstream_bad_request"

    async def _take_other_way(self) -> None:
        self._collector.resume(self._job.partial, "instruct")
        await in_thread(store.record_mode)(self._job.generation_id, "instruct")

    def _remember_refusal(self) -> None:
        if self._job.mode in ("prefill", "prefill_echo"):
            self._context.refused_prefill.add((self._job.provider, self._job.request.model))

    def _publish(self, topic: Topic, *payload: Any) -> None:
        self._context.bus.publish(topic.of(self._job.generation_id), *payload)


async def _kept(event: Event, job: Job) -> Event:
    """The same, but a picture is a file then."""
    if not isinstance(event, PictureMade):
        return event
    picture = await pictures.kept(job.person, job.message_id, event.media_type, event.data)
    return Warned("picture_not_kept") if picture is None else PictureKept(picture)


def _rest_of_paused(
    collector: Collector, request: ChatRequest, *, is_last: bool
) -> ChatRequest | None:
    """The request for the rest of an answer that its provider paused; none after the last."""
    if collector.finished is None or collector.finished.reason != "pause":
        return None
    rest = pausing.continued(request, collector.noted)
    if rest is None or collector.noted is None:
        return None
    if is_last:
        collector.learn(warnings=(*collector.facts.warnings, Warned("paused_often")))
        return None
    collector.begin_again(pausing.said(collector.noted["blocks"]))
    return rest
