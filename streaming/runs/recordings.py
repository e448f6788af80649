"""Recordings of what upstreams sent, made where somebody asked for them, the oldest dropped."""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Sum

from streaming.db_threads import in_thread
from streaming.models import Generation, Recording
from streaming.providers.http.recording import BodyRecorder, Recorded

logger = logging.getLogger(__name__)

_being_kept: set[asyncio.Task[None]] = set()


def record_of(generation: Generation) -> BodyRecorder | None:
    """What the run's request takes along if this run is to be recorded."""
    if not (settings.RECORD_UPSTREAM or generation.conversation.record_upstream):
        return None
    return BodyRecorder(settings.RECORDING_BYTES, partial(_keep_soon, generation.pk))


async def settle() -> None:
    """Returns once all that was recorded so far is kept."""
    if _being_kept:
        await asyncio.wait(_being_kept)


def keep(generation_id: int, recorded: Recorded) -> None:
    """Keep a run's recording in the place of an earlier one, and no more of all than fits."""
    Recording.objects.update_or_create(
        generation_id=generation_id,
        defaults={
            "format": recorded.format,
            "data": recorded.data,
            "size": len(recorded.data),
            "cut": recorded.cut,
        },
    )
    _drop_oldest(settings.RECORDINGS_BYTES)


def _keep_soon(generation_id: int, recorded: Recorded) -> None:
    task = asyncio.get_running_loop().create_task(_keep(generation_id, recorded))
    _being_kept.add(task)
    task.add_done_callback(_being_kept.discard)


async def _keep(generation_id: int, recorded: Recorded) -> None:
    """An answer never suffers from being recorded."""
    try:
        await in_thread(keep)(generation_id, recorded)
    except DatabaseError as trouble:
        logger.warning("Generation %d was not recorded: %s", generation_id, trouble)


def _drop_oldest(most: int) -> None:
    total = Recording.objects.aggregate(total=Sum("size"))["total"] or 0
    for pk, size in Recording.objects.order_by("pk").values_list("pk", "size").iterator():
        if total <= most:
            return
        Recording.objects.filter(pk=pk).delete()
        total -= size
