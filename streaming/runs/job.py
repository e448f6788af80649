"""What a run is to do, gathered from the rows when it is begun: whom to ask, what, and how."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from conversations import branches
from conversations.branches import PlainMessage
from conversations.files import attached
from conversations.files.models import File
from conversations.models import Message
from conversations.prepared import OTHER_TEXT, SOME_TEXT, SOME_UUID, Prepared
from streaming.models import Generation
from streaming.providers.base import ChatMessage, ChatRequest, Replay, ResumeMode, SentFile
from streaming.providers.config import ProviderConfig
from streaming.resume import plan as planner
from streaming.runs import recordings
from streaming.runs.retry_policy import Pause
from streaming.sent_files import estimates

Status = Generation.Status

SentFiles: TypeAlias = Mapping[int, tuple[SentFile, ...]]
"""By message."""

HELD_FOR = timedelta(minutes=10)
"""How long an upstream keeps an answer that it writes in the background."""

AT_ONCE = 200
"""Turns that are read where the job is made; its run reads a longer history, and one with files."""

ONLY_PICTURES = "(The pictures of this answer come with the next prompt.)"
"""What the model reads where it wrote no word, in place of an empty turn."""

LEFT_ALONE = frozenset({"upstream_disconnected", "upstream_timeout", "interrupted", "internal"})
"""Endings that upstream had no part in: it may still hold the answer, and continue it."""


class Way(NamedTuple):
    """How a run resumes a text; `replay` if upstream still holds the answer."""

    mode: ResumeMode
    replay: Replay | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """What its generation remembers from the start."""
        held = self.replay
        return {
            "resume_mode": self.mode,
            "response_id": held.response_id if held else "",
            "response_cursor": held.after if held else None,
        }


@dataclass(frozen=True, slots=True)
class Job:
    """One generation's work.

    `person` asked for it. `partial` is the kept text that it resumes; `instead` is asked if
    upstream refuses to resume in this `mode`. `resumes` counts how often the answer was resumed
    automatically since text last came, and `pause` is a wait before the first request. `has_turn`:
    it need not wait in line, which was found out when it was made. `unread`: the turns down to this
    message are to be read and asked before those of the requests (`with_history`), which have
    `at_least` so many characters.
    """

    generation_id: int
    epoch: int
    conversation_id: UUID
    person: int
    provider: str
    request: ChatRequest
    partial: str = ""
    mode: ResumeMode | None = None
    instead: ChatRequest | None = None
    resumes: int = 0
    pause: Pause | None = None
    has_turn: bool = False
    unread: int | None = None
    at_least: int = 0

    @property
    def characters(self) -> int:
        """The size of what is asked."""
        turns = sum(
            len(message.text) + sum(map(estimates.characters, message.files))
            for message in self.request.messages
        )
        turns = max(turns, self.at_least)
        return len(self.request.system) + turns + len(self.request.prefill)


def resume_way(
    generations: Sequence[Generation],
    text: str,
    config: ProviderConfig,
    model: str,
    refused_prefill: Container[tuple[str, str]],
) -> Way:
    """The best way for this model to resume a message's text, which these generations wrote."""
    replay = _held(generations, text, config, model)
    mode = planner.plan(
        config, model, refused_prefill=refused_prefill, replayable=replay is not None
    )
    return Way(mode, replay if mode == "replay" else None)


def job_for(
    generation: Generation,
    way: Way | None = None,
    *,
    resumes: int = 0,
    pause: Pause | None = None,
    has_turn: bool = False,
) -> Job:
    """The work of a run that was just made."""
    message, conversation = generation.message, generation.conversation
    turns = branches.asked(message.parent_id, AT_ONCE + 1)
    is_long = len(turns) > AT_ONCE or any(turn.has_files for turn in turns)
    sent = generation.sent or {
        "system_prompt": conversation.system_prompt,  # of a row that an earlier version made
        "parameters": conversation.parameters,
    }
    anew = ChatRequest(
        model=generation.model,
        messages=() if is_long else _said(turns, Author.of(generation)),
        system=sent["system_prompt"],
        parameters=sent["parameters"],
        largest_picture=settings.LARGEST_PICTURE_BYTES,
        record=recordings.record_of(generation),
    )
    plain = Job(
        generation_id=generation.pk,
        epoch=generation.epoch,
        conversation_id=conversation.pk,
        person=conversation.owner_id,
        provider=generation.provider,
        request=anew,
        resumes=resumes,
        pause=pause,
        has_turn=has_turn,
        unread=message.parent_id if is_long else None,
        at_least=sum(len(turn.text) for turn in turns) if is_long else 0,
    )
    if way is None:
        return plain
    instruction = planner.apply("instruct", anew, message.text)
    asked = replace(planner.apply(way.mode, anew, message.text), replay=way.replay)
    instead = instruction if way.mode != "instruct" else None
    return replace(plain, request=asked, partial=message.text, mode=way.mode, instead=instead)


