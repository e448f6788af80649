"""A run that writes on another branch than the one that a page shows."""

from __future__ import annotations

from collections.abc import Callable

from streaming.cluster.bus import Bus, Topic


class RunElsewhere:
    """Calls `ended` when the run ends, for then the page has no Stop button any more."""

    def __init__(self, bus: Bus, ended: Callable[[], None]) -> None:
        self._bus = bus
        self._ended = ended
        self._generation: int | None = None

    def follow(self, generation: int | None) -> None:
        """Listen to this run, and to no other; None for no run."""
        if self._generation is not None:
            self._bus.unsubscribe(Topic.CLOSED.of(self._generation), self._ended)
        self._generation = generation
        if generation is not None:
            self._bus.subscribe(Topic.CLOSED.of(generation), self._ended)
