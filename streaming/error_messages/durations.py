"""Times in words. Pure."""

import math

LONG_SECONDS = 86_400
"""Nobody waits longer than that."""
A_MOMENT_SECONDS = 0.5


def measured(seconds: float) -> str:
    """What something took."""
    return f"{seconds:.1f} s"


def duration(seconds: float) -> str:
    """In words; what nobody can wait for is no number."""
    if not seconds < LONG_SECONDS:
        return "longer than a day"
    whole = math.ceil(seconds)
    if whole <= 120:
        return f"{whole} s"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min" if minutes <= 120 else f"{math.ceil(minutes / 60)} h"


def thought(seconds: float | None) -> str:
    """How long a model thought, as the label of its thoughts says it; empty if not known."""
    if seconds is None:
        return ""
    if seconds < A_MOMENT_SECONDS:
        return "Thought for a moment"
    minutes, rest = divmod(max(round(seconds), 1), 60)
    if not minutes:
        return f"Thought for {rest} s"
    return f"Thought for {minutes} min {rest} s" if rest else f"Thought for {minutes} min"
