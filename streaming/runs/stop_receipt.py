"""When a model server fell idle after a stop, by its own word: the last line of a receipt."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from streaming.db_threads import in_thread
from streaming.models import Generation
from streaming.providers.base import Provider

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.05


async def idle_at(provider: Provider, busy: int = 0) -> datetime | None:
    """The moment by which the server works on at most `busy` requests; None if it does not say.

    It may have been idle sooner by the time between two looks.
    """
    try:
        async with asyncio.timeout(settings.STOP_RECEIPT_SECONDS):
            while (load := await provider.load()) is not None:
                if load <= busy:
                    return timezone.now()
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        pass  # it works on something, perhaps on somebody else's question
    return None


class Receipts:
    """Completes the receipts of stopped runs, after their stop was answered."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, generation_id: int, provider: Provider) -> None:
        task = asyncio.create_task(self._complete(generation_id, provider), name="stop receipt")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _complete(self, generation_id: int, provider: Provider) -> None:
        idle = await idle_at(provider)
        if idle is None:
            return
        generation = Generation.objects.filter(pk=generation_id)
        try:
            await in_thread(generation.update)(upstream_idle_at=idle)
        except DatabaseError as trouble:
            logger.warning("The receipt of generation %d is incomplete: %s", generation_id, trouble)
