"""Readers of answers whose deltas carry the time of their writing, and what they found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles

STAMP = re.compile("⟨([0-9.]+)⟩")


@dataclass(slots=True)
class Lateness:
    """Seconds from upstream's write of a delta to its arrival; each delta counts once."""

    counting: bool = False
    seconds: list[float] = field(default_factory=list)
    _newest: dict[int, float] = field(default_factory=dict)

    def see(self, answer: int, frame: str, now: float) -> None:
        newest = self._newest.get(answer, 0.0)
        stamps = [stamp for stamp in map(float, STAMP.findall(frame)) if stamp > newest]
        if stamps:
            self._newest[answer] = stamps[-1]
        if self.counting:
            self.seconds += [now - stamp for stamp in stamps]

    def percentile(self, percent: int) -> float:
        """In milliseconds."""
        return quantiles(self.seconds, n=100)[percent - 1] * 1000


@dataclass(frozen=True, slots=True)
class Figures:
    """Lateness in milliseconds, CPU in milliseconds per 1,000 deltas, memory per answer."""

    p50: float
    p99: float
    cpu: tuple[float, ...]
    """Of each process."""
    kilobytes: float
    share: float
    """Of the deltas that upstream was due to write, how many arrived in the time."""
    busy: float
    """How much of all cores was used, by whomever."""
    commit_p99: float = 0.0
    notes: Sequence[str] = ()
