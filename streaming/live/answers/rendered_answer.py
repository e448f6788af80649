"""An answer's text rendered: from rows and journal for a page, or as a broadcast has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from conversations import markdown
from streaming.journal import store
from streaming.journal.tool_calls import AnswerCall, AnswerCalls
from streaming.live.answers import rendered_texts
from streaming.live.answers.answer_rows import AnswerRows
from streaming.models import Generation
from streaming.runs.standing import last_run


class RenderedAnswer(NamedTuple):
    """An answer as somebody renders it right now: all up to entry `cursor`."""

    html: str
    length: int
    reasoning: str
    cursor: int
    calls: Sequence[AnswerCall] = ()
    thought: float | None = None


def render(rows: AnswerRows) -> RenderedAnswer:
    """The answer rendered now, with the entries that are not yet folded into its message."""
    message = rows.message
    prefix = f"answer-{message.pk}"
    generation = last_run(rows.generations)
    running = generation is not None and generation.status == Generation.Status.RUNNING
    snapshot = store.snapshot(generation.pk) if generation and running else None
    if snapshot is None:
        html = rendered_texts.ended.html(message.text, prefix)
        calls = AnswerCalls(message.tool_calls).all
        thought = _thought(rows.generations)
        return RenderedAnswer(html, len(message.text), message.reasoning, 0, calls, thought)
    html = markdown.render(snapshot.text, prefix, complete=snapshot.ended)
    return RenderedAnswer(
        html,
        len(snapshot.text),
        snapshot.reasoning,
        snapshot.cursor,
        snapshot.calls,
        snapshot.thought,
    )


def nothing_yet(message_id: int) -> RenderedAnswer:
    """The answer of a run that has not written anything."""
    html = markdown.render("", f"answer-{message_id}", complete=False)
    return RenderedAnswer(html, 0, "", 0)


def _thought(generations: Iterable[Generation]) -> float | None:
    """What ended runs thought, those that were undone too: their thoughts are still shown."""
    known = [generation.thought_seconds for generation in generations]
    spells = [seconds for seconds in known if seconds is not None]
    return sum(spells) if spells else None