def _held(
    generations: Sequence[Generation], text: str, config: ProviderConfig, model: str
) -> Replay | None:
    """The rest of the answer, if this provider was writing it and lets it be read again."""
    last = generations[-1]  # an edit has no cursor: upstream holds another text then
    is_same = (last.provider, last.model) == (config.slug, model)
    broke_off = last.status in (Status.FAILED, Status.INTERRUPTED)
    if (
        not config.is_background
        or not is_same
        or not (broke_off and last.error_code in LEFT_ALONE)
        or last.response_cursor is None
        or last.ended_at is None
        or timezone.now() - last.ended_at > HELD_FOR
    ):
        return None
    wrote_it = [each for each in generations if each.response_id == last.response_id]
    start, pks = min(each.start_offset for each in wrote_it), {each.pk for each in wrote_it}
    calls = (call["id"] for call in last.message.tool_calls if call["generation"] in pks)
    return Replay(last.response_id, last.response_cursor, text[start:], frozenset(calls))


class History(NamedTuple):
    """Turns, and by message the files that hang on them."""

    turns: Sequence[PlainMessage]
    files: Mapping[int, Sequence[File]]


class Author(NamedTuple):
    """Which model answers, and in which conversation."""

    conversation_id: UUID
    provider: str
    model: str

    @classmethod
    def of(cls, generation: Generation) -> Author:
        return cls(generation.conversation_id, generation.provider, generation.model)


def history_of(job: Job) -> History:
    """A history that nobody else waits for while it is read."""
    turns = branches.asked(job.unread)
    return History(turns, attached.files_of([turn.pk for turn in turns if turn.has_files]))


def with_history(job: Job, turns: Sequence[PlainMessage], files: SentFiles) -> Job:
    """The same with these turns, and with the files that hang on them."""
    author = Author(job.conversation_id, job.provider, job.request.model)
    said = _said(turns, author, files)
    request, instead = (
        replace(one, messages=(*said, *one.messages)) if one else None
        for one in (job.request, job.instead)
    )
    assert request is not None
    return replace(job, request=request, instead=instead, unread=None)


def _said(
    turns: Sequence[PlainMessage], author: Author, files: SentFiles = MappingProxyType({})
) -> tuple[ChatMessage, ...]:
    """The turns that were said; answers that never came are left out.

    Pictures of an answer are shown again by the prompt after it: no format takes them back.
    """
    is_answered = any(turn.role == Message.Role.ASSISTANT for turn in turns)
    opaque = _opaque(author) if is_answered else {}
    said: list[ChatMessage] = []
    made: tuple[SentFile, ...] = ()
    for turn in turns:
        own = files.get(turn.pk, ())
        if not (turn.text.strip() or own):
            continue
        if turn.role == Message.Role.USER:
            said.append(ChatMessage("user", turn.text, files=made + own))
            made = ()
        else:
            text = turn.text if turn.text.strip() else ONLY_PICTURES
            said.append(ChatMessage("assistant", text, opaque=opaque.get(turn.pk)))
            made += own
    return tuple(said)


def _opaque(author: Author) -> dict[int, dict[str, object]]:
    """What answers left to be sent back, where this very model wrote them in one go."""
    return dict(_kept().rows(author.conversation_id, author.provider, author.model))


@cache
def _kept() -> Prepared:
    others = Generation.objects.filter(message=OuterRef("message")).exclude(pk=OuterRef("pk"))
    kept = Generation.objects.filter(
        ~Exists(others),
        conversation=SOME_UUID,
        provider=SOME_TEXT,
        model=OTHER_TEXT,
        opaque__isnull=False,
    )
    return Prepared(kept.values_list("message_id", "opaque"), SOME_UUID, SOME_TEXT, OTHER_TEXT)
