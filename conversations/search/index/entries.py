"""Writes the index, in the transaction of whoever writes the text."""

from __future__ import annotations

from collections.abc import Iterable

from conversations.models import Conversation, Message, SearchEntry
from conversations.search.index.rows import Ending, Text

COLUMNS = (
    *("owner", "conversation", "message", "words", "facets"),
    *("model", "state", "written_at"),
)


def index_title(conversation: Conversation) -> None:
    write([SearchEntry(**title_of(conversation).row())])


def index_message(message: Message, ending: Ending | None = None) -> None:
    """Its text as it is now; without `ending` what was known of that stays."""
    if not message.text:
        SearchEntry.objects.filter(message=message).delete()
        return
    write([SearchEntry(**text_of(message).row(ending or _known_ending(message)))])


def title_of(conversation: Conversation) -> Text:
    return Text(
        owner_id=conversation.owner_id,
        conversation_id=conversation.pk,
        message_id=None,
        text=conversation.title,
        written_at=conversation.created_at,
    )


def text_of(message: Message) -> Text:
    return Text(
        owner_id=message.conversation.owner_id,
        conversation_id=message.conversation_id,
        message_id=message.pk,
        text=message.text,
        written_at=message.created_at,
    )


def write(entries: Iterable[SearchEntry]) -> None:
    """Each row new, or in the place of the one about the same text."""
    SearchEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["key"], update_fields=COLUMNS
    )


def _known_ending(message: Message) -> Ending:
    known = SearchEntry.objects.filter(message=message).values_list("model", "state").first()
    return Ending(*known) if known else Ending()
