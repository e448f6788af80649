"""The runs of this process: launched, stopped, and brought to an end when it shuts down.

A run belongs to the process, not to a page: closing tabs does not end it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import Future

from streaming.doorbell import Doorbell
from streaming.models import Generation
from streaming.providers.base import Provider
from streaming.run import Job, Run
from streaming.writer import JournalWriter

logger = logging.getLogger(__name__)


class Runner:
    """Holds every run's task. Call it on its loop, but for the two `…_soon`, from threads."""

    def __init__(
        self, writer: JournalWriter, doorbell: Doorbell, providers: Mapping[str, Provider]
    ) -> None:
        self._writer = writer
        self._doorbell = doorbell
        self._providers = providers
        self._loop = asyncio.get_running_loop()
        self._runs: dict[int, tuple[Run, asyncio.Task[None]]] = {}
        self.refused_prefill: set[tuple[str, str]] = set()
        """(provider, model) pairs that were found to take no prefill."""

    def __len__(self) -> int:
        return len(self._runs)

    def offers(self, slug: str) -> bool:
        return slug in self._providers

    def provider(self, slug: str) -> Provider:
        return self._providers[slug]

    def launch(self, job: Job) -> None:
        run = Run(
            job, self.provider(job.provider), self._writer, self._doorbell, self.refused_prefill
        )
        self._writer.follow(run.claim)
        task = self._loop.create_task(run.drive(), name=f"generation {job.generation_id}")
        self._runs[job.generation_id] = (run, task)
        task.add_done_callback(lambda _: self._runs.pop(job.generation_id, None))
        self._doorbell.ring(("thread", job.conversation_id))

    def launch_soon(self, job: Job) -> None:
        self._loop.call_soon_threadsafe(self.launch, job)

    def stop(self, generation_id: int) -> asyncio.Task[None] | None:
        """Hang up upstream and close the run as cancelled; its task, None if not held here."""
        return self._halt(generation_id, Generation.Status.CANCELLED)

    def stop_soon(self, generation_id: int) -> Future[None]:
        """From another thread: done once the run was stopped, or was not held here."""

        async def stopped() -> None:
            task = self.stop(generation_id)
            if task is not None:
                await asyncio.wait([task])

        return asyncio.run_coroutine_threadsafe(stopped(), self._loop)

    async def shut_down(self) -> None:
        """Close every run as interrupted, with its text."""
        tasks = [self._halt(pk, Generation.Status.INTERRUPTED) for pk in list(self._runs)]
        running = [task for task in tasks if task is not None]
        if running:
            await asyncio.wait(running)

    def _halt(self, generation_id: int, status: Generation.Status) -> asyncio.Task[None] | None:
        run, task = self._runs.get(generation_id, (None, None))
        if run is not None and task is not None and run.halt(status):
            self._doorbell.ring(("stopping", generation_id))
        return task
