"""A branch as plain data for a share: what was chosen of it, as far as it is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings

from conversations import branches
from conversations.answers.parts import CALL, PICTURE, TEXT, THOUGHT, AnswerParts, Part
from conversations.files import attached
from conversations.files.models import File
from conversations.models import Message
from conversations.sharing import sentences, snapshot
from conversations.sharing.shares import Refused
from conversations.sharing.snapshot import (
    FILES,
    REASONING,
    TOOLS,
    SharedCall,
    SharedFile,
    SharedMessage,
    SharedSource,
)
from streaming.journal import store
from streaming.journal.snapshot import Snapshot, parts_of
from streaming.journal.tool_calls import AnswerCall, AnswerCalls
from streaming.live.answers import answer_rows
from streaming.live.answers.answer_rows import AnswerRows
from streaming.models import Generation
from streaming.runs.standing import last_run, standing_runs

USUAL = (THOUGHT, TEXT, CALL, PICTURE)


def of_branch(end: Message, parts: Collection[str]) -> dict[str, Any]:
    """All down to the message `end`; raises Refused if that is too much."""
    most = settings.SHARE_MESSAGES
    if len(branches.lineage(end.pk, most + 1)) > most:
        raise Refused(sentences.too_long())
    messages = branches.whole(end.conversation, end.pk).messages
    rows = answer_rows.load_all(messages)
    files = attached.of_messages(messages) if FILES in parts else {}
    return snapshot.as_data(
        [_shared(rows[message.pk], parts, files.get(message.pk, ())) for message in messages]
    )


def _shared(rows: AnswerRows, parts: Collection[str], files: Iterable[File]) -> SharedMessage:
    message, last = rows.message, last_run(rows.generations)
    growing = _growing(rows)
    calls = growing.calls if growing else AnswerCalls(message.tool_calls).all
    now = growing.parts() if growing else parts_of(message)
    reasoning = growing.reasoning if growing else message.reasoning
    return SharedMessage(
        role=message.role,
        text=growing.text if growing else message.text,
        written_at=message.created_at.isoformat(timespec="seconds"),
        model=_model(rows.generations),
        whole=last is None or last.status == Generation.Status.FINISHED,
        reasoning=reasoning if REASONING in parts else "",
        calls=_calls(calls) if TOOLS in parts else (),
        sources=[SharedSource(each["url"], each["title"]) for each in message.citations],
        files=[
            SharedFile(str(each.pk), each.name, each.size, each.pages, bool(each.thumbnail))
            for each in files
        ],
        parts=_order(now, parts, {str(each.pk) for each in files}),
    )


def _growing(rows: AnswerRows) -> Snapshot | None:
    """What the journal holds of an answer that is being written."""
    last = last_run(rows.generations)
    if last is None or last.status != Generation.Status.RUNNING:
        return None
    found = store.snapshot(last.pk)
    if found is not None and found.message_id == rows.message.pk:
        return found
    rows.message.read_text_again()  # it has ended or moved on since
    return None


def _calls(calls: Iterable[AnswerCall]) -> list[SharedCall]:
    return [SharedCall(call.name, call.arguments, call.state, call.result or "") for call in calls]


def _order(
    parts: AnswerParts, chosen: Collection[str], files: Collection[str]
) -> list[dict[str, Any]]:
    """How what was chosen alternates; nothing where it follows each other as usual."""
    there = {TEXT: True, THOUGHT: REASONING in chosen, CALL: TOOLS in chosen}
    rows = [
        _row(part)
        for part in parts.all
        if there.get(part.kind) or (part.picture is not None and part.picture["file"] in files)
    ]
    kinds = [row["kind"] for row in rows]
    is_usual = kinds == sorted(kinds, key=USUAL.index) and max(map(kinds.count, USUAL[:2])) <= 1
    return [] if is_usual and PICTURE not in kinds else rows


def _row(part: Part) -> dict[str, Any]:
    if part.kind in (TEXT, THOUGHT):
        return {"kind": part.kind, "size": len(part.text)}
    return {"kind": part.kind} | ({"file": part.picture["file"]} if part.picture else {})


def _model(generations: Iterable[Generation]) -> str:
    """Who wrote the end of it, but for what a person did."""
    written = [each.model for each in standing_runs(generations) if not each.is_edit]
    return written[-1] if written else ""
