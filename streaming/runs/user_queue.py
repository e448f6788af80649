"""Whose turn it is: the oldest few runs of a person are written, further ones wait in line (L5).

The line is nothing but the rows of running generations, so it is the same in every process.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from functools import cache

from django.db import DatabaseError

from conversations.prepared import OTHER_NUMBER, SOME_NUMBER, Prepared
from conversations.quotas import holding
from streaming.cluster.bus import Bus, Topic
from streaming.db_threads import in_thread
from streaming.models import Generation
from streaming.runs.slots.line import Waiting, in_order

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often who waits looks for itself; the bus tells it sooner."""


def place(generation: Generation) -> int:
    """Its number in line: among the person's own, then among all that its process writes.

    0 if it need not wait, as text that is resumed automatically.
    """
    return own_place(generation) or place_among_all(generation)


def own_place(generation: Generation) -> int:
    is_resume = generation.automatic and generation.start_offset > 0
    if is_resume or generation.status != Generation.Status.RUNNING:
        return 0
    person = generation.requested_by_id
    ahead = len(_ahead().rows(person, generation.pk))
    if not ahead or person is None:
        return 0
    return max(ahead - holding.of(person).running + 1, 0)


def place_among_all(generation: Generation) -> int:
    """What the process that holds it has in memory, found out from the rows by every process."""
    if not generation.waits_for_slot or generation.status != Generation.Status.RUNNING:
        return 0
    rows = Generation.objects.running().filter(worker=generation.worker_id).order_by("pk")
    held: Counter[int] = Counter()
    waiting: list[Waiting] = []
    in_line: set[int] = set()
    for pk, person, waits in rows.values_list("pk", "requested_by_id", "waits_for_slot"):
        if waits and person is not None:
            waiting.append(Waiting(pk, person))
            in_line.add(person)
        elif person is not None and person not in in_line:  # later ones wait for the person's own
            held[person] += 1
    order = [each.generation for each in in_order(waiting, held)]
    return order.index(generation.pk) + 1 if generation.pk in order else 0


@cache
def _ahead() -> Prepared:
    own = Generation.objects.running().filter(requested_by_id=SOME_NUMBER, pk__lt=OTHER_NUMBER)
    return Prepared(own.values_list("pk"), SOME_NUMBER, OTHER_NUMBER)


async def wait(generation_id: int, person: int, bus: Bus) -> None:
    """Return when it is the run's turn, and publish whenever it moved up."""
    moved, said, topic = asyncio.Event(), 0, Topic.QUEUE.of(person)
    bus.subscribe(topic, moved.set)
    try:
        while (now := await _place_of(generation_id)) > 0:
            if now != said:
                bus.publish(Topic.WAITING.of(generation_id))
            said = now
            with suppress(TimeoutError):
                await asyncio.wait_for(moved.wait(), LOOK_SECONDS)
            moved.clear()
    finally:
        bus.unsubscribe(topic, moved.set)
    if said:
        bus.publish(Topic.WAITING.of(generation_id))


async def _place_of(generation_id: int) -> int:
    def look() -> int:
        generation = Generation.objects.filter(pk=generation_id).first()
        return own_place(generation) if generation is not None else 0

    try:
        return await in_thread(look)()
    except DatabaseError as trouble:  # the journal tells whether anything can be kept
        logger.warning("Generation %d does not wait in line: %s", generation_id, trouble)
        return 0
