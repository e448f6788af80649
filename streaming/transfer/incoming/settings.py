"""What a conversation that comes in is besides its messages: its title, project, and the like."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db.models import Max

from conversations import sentences
from conversations.models import Conversation, Project
from conversations.transfer import plain
from conversations.transfer.plain import Json, Thread
from streaming.models import Generation, QueuedPrompt
from streaming.transfer.incoming import attachments

EXCERPT = 60
"""Characters of the first prompt that title a conversation which has no title."""


def apply(conversation: Conversation, thread: Thread, created: datetime) -> None:
    """All that is known before there is a message, in a row that is not saved yet."""
    said, is_own = thread.settings, thread.archive_id != ""
    conversation.title = _title(thread)
    conversation.named_at = plain.moment(said.get("named_at")) if is_own else created
    conversation.pinned = said.get("pinned") is True
    conversation.archived = said.get("archived") is True
    conversation.provider = plain.text(said.get("provider"))[:64]
    conversation.model = plain.text(said.get("model"))[:200]
    conversation.system_prompt = plain.text(said.get("system_prompt"))
    conversation.parameters = plain.cleaned(plain.fields(said.get("parameters")))
    conversation.parameters_revision = _count(said.get("parameters_revision"))
    conversation.record_upstream = said.get("record_upstream") is True
    conversation.project = project_of(conversation.owner_id, plain.text(said.get("project")))


def finish(conversation: Conversation, thread: Thread, *, is_new: bool) -> None:
    """What needs its messages; nothing of it makes a page say that there is something new."""
    if not is_new:
        return
    own = Generation.objects.filter(conversation=conversation)
    last = own.aggregate(pk=Max("pk"))["pk"] or 0
    conversation.seen = 0 if thread.settings.get("unread") is True else last
    for place, raw in enumerate(plain.objects(thread.settings.get("queue"))):
        row = _prompt(conversation, raw, place)
        row.save()
        if created := plain.moment(raw.get("created_at")):
            QueuedPrompt.objects.filter(pk=row.pk).update(created_at=created)


def project_of(owner_id: int, name: str) -> Project | None:
    """The project of that name; none if there would be too many."""
    name = name.strip()[: settings.PROJECT_CHARACTERS]
    if not name:
        return None
    own = Project.objects.filter(owner_id=owner_id)
    found = own.filter(name=name).first()
    if found is None and own.count() < settings.PROJECTS:
        found = Project.objects.create(owner_id=owner_id, name=name)
    return found


def _title(thread: Thread) -> str:
    first = next((node.text for node in thread.nodes if node.role == plain.USER), "")
    words = " ".join(thread.title.split()) or " ".join(first[:400].split())[:EXCERPT]
    return (words or str(sentences.UNTITLED))[: settings.TITLE_CHARACTERS]


def _prompt(conversation: Conversation, raw: dict[str, Json], place: int) -> QueuedPrompt:
    """It waits for its sender, whatever it waited for before."""
    held = plain.text(raw.get("held"))
    return QueuedPrompt(
        conversation=conversation,
        key=_uuid(raw.get("key")),
        place=place,
        text=plain.text(raw.get("text")),
        provider=plain.text(raw.get("provider"))[:64],
        model=plain.text(raw.get("model"))[:200],
        parameters=plain.cleaned(plain.fields(raw.get("parameters"))),
        urgent=raw.get("urgent") is True,
        files=attachments.claimed(conversation.owner_id, raw.get("files")),
        held=held if held in QueuedPrompt.Held.values else QueuedPrompt.Held.INTERRUPTED,
    )


def _uuid(value: Json) -> uuid.UUID:
    try:
        return uuid.UUID(plain.text(value))
    except ValueError:
        return uuid.uuid4()


def _count(value: Json) -> int:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
    return int(value) if is_count else 0
