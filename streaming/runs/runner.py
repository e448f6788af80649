"""The runs of this process: launched, stopped, and brought to an end when it shuts down.

A run belongs to the process, not to a page: closing tabs does not end it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Container, Mapping
from concurrent.futures import Future
from contextlib import suppress

from django.db import DatabaseError

from streaming.catalog.own_keys.keys import asked_with
from streaming.cluster.bus import Bus, Topic
from streaming.db_threads import in_thread
from streaming.journal import store
from streaming.journal.stop_marks import StopMarks
from streaming.journal.writer import JournalWriter
from streaming.models import Generation
from streaming.providers.base import Backpressure, Provider
from streaming.providers.unusable import removed
from streaming.runs.chain import Chain
from streaming.runs.context import AfterAnswer, RunContext, nothing_follows
from streaming.runs.job import Job
from streaming.runs.retry_policy import USUAL_POLICY, RetryPolicy
from streaming.runs.slots.line import Slots

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.1
ELSEWHERE_SECONDS = 5.0
"""How often, and for how long, a stop looks whether another process has ended its run."""


class Runner:
    """Holds the task of every answer that is being written.

    Call it on its loop, but for the two `…_soon`, which are for other threads.
    """

    def __init__(
        self,
        writer: JournalWriter,
        stop_marks: StopMarks,
        bus: Bus,
        providers: Mapping[str, Provider],
        retry_policy: RetryPolicy = USUAL_POLICY,
        *,
        backpressure: Backpressure | None = None,
        after_answer: AfterAnswer = nothing_follows,
    ) -> None:
        self._context = RunContext(
            writer, stop_marks, bus, retry_policy, Slots(bus), backpressure, after_answer
        )
        self._providers = providers
        self._loop = asyncio.get_running_loop()
        self._chains: dict[Chain, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        return len(self._chains)

    def holds(self, generation_id: int) -> bool:
        """Whether this process writes that run, or the one that resumed it."""
        return any(generation_id in chain.generations for chain in self._chains)

    def asked_at_once(self, generation_id: int) -> bool:
        """Whether this process writes that run, and it has waited for nothing so far."""
        own = (one for one in self._chains if one.generation_id == generation_id)
        return any(not chain.has_waited for chain in own)

    def offers(self, slug: str) -> bool:
        return slug in self._providers

    def provider(self, slug: str) -> Provider:
        """Whoever goes by that name; where nobody does any more, one that says so."""
        return self._providers.get(slug) or removed(slug)

    @property
    def refused_prefill(self) -> Container[tuple[str, str]]:
        """(provider, model) pairs that refused a prefill."""
        return self._context.refused_prefill

    def launch(self, job: Job) -> None:
        provider = asked_with(self.provider(job.provider), job.own_key)
        chain = Chain(job, provider, self._context)
        task = self._loop.create_task(chain.drive(), name=f"generation {job.generation_id}")
        self._chains[chain] = task
        task.add_done_callback(lambda _: self._chains.pop(chain))
        self._context.bus.publish(Topic.THREAD.of(job.conversation_id))

    def launch_soon(self, job: Job) -> None:
        self._loop.call_soon_threadsafe(self.launch, job)

    def stop(self, generation_id: int) -> asyncio.Task[None] | None:
        """Stop the run and close it as cancelled; its task, None if not held here.

        A run that was resumed automatically means the one that writes now.
        """
        for chain, task in self._chains.items():
            if generation_id in chain.generations:
                self._stop(chain, Generation.Status.CANCELLED)
                return task
        return None

    def stop_soon(self, generation_id: int) -> Future[None]:
        """From another thread: done once the run was stopped, here or where it is written.

        Another process finds the stop's mark in the database, which must be there before.
        """

        async def stopped() -> None:
            task = self.stop(generation_id)
            if task is not None:
                await asyncio.wait([task])
            else:
                await self._stopped_elsewhere(generation_id)

        return asyncio.run_coroutine_threadsafe(stopped(), self._loop)

    async def _stopped_elsewhere(self, generation_id: int) -> None:
        """Ask for the run's end and wait for it, but not for long."""
        ended, bus = asyncio.Event(), self._context.bus
        bus.subscribe(Topic.CLOSED.of(generation_id), ended.set)
        try:
            async with asyncio.timeout(ELSEWHERE_SECONDS):
                bus.publish(Topic.STOP_REQUESTED.of(generation_id))
                while await in_thread(store.is_running)(generation_id):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(ended.wait(), LOOK_SECONDS)
                    ended.clear()
        except (TimeoutError, DatabaseError) as trouble:
            logger.warning("Generation %d may not have stopped yet: %r", generation_id, trouble)
        finally:
            bus.unsubscribe(Topic.CLOSED.of(generation_id), ended.set)

    async def stop_all(self) -> None:
        """Close every run as interrupted, with its text."""
        for chain in self._chains:
            self._stop(chain, Generation.Status.INTERRUPTED)
        if self._chains:
            await asyncio.wait(self._chains.values())
        await self._context.receipts.close()

    def _stop(self, chain: Chain, status: Generation.Status) -> None:
        if chain.stop(status):
            self._context.bus.publish(Topic.STOPPING.of(chain.generation_id))
