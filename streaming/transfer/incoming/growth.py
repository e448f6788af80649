"""Answers that were not whole when they were imported, and are further in a newer file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from conversations.models import Conversation, Message
from conversations.transfer.models import ImportedNode
from conversations.transfer.tree import Shown
from streaming.journal import searchable
from streaming.models import Generation
from streaming.transfer.incoming import attachments, rows
from streaming.transfer.incoming import runs as run_values


def grow(conversation: Conversation, messages: Iterable[Shown], known: rows.Known) -> int:
    """Write those of these answers again that have grown; how many those are.

    Only one all of whose runs came with an import, each of which the file has too, in the same
    order: what was written here stays.
    """
    here: dict[int, list[Generation]] = defaultdict(list)
    for run in Generation.objects.filter(conversation=conversation).order_by("pk"):
        here[run.message_id].append(run)
    count = 0
    for each in messages:
        pk = known.get(each.node.id)
        if pk is not None and each.node.runs and here[pk]:
            count += _grow(each, pk, here[pk])
    return count


def _grow(shown: Shown, pk: int, here: list[Generation]) -> bool:
    message = Message.objects.filter(pk=pk, role=Message.Role.ASSISTANT).first()
    if message is None or any(run.requested_by_id is not None for run in here):
        return False
    message.text, message.reasoning = shown.node.text, shown.reasoning
    come = run_values.generations(shown.node.runs, message)
    same = [run.created_at for run in here] == [run.created_at for run in come[: len(here)]]
    is_further = (len(come), come[-1].end_offset) > (len(here), here[-1].end_offset)
    if not same or not is_further:
        return False
    Generation.objects.filter(message=message).delete()
    written = rows.write_runs(shown.node.runs, message)
    message.tool_calls = run_values.calls(shown.calls, written)
    message.parts = run_values.parts(shown.node.extra.get("parts"), written)
    attachments.placed(message.conversation.owner_id, message)
    Message.objects.filter(pk=pk).update(
        text=message.text,
        reasoning=message.reasoning,
        tool_calls=message.tool_calls,
        parts=message.parts,
        citations=run_values.citations(shown.node.extra.get("citations"), written),
    )
    ImportedNode.objects.filter(message=message, shown=True).update(
        json=rows.as_json(shown.node.json)
    )
    searchable.index(message)
    return True
