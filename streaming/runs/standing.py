"""Rules about the generations of a message: which of them stand, and what can follow the last."""

from __future__ import annotations

from conversations.models import Message
from streaming.models import Generation
from streaming.resume.plan import resumable


def standing_runs(message: Message) -> list[Generation]:
    """Those that wrote the message's text, in order: all that were not undone.

    Read from what was prefetched, where it was.
    """
    return [each for each in message.generations.all() if each.undone_at is None]


def last_run(message: Message) -> Generation | None:
    """The generation that wrote the end of the text."""
    return next(reversed(standing_runs(message)), None)


def resumable_run(generation: Generation, text: str) -> bool:
    """Whether a new generation can resume the text where this one ended."""
    return resumable(generation.status, generation.finish_reason, generation.error_code, text)
