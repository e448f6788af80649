"""An assistant message as a reader sees it: its text, its life in segments, what can be done."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from conversations import markdown
from streaming.error_messages import endings
from streaming.journal import store, thinking, usage
from streaming.journal.tool_calls import AnswerCall, AnswerCalls
from streaming.journal.usage import Usage
from streaming.live.answers import notices
from streaming.live.answers.answer_rows import AnswerRows
from streaming.live.answers.notices import NOTHING, Notice
from streaming.models import Generation
from streaming.runs import user_queue
from streaming.runs.standing import last_run, resumable_run, standing_runs

Status = Generation.Status
WHOLE = 1000


class Segment(NamedTuple):
    """What one generation wrote: where it starts and how long it is, per mille of the text."""

    start: int
    size: int
    resumed: bool
    title: str


class Cut(NamedTuple):
    """Where the text was cut off and gone on with: per mille of it, and after how much of what is
    shown of it, which tells its line.
    """

    at: int
    shown: int
    title: str


class RenderedAnswer(NamedTuple):
    """An answer as somebody renders it right now: all up to entry `cursor`."""

    html: str
    length: int
    reasoning: str
    cursor: int
    calls: Sequence[AnswerCall] = ()
    thought: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that the templates say of an assistant message."""

    generation: Generation | None
    status: str
    html: SafeString
    cursor: int
    reasoning: str
    thinking: bool
    thought: str
    calls: Sequence[AnswerCall]
    empty: bool
    segments: Sequence[Segment]
    cuts: Sequence[Cut]
    notice: Notice
    wait: Notice
    can_resume: bool
    can_regenerate: bool
    can_retry: bool
    can_undo: bool
    resumed: int
    warnings: Sequence[str]
    usage: Usage
    seconds: str
    key: uuid.UUID
    sibling_index: int
    sibling_count: int
    previous_sibling: int | None
    next_sibling: int | None

    headline = property(lambda self: self.notice.headline)
    sentence = property(lambda self: self.notice.sentence)
    tone = property(lambda self: self.notice.tone)
    retry_after = property(lambda self: self.notice.retry_after)
    request_id = property(lambda self: self.notice.request_id)
    model = property(lambda self: self.generation.model if self.generation else "")
    choice = property(lambda self: self.generation.choice if self.generation else "")
    tokens = property(lambda self: self.usage.output)
    cost = property(lambda self: self.usage.cost)


def answer(rows: AnswerRows, shown: RenderedAnswer | None = None) -> Answer:
    """The answer as it stands, or as somebody renders it right now."""
    message, siblings = rows.message, rows.siblings
    runs = standing_runs(rows.generations)
    last = runs[-1] if runs else None
    running = last is not None and last.status == Status.RUNNING
    shown = shown or read(rows)
    is_leaf = message.conversation.leaf_id == message.pk
    offers = is_leaf and not running and last is not None
    blank = shown.length == 0 or not message.text.strip()
    silent = blank and not shown.calls
    notice = NOTHING if last is None or running else notices.of(last, message.text)
    place = siblings.index(message.pk) if message.pk in siblings else 0
    spans = _spans(runs, shown.length)
    return Answer(
        generation=last,
        status=last.status if last else Status.FINISHED,
        html=mark_safe(shown.html),  # noqa: S308 (sanitised by the renderer)
        cursor=shown.cursor,
        reasoning=shown.reasoning,
        thinking=running and silent and bool(shown.reasoning),
        thought=thinking.words(shown.thought),
        calls=shown.calls,
        empty=last is not None and last.status == Status.FINISHED and silent,
        segments=[_segment(span) for span in spans],
        cuts=[_cut(span, message.text) for span in spans if span.run.resume_mode],
        notice=notice,
        wait=_wait(last, shown) if last is not None and running else NOTHING,
        can_resume=offers and last is not None and resumable_run(last, message.text),
        can_regenerate=offers,
        can_retry=offers and silent and notice.retry,
        can_undo=offers and last is not None and bool(last.resume_mode),
        resumed=sum(1 for run in runs if run.resume_mode),
        warnings=[sentence for run in runs for sentence in notices.warnings(run)],
        usage=usage.of(runs),
        seconds=_seconds(runs),
        key=uuid.uuid4(),
        sibling_index=place + 1,
        sibling_count=max(len(siblings), 1),
        previous_sibling=siblings[place - 1] if place > 0 else None,
        next_sibling=siblings[place + 1] if place + 1 < len(siblings) else None,
    )


def _wait(run: Generation, shown: RenderedAnswer) -> Notice:
    """What a running run waits for, if nothing of it has come."""
    notice = notices.waiting(run)
    if notice.headline or shown.cursor:
        return notice
    return notices.in_line(user_queue.place(run))


def read(rows: AnswerRows) -> RenderedAnswer:
    """The answer's text rendered now, with the entries that are not yet folded into it."""
    message = rows.message
    prefix = f"answer-{message.pk}"
    run = last_run(rows.generations)
    running = run is not None and run.status == Status.RUNNING
    snapshot = store.snapshot(run.pk) if run and running else None
    if snapshot is None:
        html = markdown.render(message.text, prefix)
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


def _thought(generations: Iterable[Generation]) -> float | None:
    """What ended runs thought, those that were undone too: their thoughts are still shown."""
    known = [run.thought_seconds for run in generations]
    spells = [seconds for seconds in known if seconds is not None]
    return sum(spells) if spells else None


class _Span(NamedTuple):
    """A run that wrote, the one before it, and from where to where, per mille of the text."""

    run: Generation
    before: Generation | None
    start: int
    end: int


def _spans(runs: Sequence[Generation], length: int) -> list[_Span]:
    """Together the whole line; the span of a run that has not written yet is empty."""
    if not length or not runs:
        return []
    starts = [min(run.start_offset, length) * WHOLE // length for run in runs]
    spans = map(_Span, runs, [None, *runs], starts, [*starts[1:], WHOLE])
    return [span for span in spans if span.end > span.start or span.run.status == Status.RUNNING]


def _segment(span: _Span) -> Segment:
    size = span.end - span.start
    return Segment(span.start, size, bool(span.run.resume_mode), _title(span.run))


def _cut(span: _Span, text: str) -> Cut:
    shown = markdown.visible_length(text[: span.run.start_offset])
    resumed = f"resumed {_clock(span.run.created_at)} with {span.run.model}"
    title = f"{_past(span.before)}; {resumed}" if span.before else resumed
    return Cut(span.start, shown, title)


def _title(run: Generation) -> str:
    began = f"{run.model}, {_clock(run.created_at)}"
    return began if run.status == Status.RUNNING else f"{began}: {_past(run)}"


def _past(run: Generation) -> str:
    verb = {
        Status.FINISHED: endings.CUT_BY_LENGTH
        if run.finish_reason == "length"
        else endings.FINISHED,
        Status.CANCELLED: endings.STOPPED,
        Status.FAILED: endings.BROKEN_OFF,
        Status.INTERRUPTED: endings.INTERRUPTED,
    }.get(Status(run.status), endings.WRITING)
    return f"{verb} {_clock(run.ended_at)}"


def _clock(moment: datetime | None) -> str:
    """In a form that local_time.js finds, as what it stands in holds no elements."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else ""


def _seconds(runs: Sequence[Generation]) -> str:
    spent = [run.took.total_seconds() for run in runs if run.took is not None]
    return f"{sum(spent):.1f} s" if spent else ""
