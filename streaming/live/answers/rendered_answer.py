"""An answer rendered, part by part: from rows and journal for a page, or as a broadcast has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe

from conversations import markdown
from conversations.answers.parts import PICTURE, TEXT, THOUGHT, AnswerParts, Part
from streaming.error_messages import durations
from streaming.journal import store
from streaming.journal.snapshot import parts_of
from streaming.journal.tool_calls import AnswerCall, AnswerCalls
from streaming.live.answers import rendered_texts
from streaming.live.answers.answer_rows import AnswerRows
from streaming.models import Generation
from streaming.runs.standing import last_run


class RenderedPart(NamedTuple):
    """What follows the first text of an answer: more text, more thoughts, a call, or a picture.

    Its elements have `place` in their ids.
    """

    place: str
    kind: str
    html: SafeString = SafeString()
    thoughts: str = ""
    label: str = ""
    call: AnswerCall | None = None
    picture: Mapping[str, Any] | None = None


class RenderedAnswer(NamedTuple):
    """An answer as somebody renders it right now: all up to entry `cursor`.

    `html` and `reasoning` are the first text and the thoughts before it, `rest` is what follows.
    """

    html: str
    length: int
    reasoning: str
    cursor: int
    rest: Sequence[RenderedPart] = ()
    thought: float | None = None


def render(rows: AnswerRows) -> RenderedAnswer:
    """The answer rendered now, with the entries that are not yet folded into its message."""
    message = rows.message
    generation = last_run(rows.generations)
    running = generation is not None and generation.status == Generation.Status.RUNNING
    snapshot = store.snapshot(generation.pk) if generation and running else None
    if snapshot is None:
        parts, calls = parts_of(message), AnswerCalls(message.tool_calls).all
        thought = first_thought(parts, _thought(rows.generations))
        return _rendered(parts, calls, message.pk, Place(len(message.text), 0, thought, True))
    parts = snapshot.parts()
    place = Place(
        len(snapshot.text),
        snapshot.cursor,
        first_thought(parts, snapshot.thought),
        snapshot.ended,
    )
    return _rendered(parts, snapshot.calls, message.pk, place)


def nothing_yet(message_id: int) -> RenderedAnswer:
    """The answer of a run that has not written anything."""
    html = markdown.render("", prefix(message_id), complete=False)
    return RenderedAnswer(html, 0, "", 0)


def prefix(message_id: int, place: str = "") -> str:
    """The id under which a text of an answer stands in the page."""
    return f"answer-{message_id}{place}"


class Place(NamedTuple):
    """How far an answer has come: its length, its cursor, how long it thought first, its end."""

    length: int
    cursor: int
    thought: float | None
    ended: bool


def _rendered(
    parts: AnswerParts, calls: Sequence[AnswerCall], message_id: int, at: Place
) -> RenderedAnswer:
    last = parts.all[-1] if parts.all else None
    first, thoughts = parts.head(TEXT), parts.head(THOUGHT)
    open_part = None if at.ended else last

    def html(part: Part | None) -> str:
        text, place = (part.text, part.place) if part else ("", "")
        if at.ended:
            return rendered_texts.ended.html(text, prefix(message_id, place))
        return markdown.render(text, prefix(message_id, place), complete=part is not open_part)

    rest = [
        rendered_part(part, calls, html(part) if part.kind == TEXT else "")
        for part in parts.all
        if part.place
    ]
    reasoning = thoughts.text if thoughts else ""
    return RenderedAnswer(html(first), at.length, reasoning, at.cursor, rest, at.thought)


def rendered_part(part: Part, calls: Sequence[AnswerCall], html: str) -> RenderedPart:
    """A part that has a place of its own; `html` is its text, rendered."""
    if part.kind == TEXT:
        return RenderedPart(part.place, TEXT, html=mark_safe(html))  # noqa: S308 (sanitised)
    if part.kind == THOUGHT:
        label = durations.thought(None if part.ms is None else part.ms / 1000)
        return RenderedPart(part.place, THOUGHT, thoughts=part.text.lstrip("\n"), label=label)
    if part.kind == PICTURE:
        return RenderedPart(part.place, PICTURE, picture=part.picture)
    return RenderedPart(part.place, part.kind, call=calls[part.number])


def first_thought(parts: AnswerParts, all_of_them: float | None) -> float | None:
    """How long the thoughts at the beginning took: all of them, where no others follow."""
    head = parts.head(THOUGHT)
    if head is None or all(part.kind != THOUGHT or part is head for part in parts.all):
        return all_of_them
    return None if head.ms is None else head.ms / 1000


def _thought(generations: Iterable[Generation]) -> float | None:
    """What ended runs thought, those that were undone too: their thoughts are still shown."""
    known = [generation.thought_seconds for generation in generations]
    spells = [seconds for seconds in known if seconds is not None]
    return sum(spells) if spells else None
