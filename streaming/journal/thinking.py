"""How long a model thought: from its first thought to its first word, as often as that happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

KIND = "thought"
"""The journal's kind of an entry that holds the milliseconds of one spell of thinking."""


class Thinking:
    """Measures the spells of one run."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = None
        self._thought_before = False

    def goes_on(self) -> bool:
        """A thought came; True if it is the first of another spell than the first."""
        if self._since is not None:
            return False
        self._since = self._clock()
        again, self._thought_before = self._thought_before, True
        return again

    def over(self) -> list[tuple[str, str]]:
        """Something else came, or the end: the entry for the spell that this ended, if any."""
        if self._since is None:
            return []
        spell, self._since = self._clock() - self._since, None
        return [(KIND, str(round(spell * 1000)))]


def seconds(entries: Iterable[str]) -> float | None:
    """The time in these entries' texts; None if there are none."""
    spells = [int(text) / 1000 for text in entries]
    return sum(spells) if spells else None
