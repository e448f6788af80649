"""Rows as the site makes them, for tests that need no living site."""

from __future__ import annotations

import os
import uuid
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from conversations.models import Conversation, Message
from streaming.cluster import leases
from streaming.journal.entries import Claim, Entry
from streaming.journal.store import commit_frame
from streaming.models import Generation, Worker


def worker(host: str = "here") -> Worker:
    return Worker.objects.create(host=host, lease_until=Now())


def died() -> int:
    """A worker that died: its process, and with it the lock, is gone."""
    lease = leases.take()
    os.close(lease.lock)
    return lease.worker_id


@transaction.atomic
def running(owner: User, holder: Worker | int, text: str = "", **fields: Any) -> Generation:
    """A run in a conversation of its own, continuing after `text`; held by this worker."""
    conversation = Conversation.objects.create(owner=owner, title="Talk")
    asked = Message.objects.create(conversation=conversation, role="user", text="Hello")
    answer = Message.objects.create(
        conversation=conversation, parent=asked, role="assistant", text=text
    )
    Conversation.objects.filter(pk=conversation.pk).update(leaf=answer)
    return Generation.objects.create(
        conversation=conversation,
        message=answer,
        requested_by=owner,
        request_key=uuid.uuid4(),
        start_offset=len(text),
        worker_id=holder if isinstance(holder, int) else holder.pk,
        **({"provider": "puppet", "model": "teller"} | fields),
    )


def claim(run: Generation) -> Claim:
    return Claim(run.pk, run.epoch)


def keep(run: Generation, *pieces: str | tuple[str, str]) -> list[Entry]:
    """Commit text pieces, or (kind, text) pairs, as the run's next entries."""
    pairs = [("text", piece) if isinstance(piece, str) else piece for piece in pieces]
    first = run.entries.count() + 1
    entries = [Entry(seq, *pair) for seq, pair in enumerate(pairs, first)]
    assert run.worker_id is not None
    commit_frame(run.worker_id, [(claim(run), entries)])
    return entries


@transaction.atomic
def left_behind(owner: User, text: str = "So far", **fields: Any) -> Generation:
    """What a worker wrote that died.

    In one moment: a living site forgets a dead worker that has no run, and ends a run it finds.
    """
    run = running(owner, died(), **fields)
    if text:
        keep(run, text)
    return run


@transaction.atomic
def go_on(ended: Generation, **fields: Any) -> Generation:
    """Another run that continues where this one ended."""
    return Generation.objects.create(
        conversation=ended.conversation,
        message=ended.message,
        requested_by=ended.requested_by,
        request_key=uuid.uuid4(),
        provider=ended.provider,
        model=ended.model,
        start_offset=ended.end_offset,
        worker_id=ended.worker_id,
        **fields,
    )


@transaction.atomic
def long_conversation(owner: User, size: int, text: str = "Some *words*.") -> Conversation:
    """Prompts and finished answers in turn."""
    conversation = Conversation.objects.create(owner=owner, title="Long")
    roles = [Message.Role.ASSISTANT if number % 2 else Message.Role.USER for number in range(size)]
    Message.objects.bulk_create(
        [Message(conversation=conversation, role=role, text=text) for role in roles]
    )
    pks = list(conversation.messages.values_list("pk", flat=True))
    conversation.messages.exclude(pk=pks[0]).update(parent=F("pk") - 1)
    Generation.objects.bulk_create(
        Generation(
            conversation=conversation,
            message_id=pk,
            requested_by=owner,
            request_key=uuid.uuid4(),
            provider="puppet",
            model="teller",
            status=Generation.Status.FINISHED,
            end_offset=len(text),
        )
        for pk in pks[1::2]
    )
    conversation.leaf_id = pks[-1]
    conversation.save()
    return conversation


THOUGHTS = "I have to count.", "That was quick."
TEXTS = "Let me *look*.", "It is **3**."
RESULT = "<b>three</b>"


@transaction.atomic
def answer_in_parts(owner: User) -> Message:
    """Thought, text, a call with its result, another thought, another text: of one run."""
    conversation = Conversation.objects.create(owner=owner, title="Parts")
    asked = Message.objects.create(conversation=conversation, role="user", text="How many?")
    answer = Message.objects.create(
        conversation=conversation,
        parent=asked,
        role="assistant",
        text="".join(TEXTS),
        reasoning="".join(THOUGHTS),
    )
    Conversation.objects.filter(pk=conversation.pk).update(leaf=answer)
    run = Generation.objects.create(
        conversation=conversation,
        message=answer,
        requested_by=owner,
        request_key=uuid.uuid4(),
        provider="puppet",
        model="teller",
        status=Generation.Status.FINISHED,
        end_offset=len(answer.text),
    )
    rows: list[dict[str, Any]] = [
        {"kind": "thought", "size": len(THOUGHTS[0])},
        {"kind": "text", "size": len(TEXTS[0])},
        {"kind": "call"},
        {"kind": "thought", "size": len(THOUGHTS[1])},
        {"kind": "text", "size": len(TEXTS[1])},
    ]
    answer.parts = [row | {"generation": run.pk} for row in rows]
    call = {"id": "c1", "name": "count", "arguments": '{"of": 3}', "state": "made"}
    answer.tool_calls = [call | {"generation": run.pk, "result": RESULT}]
    answer.save()
    return answer
