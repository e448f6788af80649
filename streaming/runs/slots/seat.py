"""The slot of one answer: waited for once, held by all the runs that write it, given back once."""

from __future__ import annotations

import logging

from django.db import DatabaseError

from streaming.cluster.bus import Bus, Topic
from streaming.db_threads import in_thread
from streaming.models import Generation
from streaming.runs.slots.line import Slots, Waiting

logger = logging.getLogger(__name__)


class Seat:
    """Of one chain of runs of a person."""

    def __init__(self, slots: Slots, bus: Bus, person: int) -> None:
        self.has_waited = False
        self._slots, self._bus, self._person = slots, bus, person
        self._is_held = False

    async def take(self, generation_id: int) -> None:
        """Return when the answer may be written. Its row says while it waits, for every process."""
        if self._is_held or self._slots.hold(self._person):
            self._is_held = True
            return
        self.has_waited = True
        waiting = Waiting(generation_id, self._person)
        turn = self._slots.line_up(waiting)
        try:
            await self._tell(generation_id, waits=True)
            await turn.wait()
        finally:
            if turn.is_set():
                self._is_held = True
            else:
                self._slots.leave(waiting)
        await self._tell(generation_id, waits=False)

    def leave(self) -> None:
        if self._is_held:
            self._is_held = False
            self._slots.release(self._person)

    async def _tell(self, generation_id: int, *, waits: bool) -> None:
        rows = Generation.objects.filter(pk=generation_id)
        try:
            await in_thread(rows.update)(waits_for_slot=waits or None)
        except DatabaseError as trouble:  # the journal tells whether anything can be kept
            logger.warning("Generation %d does not say that it waits: %s", generation_id, trouble)
        self._bus.publish(Topic.WAITING.of(generation_id))
