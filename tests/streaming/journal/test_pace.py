"""How long a frame is, in which many runs are read, kept and shown together."""

from __future__ import annotations

import pytest

from streaming.journal.pace import Pace

PACE = Pace(least_ms=16, ms_per_run=0.4, most_ms=40)


@pytest.mark.parametrize(
    ("runs", "commit_seconds", "seconds"),
    [
        (0, 0.0, 0.0),
        (1, 0.0, 0.0),
        (1, 0.001, 0.002),
        (2, 0.001, 0.016),
        (40, 0.001, 0.016),
        (60, 0.001, 0.024),
        (100, 0.001, 0.040),
        (1000, 0.001, 0.040),
        (20, 0.015, 0.030),
        (1, 5.0, 0.040),
    ],
)
def test_a_frame_is_as_long_as_its_work(runs: int, commit_seconds: float, seconds: float) -> None:
    assert PACE.frame_seconds(runs, commit_seconds) == pytest.approx(seconds)
