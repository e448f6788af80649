"""The list of conversations in one page, kept as it stands; many changes go as one."""

from __future__ import annotations

import asyncio
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string

from conversations.languages.texts import speaking
from conversations.order import scope
from conversations.sidebar import AT_ONCE
from streaming.cluster.bus import Subject, Topic
from streaming.db_threads import in_thread
from streaming.live.position import ListPosition
from streaming.live.sender import Sender
from streaming.live.sidebar import listing, seen
from streaming.site import Site


def news_since(user_id: int, conversation_id: UUID | None, position: ListPosition) -> str | None:
    """The list as far as the page shows it, to be shown; None if that is how it stands."""
    rows = min(max(position.rows, AT_ONCE), settings.LIST_ROWS)
    shown = scope.named(position.scope, user_id)
    listed = listing.newest(user_id, conversation_id, rows, shown)
    if listed.fingerprint == position.state:
        return None
    context = {"sidebar": listed, "current": conversation_id, "oob": "innerHTML"}
    return render_to_string("conversations/sidebar/_list.html", context)


class ListView:
    """Sends the list when a message, or the page's own question, shows that it changed.

    One list is on its way at most: the page says how it shows the list once it does.
    """

    def __init__(
        self,
        site: Site,
        conversation: UUID | None,
        user_id: int,
        sender: Sender,
        language: str,
    ) -> None:
        self._site = site
        self._conversation = conversation
        self._user_id = user_id
        self._sender = sender
        self._news_since = speaking(language, news_since)
        self._position: ListPosition | None = None
        self._behind = False
        self._seen: int | None = None
        self._next_at = 0.0
        self._later: asyncio.TimerHandle | None = None

    @property
    def topics(self) -> tuple[Subject, ...]:
        return Topic.LIST.of(self._user_id), Topic.QUEUE.of(self._user_id)

    def listen(self) -> None:
        for topic in self.topics:
            self._site.bus.subscribe(topic, self.look_again)

    def follow(self, position: ListPosition) -> None:
        """The page says how it shows the list."""
        self._position = position
        self.look_again()

    def note_seen(self, generation: int) -> None:
        """The page showed the end of this answer while it was visible."""
        self._seen = generation
        self._sender.wake()

    def show(self, conversation: UUID) -> None:
        """This one is open now."""
        self._conversation = conversation

    def look_again(self) -> None:
        """Not at once: what is begun changes the list more than once, and may leave the page."""
        if not self._behind:
            soon = asyncio.get_running_loop().time() + settings.LIST_EVERY_SECONDS
            self._behind, self._next_at = True, max(self._next_at, soon)
        self._sender.wake()

    def leave(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None

    def close(self) -> None:
        self.leave()
        for topic in self.topics:
            self._site.bus.unsubscribe(topic, self.look_again)

    async def send_next(self) -> bool:
        if self._seen is not None and self._conversation is not None:
            await in_thread(seen.note_and_tell)(self._conversation, self._user_id, self._seen)
        self._seen = None
        if not self._behind or self._position is None or self._must_wait():
            return False
        self._behind = False
        self._next_at = asyncio.get_running_loop().time() + settings.LIST_EVERY_SECONDS
        asked = self._position
        news = await in_thread(self._news_since)(self._user_id, self._conversation, asked)
        if news is not None:
            self._position = None
            await self._sender.send(news)
        return True

    def _must_wait(self) -> bool:
        """Whether the list was looked at a moment ago; then the sender is woken in time."""
        loop = asyncio.get_running_loop()
        if loop.time() >= self._next_at:
            self._later = None
            return False
        if self._later is None:
            self._later = loop.call_at(self._next_at, self._sender.wake)
        return True
