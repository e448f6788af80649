"""From a run that broke off to the one that resumes its text, automatically.

Each is a generation of its own. A run that continued inside the first would have to give two
statuses to one row, add up two bills, and could not write next to the kept text if the model
starts over; so the segments, the undo and the details are those of a resume by hand.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from conversations.roles.rights import Right, may_now
from streaming.audience.permits import may_use
from streaming.journal import store
from streaming.journal.entries import Fenced
from streaming.journal.run_facts import RunFacts
from streaming.models import LONGEST_SENTENCE, Generation
from streaming.providers.config import ProviderConfig
from streaming.providers.formats.building.text_limit import MAX_ANSWER
from streaming.runs.job import Job, Way, job_for, resume_way
from streaming.runs.retry_policy import Pause
from streaming.runs.standing import continuation, standing_runs


class NotResumable(Exception):
    """There is nothing to resume, or nobody wants it."""


def close_and_resume(
    job: Job,
    facts: RunFacts,
    pause: Pause,
    config: ProviderConfig,
    refused_prefill: Container[tuple[str, str]],
) -> Job | None:
    """End the run and begin the next in one transaction, so that no reader sees a gap.

    None, with nothing done, if the answer cannot be resumed or a stop was asked for. Raises Fenced
    if the run was taken away.
    """
    try:
        with transaction.atomic():
            if not store.close(job.generation_id, facts, epoch=job.epoch):
                raise Fenced
            return _next(job, pause, config, refused_prefill)
    except NotResumable:
        return None


def _next(
    job: Job, pause: Pause, config: ProviderConfig, refused_prefill: Container[tuple[str, str]]
) -> Job:
    related = Generation.objects.select_related("message__conversation", "conversation")
    ended = related.get(pk=job.generation_id)
    generation, way = begin_after(
        ended,
        config,
        refused_prefill,
        worker_id=ended.worker_id,
        retry_at=timezone.now() + timedelta(seconds=pause.seconds),
        error_message=pause.sentence[:LONGEST_SENTENCE],
    )
    return job_for(generation, way, resumes=job.resumes + 1, pause=pause, rounds=job.rounds)


def begin_after(
    ended: Generation,
    config: ProviderConfig,
    refused_prefill: Container[tuple[str, str]],
    **fields: Any,
) -> tuple[Generation, Way]:
    """The automatic run that resumes an ended one, and its way; raises NotResumable."""
    message = ended.message
    if ended.stop_requested_at or continuation([ended], message) is None:
        raise NotResumable
    owner = message.conversation.owner_id
    if not (may_now(owner, Right.WRITE) and may_use(owner, ended.provider, ended.model)):
        raise NotResumable
    generations = standing_runs(message.generations.all())
    automatic = sum(each.automatic and bool(each.resume_mode) for each in generations)
    if len(message.text) > MAX_ANSWER or automatic >= settings.AUTOMATIC_RESUMES_IN_ALL:
        raise NotResumable
    way = resume_way(generations, message.text, config, ended.model, refused_prefill)
    generation = Generation.objects.create(
        conversation=ended.conversation,
        message=message,
        requested_by_id=ended.requested_by_id,
        request_key=uuid4(),
        provider=ended.provider,
        model=ended.model,
        sent=ended.sent,  # the rest of an answer is asked for as its beginning was
        automatic=True,
        start_offset=len(message.text),
        **way.columns,
        **fields,
    )
    return generation, way


def resumed_in_vain(generations: Sequence[Generation], text: str) -> int:
    """How often the answer, with this text, was resumed automatically since text last came."""
    count = 0
    for generation in reversed(generations):
        written = text[generation.start_offset : generation.end_offset]
        if written.strip() or not (generation.automatic and generation.resume_mode):
            break
        count += 1
    return count
