"""The line in an answer's margin: one segment a generation, a mark where the text was cut off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate
from typing import NamedTuple

from conversations import markdown
from streaming.error_messages import endings
from streaming.models import Generation

Status = Generation.Status
WHOLE = 1000


class Segment(NamedTuple):
    """What one generation wrote, or what is left of it, per mille of the text: where it starts and
    how long it is. `shown`: it starts after so much of what is shown; None at the very start.
    """

    start: int
    size: int
    resumed: bool
    title: str
    edited: bool = False
    shown: int | None = None


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


class _Piece(NamedTuple):
    """Consecutive characters that one generation wrote; `first` if it wrote nothing before them."""

    generation: Generation
    before: Generation | None
    length: int
    first: bool = True


class _Span(NamedTuple):
    """A piece and from where to where it reaches, per mille of the text; `offset` in characters."""

    piece: _Piece
    offset: int
    start: int
    end: int


def life_line(generations: Sequence[Generation], text: str, length: int) -> LifeLine:
    """The line of the generations that stand; `length` is what is rendered, `text` what is kept."""
    spans = _spans(generations, length)
    lines = {span.offset: _shown(text, span) for span in spans if span.offset and _is_seen(span)}
    cuts = [
        TextCut(span.start, lines[span.offset], _cut_title(span.piece))
        for span in spans
        if span.piece.first and span.piece.generation.resume_mode and span.offset in lines
    ]
    return LifeLine([_segment(span, lines.get(span.offset)) for span in spans], cuts)


def _is_seen(span: _Span) -> bool:
    """Whether the place where it starts is drawn: a seam, or an end of what was edited."""
    return (
        bool(span.piece.generation.resume_mode)
        or span.piece.generation.is_edit
        or (not span.piece.first)
    )


def _shown(text: str, span: _Span) -> int:
    return markdown.visible_length(text[: span.offset])


def _spans(generations: Sequence[Generation], length: int) -> list[_Span]:
    """Together the whole line; the span of a run that has not written yet is empty."""
    if not length or not generations:
        return []
    pieces = _pieces(generations, length)
    ends = [min(end, length) for end in accumulate(piece.length for piece in pieces)]
    starts = [0, *ends[:-1]]
    spans = [
        _Span(piece, start, start * WHOLE // length, end * WHOLE // length)
        for piece, start, end in zip(pieces, starts, ends, strict=True)
    ]
    return [
        span
        for span in spans
        if span.end > span.start or span.piece.generation.status == Status.RUNNING
    ]


def _pieces(generations: Sequence[Generation], length: int) -> list[_Piece]:
    """Whose each part of the text is, from its start to its end."""
    pieces: list[_Piece] = []
    runs = [None, *generations]
    for generation, before, after in zip(generations, runs, [*generations[1:], None], strict=False):
        start, end = generation.start_offset, _end(generation, after, length)
        own = _Piece(generation, before, max(end - start, 0))
        rest = _without(pieces, start + (generation.replaced or 0)) if generation.is_edit else []
        pieces = [*_until(pieces, start), own, *rest]
    return pieces


def _end(generation: Generation, after: Generation | None, length: int) -> int:
    """Where in the text of its time the generation ended to write."""
    if generation.is_edit or (after is not None and after.is_edit):
        return generation.end_offset
    return length if after is None else after.start_offset


def _until(pieces: Sequence[_Piece], offset: int) -> list[_Piece]:
    """The pieces before that place."""
    kept, left = list[_Piece](), offset
    for piece in pieces:
        if left > 0:
            kept.append(piece._replace(length=min(piece.length, left)))
        left -= piece.length
    return kept


def _without(pieces: Sequence[_Piece], offset: int) -> list[_Piece]:
    """The pieces from that place on."""
    kept, left = list[_Piece](), offset
    for piece in pieces:
        cut, left = min(left, piece.length), max(left - piece.length, 0)
        if piece.length > cut:
            kept.append(piece._replace(length=piece.length - cut, first=piece.first and not cut))
    return kept


def _segment(span: _Span, shown: int | None) -> Segment:
    generation = span.piece.generation
    return Segment(
        span.start,
        span.end - span.start,
        bool(generation.resume_mode),
        _title(generation),
        generation.is_edit,
        shown,
    )


def _cut_title(piece: _Piece) -> str:
    generation = piece.generation
    resumed = f"resumed {_clock(generation.created_at)} with {generation.model}"
    return f"{_past(piece.before)}; {resumed}" if piece.before else resumed


def _title(generation: Generation) -> str:
    if generation.is_edit:
        return f"Edited by you {_clock(generation.created_at)}"
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
