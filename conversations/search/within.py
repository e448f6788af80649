"""The search inside one conversation: the messages that hold the words, one after the other."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.http import Http404
from django.utils.html import format_html
from django.utils.safestring import SafeString

from conversations import branches, sentences
from conversations.branches import Stretch
from conversations.models import Conversation, Message
from conversations.search import landing, matching
from conversations.search.conditions import Scope
from conversations.search.hits import TITLE
from conversations.search.index.terms import pattern
from conversations.search.landing import Landing
from conversations.search.marking import mark
from conversations.search.query import Query, parse
from conversations.search.snippets import Part, whole

LONGEST_NUMBER = 18
NOT_SHOWN = '<p class="hint" id="found" data-found>{}</p>{}'


@dataclass(frozen=True)
class FoundWithin:
    """`messages`: those that hold the words, oldest first; `at`: the one in view, or None."""

    query: Query
    messages: Sequence[int]
    at: int | None
    title: Sequence[Part] = ()
    landing: Landing = field(default_factory=lambda: Landing(Stretch(), latest=True))

    @property
    def number(self) -> int:
        """Which of them is in view, counted from 1; 0 if none is."""
        return self.messages.index(self.at) + 1 if self.at in self.messages else 0

    @property
    def count(self) -> int:
        return len(self.messages)

    @property
    def previous(self) -> int | None:
        """The one before what is in view, whether that holds the words or not."""
        before = self.count if self.at is None else bisect_left(self.messages, self.at)
        return self.messages[before - 1] if before else None

    @property
    def next(self) -> int | None:
        after = self.count if self.at is None else bisect_right(self.messages, self.at)
        return self.messages[after] if after < self.count else None

    @property
    def words(self) -> re.Pattern[str]:
        return pattern(self.query.terms)

    def marked(self, html: str, message_id: int) -> SafeString:
        """The message's HTML with the words marked; the first of the one in view is named.

        Where none is in the HTML, as in the address of a link, the message says so.
        """
        in_view = message_id == self.at
        marked, is_marked = mark(html, self.words, first=in_view)
        if is_marked or not in_view:
            return marked
        return format_html(NOT_SHOWN, sentences.WORDS_NOT_SHOWN, marked)


def find(owner_id: int, conversation: Conversation, asked: Mapping[str, str]) -> FoundWithin:
    """What `q` finds here, with `at` in view, or the newest; raises Http404 for a wrong place."""
    query = parse(asked["q"])
    messages = _messages(owner_id, conversation, query)
    place = asked.get("at", "")
    if place == TITLE:
        title = whole(conversation.title, query.terms)
        return FoundWithin(query, messages, None, title, _newest(conversation))
    message = _message(conversation, place or (str(messages[-1]) if messages else ""))
    where = landing.around(conversation, message) if message else _newest(conversation)
    return FoundWithin(query, messages, message.pk if message else None, (), where)


def _messages(owner_id: int, conversation: Conversation, query: Query) -> list[int]:
    """The newest messages with the words, oldest of them first; filters do not count here."""
    if not query.terms or query.trouble:
        return []
    scope = Scope(owner_id, conversation.pk, titles=False)
    words = Query(terms=query.terms)
    matches = matching.newest(words, scope, settings.SEARCH_IN_CONVERSATION, head=0)
    return sorted(match.message_id for match in matches if match.message_id is not None)


def _message(conversation: Conversation, place: str) -> Message | None:
    if not place:
        return None
    number = int(place) if place.isdecimal() and len(place) <= LONGEST_NUMBER else 0
    message = conversation.messages.filter(pk=number).first()
    if message is None:
        raise Http404
    return message


def _newest(conversation: Conversation) -> Landing:
    return Landing(branches.newest(conversation), latest=True)
