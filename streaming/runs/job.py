"""What a run is to do, gathered from the rows when it is begun: whom to ask, what, and how."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from conversations import branches
from conversations.branches import PlainMessage
from conversations.models import Message
from streaming.catalog.own_keys.keys import PersonsKey, key_for
from streaming.journal import store
from streaming.journal.tool_calls import WAITING, AnswerCalls, as_kept
from streaming.models import Generation
from streaming.providers.base import ChatMessage, ChatRequest, Replay, ResumeMode, Tool
from streaming.providers.config import ProviderConfig
from streaming.resume import plan as planner
from streaming.runs import recordings
from streaming.runs.history.said import Author, SentFiles, own_rounds, said
from streaming.runs.retry_policy import Pause
from streaming.runs.rounds.calling import PendingCall
from streaming.sent_files import estimates
from streaming.tools.offered import OfferedTool, tools_of

Status = Generation.Status

HELD_FOR = timedelta(minutes=10)
"""How long an upstream keeps an answer that it writes in the background."""

AT_ONCE = 200
"""Turns that are read where the job is made; its run reads a longer history, and one with files."""

LEFT_ALONE = frozenset({"upstream_disconnected", "upstream_timeout", "interrupted", "internal"})
"""Endings that upstream had no part in: it may still hold the answer, and continue it."""


class Own(NamedTuple):
    """What of an answer precedes what is asked for; see `_own`."""

    pending: tuple[PendingCall, ...]
    told: tuple[ChatMessage, ...]
    rest: str


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
    `at_least` so many characters. `pending` calls run before anything is asked; `rounds` were
    begun since a person was asked. `own_key` is asked with instead of the site's, if there is one.
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
    message_id: int = 0
    tools: tuple[OfferedTool, ...] = ()
    pending: tuple[PendingCall, ...] = ()
    rounds: int = 0
    own_key: PersonsKey | None = None

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
    rounds: int = 0,
) -> Job:
    """The work of a run that was just made."""
    message, conversation = generation.message, generation.conversation
    turns = branches.asked(message.parent_id, AT_ONCE + 1)
    is_long = len(turns) > AT_ONCE or any(turn.has_files for turn in turns)
    author, tools = Author.of(generation), tools_of(conversation)
    pending, told, rest = _own(message, author)
    anew = _request(generation, tools, () if is_long else said(turns, author))
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
        message_id=message.pk,
        tools=tools,
        pending=pending,
        rounds=rounds,
        own_key=key_for(conversation.owner_id, generation.provider),
    )
    anew = replace(anew, messages=(*anew.messages, *told))
    if way is None or not rest.strip():  # after calls there may be no text yet to continue
        return replace(plain, request=anew)
    instruction = planner.apply("instruct", anew, rest)
    asked = replace(planner.apply(way.mode, anew, rest), replay=way.replay)
    instead = instruction if way.mode != "instruct" else None
    return replace(plain, request=asked, partial=rest, mode=way.mode, instead=instead)


def _request(
    generation: Generation, tools: Sequence[OfferedTool], told: tuple[ChatMessage, ...]
) -> ChatRequest:
    conversation = generation.conversation
    sent = generation.sent or {
        "system_prompt": conversation.system_prompt,  # of a row that an earlier version made
        "parameters": conversation.parameters,
    }
    return ChatRequest(
        model=generation.model,
        messages=told,
        system=sent["system_prompt"],
        parameters=sent["parameters"],
        tools=tuple(Tool(tool.name, tool.description, tool.schema) for tool in tools),
        largest_picture=settings.LARGEST_PICTURE_BYTES,
        record=recordings.record_of(generation),
    )


def _own(message: Message, author: Author) -> Own:
    """What of the answer itself precedes what is asked for: calls to run first, or else what was
    told of those before; and the text after them.
    """
    if not message.tool_calls:
        return Own((), (), message.text)
    calls = AnswerCalls(message.tool_calls).all
    waiting = [each for each in calls if each.state == WAITING]
    if waiting:
        return Own(tuple(PendingCall(c.number, c.name, c.arguments) for c in waiting), (), "")
    return Own((), *own_rounds(message, author))


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


def with_history(job: Job, branch: Sequence[PlainMessage], files: SentFiles) -> Job:
    """The same with these turns, and with the files that hang on them."""
    told = said(branch, _author(job), files)
    request, instead = (
        replace(one, messages=(*told, *one.messages)) if one else None
        for one in (job.request, job.instead)
    )
    assert request is not None
    return replace(job, request=request, instead=instead, unread=None)


def with_results(job: Job) -> Job:
    """The same with what the calls came to that it began with."""
    found = store.snapshot(job.generation_id)
    if found is None:
        return job
    parts, calls = found.parts(), found.calls
    message = Message(pk=found.message_id, text=found.text)
    message.tool_calls = [
        as_kept(call, row["generation"]) for call, row in zip(calls, found.kept_calls, strict=True)
    ]
    message.parts = parts.rows()
    rounds, _ = own_rounds(message, _author(job))
    request = replace(job.request, messages=(*job.request.messages, *rounds))
    return replace(job, request=request, pending=())


def _author(job: Job) -> Author:
    return Author(job.conversation_id, job.provider, job.request.model)
