"""What leads pages to an answer that has just begun, rendered once.

The reply to the click and the sockets of the thread's pages all ask for it in the same moment.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import get_language

from streaming.live.position import Position
from streaming.live.thread import catch_up, whereabouts
from streaming.live.thread.catch_up import News
from streaming.models import Generation

SECONDS = 1.0
"""How long it is kept. It stays true: it says up to which entry it leads, and the rest follows."""


class _Question(NamedTuple):
    conversation: UUID
    owner: int
    page: Position
    end: Position
    language: str | None


@dataclass(slots=True)
class _Reply:
    news: News | None = None
    since: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)


class SharedNews:
    """`catch_up.catch_up` for all pages of this process. Call it from any thread but the loop's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._replies: dict[_Question, _Reply] = {}

    def of(self, conversation_id: UUID, owner_id: int, position: Position) -> News | None:
        """What leads a page on from `position`; None if the conversation is not its owner's."""
        end = whereabouts.end_of(conversation_id, owner_id)
        if end is None or not end.running or end.is_at(position):
            return catch_up.catch_up(conversation_id, owner_id, position)
        reply = self._reply(
            _Question(conversation_id, owner_id, replace(position, after=0), end, get_language())
        )
        with reply.lock:
            if reply.news is None:
                reply.news = catch_up.catch_up(conversation_id, owner_id, position)
            return reply.news

    def begin(self, generation: Generation) -> None:
        """Make it ready for pages that stood at the end of the thread, before anybody asks."""
        page, news = catch_up.begun(generation)
        conversation = generation.conversation
        question = _Question(
            conversation.pk, conversation.owner_id, page, news.position, get_language()
        )
        reply = self._reply(question)
        with reply.lock:
            reply.news = news

    def _reply(self, question: _Question) -> _Reply:
        """The one that others asked for a moment ago, or a new one."""
        old = time.monotonic() - SECONDS
        with self._lock:
            self._replies = {
                asked: reply for asked, reply in self._replies.items() if reply.since > old
            }
            return self._replies.setdefault(question, _Reply())
