"""What the search is told of answers: which model wrote each, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.models import Message
from conversations.search.index import entries
from conversations.search.index.facets import FAILED, INTERRUPTED, STOPPED
from conversations.search.index.rows import Ending
from streaming.models import Generation

STATES = {
    Generation.Status.CANCELLED: STOPPED,
    Generation.Status.INTERRUPTED: INTERRUPTED,
    Generation.Status.FAILED: FAILED,
}


def index(message: Message) -> None:
    """Put the message's text into the index, as its generations stand."""
    entries.index_message(message, endings([message.pk]).get(message.pk, Ending()))


def endings(message_ids: Sequence[int]) -> dict[int, Ending]:
    """Of each of these answers the ending of the last generation that wrote its text."""
    rows = Generation.objects.filter(message__in=message_ids, undone_at=None).order_by("pk")
    return {
        message: Ending(model, STATES.get(Generation.Status(status), ""))
        for message, model, status in rows.values_list("message_id", "model", "status")
    }
