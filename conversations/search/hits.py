"""Hits as a page shows them: where each leads, and the words in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from conversations.models import Message, SearchEntry
from conversations.search.query import Query
from conversations.search.snippets import Part, markdown_snippet, snippet, whole

TITLE = "title"
"""The place of a hit that is in the title."""


@dataclass(frozen=True, slots=True)
class Hit:
    """`text` is empty for a title; `role` says who wrote the text; `state` how an answer ended."""

    address: str
    title: Sequence[Part]
    text: Sequence[Part]
    role: str
    model: str
    state: str
    at: datetime


def hit(entry: SearchEntry, query: Query) -> Hit:
    message = entry.message
    return Hit(
        address=address(entry, query),
        title=whole(entry.conversation.title, query.terms if message is None else ()),
        text=_text(message, query) if message else (),
        role=message.role if message else "",
        model=entry.model,
        state=entry.state,
        at=entry.written_at if message else entry.conversation.updated_at,
    )


def _text(message: Message, query: Query) -> Sequence[Part]:
    """A prompt as it was typed; an answer as it is read."""
    cut = markdown_snippet if message.role == Message.Role.ASSISTANT else snippet
    return cut(message.text, query.terms)


def address(entry: SearchEntry, query: Query) -> str:
    """The page of the conversation with the place in view."""
    place = entry.message_id or TITLE
    asked = urlencode({"q": query.spelled_words, "at": place})
    return f"{reverse('conversations:open', args=[entry.conversation_id])}?{asked}#found"
