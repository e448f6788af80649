"""An assistant message as a reader sees it, in parts: what templates show, and no more."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from conversations.answers.parts import CALL, PICTURE
from streaming.error_messages import durations
from streaming.journal import usage
from streaming.live.answers import notices, rendered_answer
from streaming.live.answers.answer_rows import AnswerRows
from streaming.live.answers.life_line import LifeLine, life_line
from streaming.live.answers.notices import NOTHING, Notice
from streaming.live.answers.rendered_answer import RenderedAnswer, RenderedPart
from streaming.models import Generation
from streaming.runs.standing import CALLS, continuation, standing_runs
from streaming.site import is_serving, site

Status = Generation.Status


class AnswerContent(NamedTuple):
    """What the model wrote, up to entry `cursor`: its first thoughts and text, and what follows."""

    html: SafeString
    cursor: int
    reasoning: str
    thinking: bool
    thought: str
    rest: Sequence[RenderedPart]
    empty: bool


class AnswerOffers(NamedTuple):
    """What can be done with the answer; `key` is for whichever of it is done."""

    resume: bool
    regenerate: bool
    retry: bool
    undo: bool
    undo_edit: bool
    key: uuid.UUID


@dataclass(frozen=True, slots=True)
class SiblingSteps:
    """Which of the messages with the same parent this is, counted from 1, and those next to it."""

    index: int
    count: int
    previous: int | None
    next: int | None


class AnswerFacts(NamedTuple):
    """Who wrote the answer last, what all of it used, how often it was resumed and edited."""

    model: str
    choice: str
    tokens: str
    cost: str
    seconds: str
    resumed: int
    edited: int


@dataclass(frozen=True, slots=True)
class AnswerView:
    """`generation` wrote the end of the answer; `notice` says how it ended, `wait` why it waits."""

    generation: Generation | None
    status: str
    content: AnswerContent
    life: LifeLine
    notice: Notice
    wait: Notice
    warnings: Sequence[str]
    offers: AnswerOffers
    siblings: SiblingSteps
    facts: AnswerFacts


def answer(rows: AnswerRows, rendered: RenderedAnswer | None = None) -> AnswerView:
    """The answer as it stands, or as somebody renders it right now."""
    generations = standing_runs(rows.generations)
    last = generations[-1] if generations else None
    rendered = rendered or rendered_answer.render(rows)
    text = rows.message.text
    silent = (rendered.length == 0 or not text.strip()) and not _has_more(rendered)
    running = last is not None and last.status == Status.RUNNING
    notice = notices.of(last, text) if last and not running else NOTHING
    if notice == NOTHING and continuation(generations, rows.message) == CALLS:
        notice = notices.CALLS_CAME_BACK
    return AnswerView(
        generation=last,
        status=last.status if last else Status.FINISHED,
        content=_content(rendered, last, silent),
        life=life_line(generations, text, rendered.length),
        notice=notice,
        wait=_wait(last, rendered) if last and running else NOTHING,
        warnings=[each for generation in generations for each in notices.warnings(generation)],
        offers=_offers(rows, last, notice, silent),
        siblings=siblings(rows),
        facts=_facts(generations),
    )


def _has_more(rendered: RenderedAnswer) -> bool:
    """Whether it holds calls or pictures."""
    return any(part.kind in (CALL, PICTURE) for part in rendered.rest)


def _content(rendered: RenderedAnswer, last: Generation | None, silent: bool) -> AnswerContent:
    running = last is not None and last.status == Status.RUNNING
    return AnswerContent(
        html=mark_safe(rendered.html),  # noqa: S308 (sanitised by the renderer)
        cursor=rendered.cursor,
        reasoning=rendered.reasoning,
        thinking=running and silent and bool(rendered.reasoning),
        thought=durations.thought(rendered.thought),
        rest=rendered.rest,
        empty=last is not None and last.status == Status.FINISHED and silent,
    )


def _wait(generation: Generation, rendered: RenderedAnswer) -> Notice:
    """What a running run waits for, if nothing of it has come."""
    notice = notices.waiting(generation)
    if notice.headline or rendered.cursor:
        return notice
    line = notices.in_line(generation)
    return line if line.headline else notices.making(generation)


def _offers(
    rows: AnswerRows, last: Generation | None, notice: Notice, silent: bool
) -> AnswerOffers:
    """Another answer for each that has ended; what changes an answer only at the thread's end."""
    message, key = rows.message, uuid.uuid4()
    is_running = last is not None and last.status == Status.RUNNING
    if last is None or is_running or message.conversation.leaf_id != message.pk:
        return AnswerOffers(
            resume=False,
            regenerate=not is_running,
            retry=False,
            undo=False,
            undo_edit=last is not None and last.is_edit,
            key=key,
        )
    return AnswerOffers(
        resume=continuation(standing_runs(rows.generations), message) is not None,
        regenerate=True,
        retry=silent and notice.retry,
        undo=bool(last.resume_mode),
        undo_edit=last.is_edit,
        key=key,
    )


def siblings(rows: AnswerRows) -> SiblingSteps:
    pks, pk = rows.siblings, rows.message.pk
    at = pks.index(pk) if pk in pks else 0
    return SiblingSteps(
        index=at + 1,
        count=max(len(pks), 1),
        previous=pks[at - 1] if at > 0 else None,
        next=pks[at + 1] if at + 1 < len(pks) else None,
    )


def _facts(generations: Sequence[Generation]) -> AnswerFacts:
    runs = [generation for generation in generations if not generation.is_edit]
    last = runs[-1] if runs else None
    together = usage.of(generations)
    return AnswerFacts(
        model=_name(last) if last else "",
        choice=last.choice if last else "",
        tokens=together.output,
        cost=together.cost,
        seconds=_seconds(runs),
        resumed=sum(1 for generation in runs if generation.resume_mode),
        edited=len(generations) - len(runs),
    )


def _name(generation: Generation) -> str:
    """What people call the model that wrote it."""
    if not is_serving():
        return generation.model
    return site().menu.name(generation.provider, generation.model)


def _seconds(generations: Sequence[Generation]) -> str:
    times = [each.took.total_seconds() for each in generations if each.took is not None]
    return durations.measured(sum(times)) if times else ""
