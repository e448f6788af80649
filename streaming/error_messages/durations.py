"""Times in words."""

import math

from django.utils.translation import gettext

LONG_SECONDS = 86_400
"""Nobody waits longer than that."""
A_MOMENT_SECONDS = 0.5


def measured(seconds: float) -> str:
    """What something took."""
    return gettext("%(number)s s") % {"number": f"{seconds:.1f}"}


def duration(seconds: float) -> str:
    """In words; what nobody can wait for is no number."""
    if not seconds < LONG_SECONDS:
        return gettext("longer than a day")
    whole = math.ceil(seconds)
    if whole <= 120:
        return gettext("%(number)s s") % {"number": whole}
    minutes = math.ceil(seconds / 60)
    if minutes <= 120:
        return gettext("%(number)s min") % {"number": minutes}
    return gettext("%(number)s h") % {"number": math.ceil(minutes / 60)}


def thought(seconds: float | None) -> str:
    """How long a model thought, as the label of its thoughts says it; empty if not known."""
    if seconds is None:
        return ""
    if seconds < A_MOMENT_SECONDS:
        return gettext("Thought for a moment")
    minutes, rest = divmod(max(round(seconds), 1), 60)
    told = {"minutes": minutes, "seconds": rest}
    if not minutes:
        return gettext("Thought for %(seconds)s s") % told
    if rest:
        return gettext("Thought for %(minutes)s min %(seconds)s s") % told
    return gettext("Thought for %(minutes)s min") % told
