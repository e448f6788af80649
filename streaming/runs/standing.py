"""Rules about the generations of a message: which of them stand, and what can follow the last."""

from __future__ import annotations

from collections.abc import Iterable

from streaming.models import Generation
from streaming.resume.plan import resumable


def standing_runs(generations: Iterable[Generation]) -> list[Generation]:
    """Of a message's generations in order those that wrote its text: all that were not undone."""
    return [each for each in generations if each.undone_at is None]


def last_run(generations: Iterable[Generation]) -> Generation | None:
    """The generation that wrote the end of the text."""
    return next(reversed(standing_runs(generations)), None)


def resumable_run(generation: Generation, text: str) -> bool:
    """Whether a new generation can resume the text where this one ended."""
    return resumable(generation.status, generation.finish_reason, generation.error_code, text)
