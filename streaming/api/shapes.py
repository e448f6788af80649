"""Conversations and messages as JSON objects: `streaming.api.openapi` says what each member is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from conversations.answers.parts import CALL, PICTURE, TEXT, THOUGHT, Part
from conversations.files import attached
from conversations.files.models import File
from conversations.models import Conversation, Message
from streaming.api import standing
from streaming.api.cursor import Cursor
from streaming.error_messages import retelling
from streaming.journal.snapshot import parts_of
from streaming.journal.tool_calls import AnswerCall
from streaming.models import Generation, QueuedPrompt
from streaming.runs.standing import last_run

Shape = dict[str, Any]

PARTS = {TEXT: "text", THOUGHT: "reasoning", CALL: "tool_call", PICTURE: "picture"}
"""What the kinds of parts are called here."""


def conversation(row: Conversation) -> Shape:
    return {
        "id": str(row.pk),
        "title": row.title,
        "pinned": row.pinned,
        "archived": row.archived,
        "model": _model(row.provider, row.model),
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
        "url": reverse("api:conversation", args=[row.pk]),
    }


def messages(rows: Sequence[Message]) -> list[Shape]:
    """An answer that is being written with all that is kept of it so far."""
    runs = defaultdict(list)
    for run in Generation.objects.filter(message__in=rows).order_by("pk"):
        runs[run.message_id].append(run)
    files = attached.of_messages(rows)
    return [_message(row, last_run(runs[row.pk]), files.get(row.pk, ())) for row in rows]


def message(row: Message) -> Shape:
    [shape] = messages([row])
    return shape


def file(row: File) -> Shape:
    return {
        "id": str(row.pk),
        "name": row.name,
        "kind": row.kind,
        "media_type": row.media_type,
        "size": row.size,
        "url": reverse("files:show", args=[row.pk]),
    }


def _message(row: Message, last: Generation | None, files: Sequence[File]) -> Shape:
    shape: Shape = {
        "id": row.pk,
        "conversation": str(row.conversation_id),
        "parent": row.parent_id,
        "role": row.role,
        "text": row.text,
        "files": list(map(file, files)),
        "created_at": row.created_at.isoformat(),
    }
    return shape | _answer(row, last) if row.role == Message.Role.ASSISTANT else shape


def _answer(row: Message, last: Generation | None) -> Shape:
    text, reasoning, calls, parts = row.text, row.reasoning, row.tool_calls, parts_of(row)
    if last is not None and last.status == Generation.Status.RUNNING:
        now = standing.load(row.pk)
        if now is not None:
            text, reasoning, last, parts = now.text, now.reasoning, now.last, now.parts
            calls = [_call(call) | {"result": call.result} for call in now.calls.as_they_stand()]
    cursor = Cursor(last.pk if last else 0, len(text), len(reasoning), len(calls))
    names = ("id", "name", "arguments", "state")
    return {
        "text": text,
        "reasoning": reasoning,
        "tool_calls": [
            {name: call[name] for name in names} | {"result": call.get("result")} for call in calls
        ],
        "parts": [_part(part) for part in parts.all],
        "status": last.status if last else Generation.Status.FINISHED.value,
        "finish_reason": last.finish_reason if last else "",
        "error": _error(last),
        "model": _model(last.provider, last.model) if last else "",
        "cursor": str(cursor),
        "stream": reverse("api:stream", args=[row.pk]),
    }


def _part(part: Part) -> Shape:
    """A call by its place among the calls, as it stands there."""
    shape: Shape = {"kind": PARTS[part.kind]}
    if part.kind in (TEXT, THOUGHT):
        shape["text"] = part.text
    elif part.kind == CALL:
        shape["call"] = part.number
    elif part.picture is not None:
        facts = {name: part.picture.get(name) for name in ("name", "media_type", "width", "height")}
        shape["picture"] = facts | {"url": reverse("files:show", args=[part.picture["file"]])}
    return shape


def _call(call: AnswerCall) -> Shape:
    return {"id": call.id, "name": call.name, "arguments": call.arguments, "state": call.state}


def _error(last: Generation | None) -> Shape | None:
    if last is None or not last.error_code:
        return None
    return {"code": last.error_code, "detail": retelling.retold(last.error_message)}


def in_line(row: QueuedPrompt) -> Shape:
    """A prompt that waits for the end of an answer."""
    return {
        "key": str(row.key),
        "conversation": str(row.conversation_id),
        "text": row.text,
        "files": row.files,
        "model": _model(row.provider, row.model),
    }


def _model(provider: str, model: str) -> str:
    return f"{provider}/{model}" if provider else ""
