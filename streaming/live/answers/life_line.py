"""The line in an answer's margin: one segment a generation, a mark where the text was cut off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from conversations import markdown
from streaming.error_messages import endings
from streaming.models import Generation

Status = Generation.Status
WHOLE = 1000


class Segment(NamedTuple):
    """What one generation wrote: where it starts and how long it is, per mille of the text."""

    start: int
    size: int
    resumed: bool
    title: str


class TextCut(NamedTuple):
    """Where the text was cut off and resumed: per mille of it, and after how much of what is
    shown of it, which tells its line.
    """

    at: int
    shown: int
    title: str


class LifeLine(NamedTuple):
    segments: Sequence[Segment]
    cuts: Sequence[TextCut]


class _Span(NamedTuple):
    """A generation, the one before it, and from where to where it wrote, per mille of the text."""

    generation: Generation
    before: Generation | None
    start: int
    end: int


def life_line(generations: Sequence[Generation], text: str, length: int) -> LifeLine:
    """The line of the generations that stand; `length` is what is rendered, `text` what is kept."""
    spans = _spans(generations, length)
    cuts = [_cut(span, text) for span in spans if span.generation.resume_mode]
    return LifeLine([_segment(span) for span in spans], cuts)


def _spans(generations: Sequence[Generation], length: int) -> list[_Span]:
    """Together the whole line; the span of a run that has not written yet is empty."""
    if not length or not generations:
        return []
    starts = [min(each.start_offset, length) * WHOLE // length for each in generations]
    spans = map(_Span, generations, [None, *generations], starts, [*starts[1:], WHOLE])
    return [
        span for span in spans if span.end > span.start or span.generation.status == Status.RUNNING
    ]


def _segment(span: _Span) -> Segment:
    size = span.end - span.start
    return Segment(span.start, size, bool(span.generation.resume_mode), _title(span.generation))


def _cut(span: _Span, text: str) -> TextCut:
    generation = span.generation
    shown = markdown.visible_length(text[: generation.start_offset])
    resumed = f"resumed {_clock(generation.created_at)} with {generation.model}"
    title = f"{_past(span.before)}; {resumed}" if span.before else resumed
    return TextCut(span.start, shown, title)


def _title(generation: Generation) -> str:
    beginning = f"{generation.model}, {_clock(generation.created_at)}"
    running = generation.status == Status.RUNNING
    return beginning if running else f"{beginning}: {_past(generation)}"


def _past(generation: Generation) -> str:
    cut_by_length = generation.finish_reason == "length"
    verb = {
        Status.FINISHED: endings.CUT_BY_LENGTH if cut_by_length else endings.FINISHED,
        Status.CANCELLED: endings.STOPPED,
        Status.FAILED: endings.BROKEN_OFF,
        Status.INTERRUPTED: endings.INTERRUPTED,
    }.get(Status(generation.status), endings.WRITING)
    return f"{verb} {_clock(generation.ended_at)}"


def _clock(moment: datetime | None) -> str:
    """In a form that local_time.js finds, as what it stands in holds no elements."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else ""
