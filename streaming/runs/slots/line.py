"""The places of this process in which answers are written, given to people in turn (L5).

Whoever writes least here is next, so one who has twenty answers waiting does not hold up another's
first. Among people who write as much, the older answer is next.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings

from streaming.cluster.bus import Bus, Topic

RING_SECONDS = 0.3
"""After which those in line hear that it moved: many moves are told as one."""


class Waiting(NamedTuple):
    """An answer in line, of that person."""

    generation: int
    person: int


def in_order(waiting: Iterable[Waiting], held: Counter[int]) -> list[Waiting]:
    """Who is next, and who after that, where people write so many answers each. Pure."""
    ahead = Counter(held)
    ranks: dict[Waiting, tuple[int, int]] = {}
    for each in sorted(waiting):
        ranks[each] = (ahead[each.person], each.generation)
        ahead[each.person] += 1
    return sorted(ranks, key=ranks.__getitem__)


class Slots:
    """Counts who holds how many, and has a line of who waits. Call it on its loop."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._held: Counter[int] = Counter()
        self._waiting: dict[Waiting, asyncio.Event] = {}
        self._ring: asyncio.TimerHandle | None = None

    def hold(self, person: int) -> bool:
        """Take one that is free; False if none is."""
        if self._waiting or self._held.total() >= settings.RUNNING_GENERATIONS:
            return False
        self._held[person] += 1
        return True

    def line_up(self, waiting: Waiting) -> asyncio.Event:
        """What is set once this answer holds a slot."""
        self._moved()
        turn = self._waiting[waiting] = asyncio.Event()
        return turn

    def leave(self, waiting: Waiting) -> None:
        """Out of the line, without a slot."""
        del self._waiting[waiting]
        self._moved()

    def release(self, person: int) -> None:
        """To whoever is next. Who gives it back counts as writing until that is chosen."""
        free = 1 + settings.RUNNING_GENERATIONS - self._held.total()
        chosen = in_order(self._waiting, self._held)[: max(free, 0)]
        self._held.subtract([person])
        self._held += Counter()  # forgets who holds none
        for each in chosen:
            self._held[each.person] += 1
            self._waiting.pop(each).set()
        self._moved()

    def _moved(self) -> None:
        if self._waiting and self._ring is None:
            self._ring = asyncio.get_running_loop().call_later(RING_SECONDS, self._tell)

    def _tell(self) -> None:
        self._ring = None
        for each in self._waiting:
            self._bus.publish(Topic.WAITING.of(each.generation))
