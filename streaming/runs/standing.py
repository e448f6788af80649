"""Rules about the generations of a message: which of them stand, and what can follow the last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from conversations.models import Message
from streaming.journal.tool_calls import AnswerCalls
from streaming.models import Generation
from streaming.resume.plan import resumable
from streaming.runs.history import turns

TEXT, CALLS = "text", "calls"
"""What a new run continues: the text where it was cut, or the calls that the model waits for."""


def standing_runs(generations: Iterable[Generation]) -> list[Generation]:
    """Of a message's generations in order those that wrote its text: all that were not undone."""
    return [each for each in generations if each.undone_at is None]


def last_run(generations: Iterable[Generation]) -> Generation | None:
    """The generation that wrote the end of the text."""
    return next(reversed(standing_runs(generations)), None)


def resumable_run(generation: Generation, text: str) -> bool:
    """Whether a new generation can resume the text where this one ended."""
    return resumable(generation.status, generation.finish_reason, generation.error_code, text)


def continuation(generations: Sequence[Generation], message: Message) -> str | None:
    """What a new generation can continue after these, which stand; None while somebody has to
    decide about a call, or where the answer is whole.
    """
    if not generations or turns.undecided(AnswerCalls(message.tool_calls).all):
        return None
    if turns.is_due(message):
        return CALLS
    return TEXT if resumable_run(generations[-1], message.text) else None
