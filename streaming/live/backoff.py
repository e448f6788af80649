"""How often the same failure may be tried again, and after how long (R18)."""

from __future__ import annotations

import time
from collections.abc import Sequence

FORGOTTEN_AFTER_SECONDS = 60.0


class Backoff:
    """Counts failures that follow each other; one from over a minute ago is forgotten.

    Each failure is told once, by asking how many seconds to wait before the next try.
    """

    def __init__(self, waits: Sequence[float]) -> None:
        self._waits = waits
        self._failures: list[float] = []

    def wait_or_give_up(self) -> float | None:
        """For a failure that may last: None if that was the last try."""
        return self._waits[at] if (at := self._count()) < len(self._waits) else None

    def wait(self) -> float:
        """For a failure that passes without help: the waits grow, and never end."""
        return self._waits[min(self._count(), len(self._waits) - 1)]

    def _count(self) -> int:
        """How many failures came before this one."""
        now = time.monotonic()
        recent = [when for when in self._failures if now - when < FORGOTTEN_AFTER_SECONDS]
        self._failures = [*recent[-len(self._waits) :], now]
        return len(recent)
