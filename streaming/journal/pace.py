"""The one beat of a busy process: how far its reads, its commits and its sends lie apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Milliseconds of a frame, in which what many runs read is committed and shown together.

    A run that is alone has none: each delta is shown at once. Several have one of at least
    `least`, which is about a display's own: more often would cost more and show nothing sooner.
    More runs, or a slow commit, make it as long as the work that it causes, up to `most`.
    """

    least_ms: float
    ms_per_run: float
    most_ms: float

    def frame_seconds(self, runs: int, commit_seconds: float) -> float:
        work = max(runs * self.ms_per_run, self.least_ms) if runs > 1 else 0.0
        return min(max(work, commit_seconds * 2000), self.most_ms) / 1000
