"""A conversation as its archive holds it: read part by part, however long it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Max, QuerySet

from conversations.files import attached
from conversations.files.models import File
from conversations.models import Conversation, Message
from conversations.transfer import archive
from conversations.transfer.models import ImportedNode, ImportedThread
from conversations.transfer.plain import Json
from streaming.journal import store
from streaming.journal.tool_calls import as_kept
from streaming.models import Counted, Generation, QueuedPrompt

AT_ONCE = 100
"""Messages that one query reads."""

HEAD = (
    *("title", "named_at", "pinned", "archived", "provider", "model", "system_prompt"),
    *("parameters", "parameters_revision", "record_upstream", "created_at", "updated_at"),
)
COUNTED = tuple(field.name for field in Counted._meta.get_fields())
RUN = (
    *("provider", "model", "resume_mode", "automatic", "start_offset", "end_offset", "replaced"),
    *("status", "finish_reason", "error_code", "error_message", "retry_after", "tries"),
    *("upstream_request_id", "response_id", "response_cursor", "opaque", "sent"),
    *("thought_seconds", "warnings", "created_at", "turn_at", "first_delta_at"),
    *("stop_requested_at", "upstream_closed_at", "upstream_idle_at", "ended_at", "undone_at"),
    *COUNTED,
)
FILE = ("name", "kind", "media_type", "size", "width", "height", "characters", "pages")
PROMPT = ("key", "text", "provider", "model", "parameters", "urgent", "created_at")

NameOf = Callable[[int | None], str | None]
"""What a message is called in archives; None for none."""


def written(conversation: Conversation) -> Iterator[str]:
    """Pieces of JSON. What is being written in it is as if it had just been interrupted."""
    thread = ImportedThread.objects.filter(conversation=conversation).first()
    name_of = partial(_name_of, conversation.pk, _names(thread))
    yield from archive.written(
        _head(conversation, thread, name_of), _nodes(conversation, thread, name_of)
    )


def archive_id(conversation: Conversation) -> UUID:
    """What it is called in archives."""
    thread = ImportedThread.objects.filter(conversation=conversation).first()
    return thread.archive_id if thread else conversation.pk


def name_of_message(conversation_id: UUID, pk: int) -> str:
    """What a message that was not imported is called in archives."""
    return str(uuid5(conversation_id, str(pk)))


def _names(thread: ImportedThread | None) -> dict[int, str]:
    if thread is None:
        return {}
    nodes = thread.nodes.filter(shown=True).exclude(message=None)
    return {pk: node for pk, node in nodes.values_list("message", "node") if pk is not None}


def _name_of(conversation_id: UUID, names: dict[int, str], pk: int | None) -> str | None:
    if pk is None:
        return None
    return names.get(pk) or name_of_message(conversation_id, pk)


def _head(
    conversation: Conversation, thread: ImportedThread | None, name_of: NameOf
) -> dict[str, Json]:
    last = Generation.objects.exclude(status="running").filter(conversation=conversation)
    ended = last.aggregate(pk=Max("pk"))["pk"] or 0
    project = conversation.project
    in_line = list(QueuedPrompt.objects.filter(conversation=conversation).standing())
    files = files_in_line(conversation).in_bulk() if any(row.files for row in in_line) else {}
    return {
        "id": str(thread.archive_id if thread else conversation.pk),
        "origin": _origin(thread),
        "details": json.loads(thread.details) if thread and thread.details else None,
        **{name: getattr(conversation, name) for name in HEAD},
        "project": project.name if project else None,
        "current": name_of(conversation.leaf_id),
        "unread": ended > conversation.seen,
        "queue": [
            archive.said(
                {name: getattr(row, name) for name in PROMPT}
                | {"key": str(row.key), "held": row.held or QueuedPrompt.Held.INTERRUPTED}
                | {"files": [_file(files[pk]) for pk in row.file_ids if pk in files]}
            )
            for row in in_line
        ],
    }


def files_in_line(conversation: Conversation) -> QuerySet[File]:
    """Those that its prompts in line are sent with."""
    rows = QueuedPrompt.objects.filter(conversation=conversation).standing().exclude(files=[])
    pks = {pk for row in rows for pk in row.file_ids}
    return File.objects.filter(owner_id=conversation.owner_id, pk__in=pks, doomed_at=None)


def _origin(thread: ImportedThread | None) -> Json:
    if thread is None or thread.source == archive.SOURCE:
        return None
    return archive.said({"source": thread.source, "account": thread.account, "id": thread.key})


def _nodes(
    conversation: Conversation, thread: ImportedThread | None, name_of: NameOf
) -> Iterator[dict[str, Json]]:
    """Messages in their order, then what of the thread is kept and not shown."""
    rows, after = Message.objects.filter(conversation=conversation).order_by("pk"), 0
    while part := list(rows.filter(pk__gt=after)[:AT_ONCE]):
        after = part[-1].pk
        sources = dict(
            ImportedNode.objects.filter(message__in=part, shown=True).values_list("message", "json")
        )
        runs, files = _runs(part), attached.of_messages(part)
        for message in part:
            source = sources.get(message.pk, "")
            yield _message(message, runs.get(message.pk, []), source, name_of) | {
                "files": [_file(file) for file in files.get(message.pk, ())]
            }
    if thread is not None:
        kept = thread.nodes.filter(shown=False, message__deletion=None).exclude(json="")
        after = 0
        while nodes := list(kept.filter(pk__gt=after).order_by("pk")[:AT_ONCE]):
            after = nodes[-1].pk
            for node in nodes:
                yield {"id": node.node, "parent": node.parent, "source": json.loads(node.json)}


def _runs(messages: Sequence[Message]) -> dict[int, list[Generation]]:
    runs: dict[int, list[Generation]] = {}
    for row in Generation.objects.defer(None).filter(message__in=messages).order_by("pk"):
        runs.setdefault(row.message_id, []).append(row)
    return runs


def _message(
    message: Message, runs: Sequence[Generation], source: str, name_of: NameOf
) -> dict[str, Json]:
    calls = message.tool_calls
    if runs and runs[-1].status == Generation.Status.RUNNING:
        calls = _as_it_stands(message, runs[-1])
    places = {run.pk: at for at, run in enumerate(runs)}
    return {
        "id": name_of(message.pk),
        "parent": name_of(message.parent_id),
        "role": message.role,
        "text": message.text,
        "reasoning": message.reasoning,
        "tool_calls": [call | {"generation": places.get(call["generation"], 0)} for call in calls],
        "parts": [_part(row, places) for row in message.parts],
        "citations": [
            row | {"generation": places.get(row["generation"], 0)} for row in message.citations
        ],
        "created_at": message.created_at,
        "starts_at": message.starts_at,
        "summary_from": name_of(message.summary_from),
        "summary_to": name_of(message.summary_to),
        "generations": [_run(run, message) for run in runs],
        "source": json.loads(source) if source else None,
    }


def _part(row: Mapping[str, Any], places: Mapping[int, int]) -> dict[str, Any]:
    """Where it lay before it was edited is known to this site alone."""
    told = {name: value for name, value in row.items() if name != "was"}
    return told | {"generation": places.get(row["generation"], 0)}


def _file(file: File) -> dict[str, Any]:
    """What is known of it; its bytes lie next to the conversation, where it goes out in a zip."""
    return {"id": str(file.pk)} | {name: getattr(file, name) for name in FILE}


def _as_it_stands(message: Message, run: Generation) -> list[Json]:
    """Put what its run has written so far into the message, and give its calls."""
    snapshot = store.snapshot(run.pk)
    if snapshot is None:
        return message.tool_calls
    message.text, message.reasoning = snapshot.text, snapshot.reasoning
    message.parts = snapshot.parts().rows()
    owners = [call["generation"] for call in message.tool_calls]
    return [
        as_kept(call, owners[call.number] if call.number < len(owners) else run.pk)
        for call in snapshot.calls
    ]


def _run(run: Generation, message: Message) -> dict[str, Any]:
    said = {name: getattr(run, name) for name in RUN}
    if run.status == Generation.Status.RUNNING:
        said |= {"status": Generation.Status.INTERRUPTED, "end_offset": len(message.text)}
    if run.is_edit:
        said["original"] = store.original(run.pk)
    return archive.said(said)
