"""Rows of messages that come in, and of all that belongs to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django.db import connection

from conversations.models import Conversation, Message, SearchEntry
from conversations.search.index import entries
from conversations.search.index.rows import PLAIN
from conversations.transfer import archive, plain
from conversations.transfer.models import ImportedNode, ImportedThread
from conversations.transfer.plain import Node
from conversations.transfer.tree import Shown
from streaming.journal import searchable, store
from streaming.models import Generation
from streaming.transfer.incoming import attachments
from streaming.transfer.incoming import runs as run_values

AT_ONCE = 200
"""Rows of one statement."""

PLACE = "UPDATE conversations_message SET parent_id = %s, created_at = %s WHERE id = %s"
BEGAN = "UPDATE streaming_generation SET created_at = %s WHERE id = %s"

NOTHING = "null"
"""The JSON of a node that has none: one without JSON was deleted for good."""

Known = dict[str, int | None]
"""Every node that is there: its message, None if it has none."""


def times(nodes: Sequence[Node], first: datetime) -> dict[str, datetime]:
    """Of each node; where none is known its parent's, or that of the conversation."""
    found: dict[str, datetime] = {}
    for node in nodes:
        found[node.id] = node.created_at or found.get(node.parent or "", first)
    return found


def write(
    conversation: Conversation, new: Sequence[Shown], times: Mapping[str, datetime], known: Known
) -> None:
    """These messages with their runs, in the index of the search, too; `known` knows them then."""
    rows = [
        Message(
            conversation=conversation,
            role=each.node.role,
            text=each.node.text,
            reasoning=each.reasoning,
            starts_at=plain.moment(each.node.extra.get("starts_at")),
        )
        for each in new
    ]
    Message.everything.bulk_create(rows, batch_size=AT_ONCE)
    places: list[tuple[Any, ...]] = []
    for each, row in zip(new, rows, strict=True):
        known[each.node.id] = row.pk
        row.created_at = times[each.node.id]
        places.append((known.get(each.parent or ""), _column(row.created_at), row.pk))
    _update(PLACE, places)
    runs = {
        row.pk: write_runs(each.node.runs, row)
        for each, row in zip(new, rows, strict=True)
        if row.role == Message.Role.ASSISTANT
    }
    _refer(new, rows, runs, known)
    for each, row in zip(new, rows, strict=True):
        if each.node.extra.get("files"):
            attachments.hang(row, each.node.extra["files"])
        if attachments.placed(row.conversation.owner_id, row):
            row.save(update_fields=["parts", "tool_calls"])
    _index(rows)


def write_runs(listed: Sequence[Mapping[str, plain.Json]], row: Message) -> list[Generation]:
    """The runs that wrote into this message."""
    runs = run_values.generations(listed, row)
    begun = [run.created_at for run in runs]
    Generation.objects.bulk_create(runs, batch_size=AT_ONCE)
    _update(BEGAN, [(_column(at), run.pk) for run, at in zip(runs, begun, strict=True)])
    for raw, run in zip(listed, runs, strict=True):
        if run.is_edit:
            store.keep_original(run.pk, run_values.original(raw))
    return runs


def write_nodes(
    thread: ImportedThread,
    new: Sequence[Shown],
    kept: Sequence[Node],
    owners: Mapping[str, str],
    known: Known,
) -> None:
    """What was what; `owners` name the messages to which that belongs which is not shown."""
    rows = [
        ImportedNode(
            thread=thread,
            node=each.node.id,
            message_id=known[each.node.id],
            json=as_json(each.node.json),
        )
        for each in new
    ]
    rows += [
        ImportedNode(
            thread=thread,
            node=node.id,
            parent=node.parent or "",
            message_id=known.get(owners.get(node.id, "")),
            shown=False,
            json=as_json(node.json) or NOTHING,
        )
        for node in kept
    ]
    ImportedNode.objects.bulk_create(rows, batch_size=AT_ONCE)


def as_json(value: plain.Json) -> str:
    return archive.dumps(plain.cleaned(value)) if value is not None else ""


def _refer(
    new: Sequence[Shown],
    rows: Sequence[Message],
    runs: Mapping[int, Sequence[Generation]],
    known: Known,
) -> None:
    """What names other rows by their numbers, once these are known."""
    changed = []
    names = ["tool_calls", "parts", "citations", "summary_from", "summary_to"]
    for each, row in zip(new, rows, strict=True):
        row.tool_calls = run_values.calls(each.calls, runs.get(row.pk, ()))
        row.parts = run_values.parts(each.node.extra.get("parts"), runs.get(row.pk, ()))
        row.citations = run_values.citations(each.node.extra.get("citations"), runs.get(row.pk, ()))
        row.summary_from = known.get(plain.key(each.node.extra.get("summary_from")))
        row.summary_to = known.get(plain.key(each.node.extra.get("summary_to")))
        if any(getattr(row, name) for name in names):
            changed.append(row)
    Message.everything.bulk_update(changed, names, batch_size=AT_ONCE)


def _index(rows: Sequence[Message]) -> None:
    for at in range(0, len(rows), AT_ONCE):
        part = [row for row in rows[at : at + AT_ONCE] if row.text]
        endings = searchable.endings([row.pk for row in part])
        entries.write(
            SearchEntry(**entries.text_of(row).row(endings.get(row.pk, PLAIN))) for row in part
        )


def _column(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _update(statement: str, values: Sequence[tuple[Any, ...]]) -> None:
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, cast(Any, values))
