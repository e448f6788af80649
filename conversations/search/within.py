"""The search inside one conversation: the messages that hold the words, one after the other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.http import Http404
from django.utils.html import format_html
from django.utils.safestring import SafeString

from conversations import branches, sentences
from conversations.branches import Stretch
from conversations.models import Conversation, Message
from conversations.requests import row_number
from conversations.search import landing, matching
from conversations.search.conditions import NEWEST, Scope
from conversations.search.hits import TITLE
from conversations.search.index.terms import pattern
from conversations.search.landing import Landing
from conversations.search.marking import mark
from conversations.search.matching import Place
from conversations.search.query import Query, parse
from conversations.search.snippets import Part, whole

AFTER_ALL = NEWEST
"""A place after every message."""
NOT_SHOWN = '<p class="hint" id="found" data-found>{}</p>{}'


@dataclass(frozen=True)
class FoundWithin:
    """`at`: the message in view, or None; `place`: where it is among those that hold the words."""

    query: Query
    at: int | None
    place: Place
    title: Sequence[Part] = ()
    landing: Landing = field(default_factory=lambda: Landing(Stretch(), latest=True))

    @property
    def number(self) -> int:
        """Which of them is in view, counted from 1; 0 if none is."""
        return self.place.number

    @property
    def count(self) -> int:
        return self.place.count

    @property
    def previous(self) -> int | None:
        """The one before what is in view, whether that holds the words or not."""
        return self.place.previous

    @property
    def next(self) -> int | None:
        return self.place.next

    @property
    def words(self) -> re.Pattern[str]:
        return pattern(self.query.terms)

    def marked(self, html: str, message_id: int) -> SafeString:
        """The message's HTML with the words marked; the first of the one in view is named.

        Where none is in the HTML, as in the address of a link, the message says so.
        """
        return self.marked_all([html], message_id)[0]

    def marked_all(self, texts: Sequence[str], message_id: int) -> list[SafeString]:
        """The same for the HTML of several texts of one message, of which there is at least one."""
        made, is_settled = list[SafeString](), message_id != self.at
        for html in texts:
            marked, is_marked = mark(html, self.words, first=not is_settled)
            made.append(marked)
            is_settled = is_settled or is_marked
        if not is_settled:
            made[0] = format_html(NOT_SHOWN, sentences.WORDS_NOT_SHOWN, made[0])
        return made


def find(owner_id: int, conversation: Conversation, asked: Mapping[str, str]) -> FoundWithin:
    """What `q` finds here, with `at` in view, or the newest; raises Http404 for a wrong place."""
    query = parse(asked["q"])
    asked_for = asked.get("at", "")
    if asked_for == TITLE:
        place = _place(owner_id, conversation, query, AFTER_ALL)
        title = whole(conversation.title, query.terms)
        return FoundWithin(query, None, place, title, _newest(conversation))
    message = _message(conversation, asked_for)
    place = _place(owner_id, conversation, query, message.pk if message else None)
    message = message or _message(conversation, str(place.at or ""))
    where = landing.around(conversation, message) if message else _newest(conversation)
    return FoundWithin(query, message.pk if message else None, place, (), where)


def _place(owner_id: int, conversation: Conversation, query: Query, at: int | None) -> Place:
    """Among the newest messages with the words; filters do not count here."""
    if not query.terms or query.trouble:
        return Place()
    scope = Scope(owner_id, conversation.pk, titles=False)
    return matching.place(Query(terms=query.terms), scope, settings.SEARCH_IN_CONVERSATION, at)


def _message(conversation: Conversation, spelled: str) -> Message | None:
    if not spelled:
        return None
    message = conversation.messages.filter(pk=row_number(spelled) or 0).first()
    if message is None:
        raise Http404
    return message


def _newest(conversation: Conversation) -> Landing:
    return Landing(branches.newest(conversation), latest=True)
