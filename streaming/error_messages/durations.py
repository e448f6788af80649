"""Times in words. Pure."""

import math

LONG_SECONDS = 86_400
"""Nobody waits longer than that."""


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
