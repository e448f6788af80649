"""The thread in one page: led on from where the page says it is, and kept where it stands."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import ParamSpec, TypeVar
from uuid import UUID

from conversations.languages.texts import speaking
from streaming.cluster.bus import Topic
from streaming.db_threads import in_thread
from streaming.live import fragments, protocol
from streaming.live.answers.rendered_answer import RenderedAnswer
from streaming.live.broadcast import Broadcast, BroadcastItem
from streaming.live.position import Position
from streaming.live.protocol import NOT_FOUND
from streaming.live.rendering import Frame
from streaming.live.sender import Sender
from streaming.live.thread import catch_up, polling
from streaming.live.thread.run_elsewhere import RunElsewhere
from streaming.site import Site

P = ParamSpec("P")
T = TypeVar("T")


class ThreadView:
    """Watches the run that writes the last answer, and looks again when the thread changes."""

    def __init__(
        self, site: Site, conversation: UUID, user_id: int, sender: Sender, language: str
    ) -> None:
        self._site = site
        self._conversation = conversation
        self._user_id = user_id
        self._sender = sender
        self._language = language
        self._asked_from: Position | None = None
        self._position: Position | None = None
        self._broadcast: Broadcast | None = None
        self._elsewhere = RunElsewhere(site.bus, self.look_again)
        self._outbox: deque[BroadcastItem] = deque()
        self._behind = self._question = False

    def follow(self, position: Position) -> None:
        """Continue from there; the sender may still be busy with where the page was."""
        self._asked_from = position
        self.look_again()

    def ask(self) -> None:
        """Say where the thread stands."""
        self._question = True
        self._sender.wake()

    def show(self, item: BroadcastItem) -> None:
        self._outbox.append(item)
        self._sender.wake()

    def look_again(self) -> None:
        self._behind = True
        self._sender.wake()

    def leave(self) -> None:
        self._outbox.clear()
        self._elsewhere.follow(None)
        if self._broadcast is not None:
            self._site.broadcasts.leave(self, self._broadcast)
            self._broadcast = None

    async def send_next(self) -> bool:
        if self._asked_from is not None:
            self._position, self._asked_from = self._asked_from, None
        if self._position is None:
            return False
        if self._behind:
            await self._catch_up(self._position)
        elif self._outbox:
            await self._send_item(self._outbox.popleft())
        elif self._question:
            await self._answer(self._position)
        else:
            return False
        return True

    async def _catch_up(self, position: Position) -> None:
        self._behind = False
        self.leave()
        news = await spoken(self._language, self._site.news.of)(
            self._conversation, self._user_id, position
        )
        if news is None:
            self._position = None
            self._sender.end(NOT_FOUND)
            return
        await self._send_all(news)
        self._position = news.position
        self._elsewhere.follow(news.position.elsewhere)
        if news.position.running:
            await self._watch(news.position)

    async def _send_all(self, news: catch_up.News) -> None:
        """Once the page has acknowledged where it stands then, it has read all of it."""
        for fragment in news.fragments:
            await self._sender.send(fragment)
        if news.fragments:
            size = sum(map(len, news.fragments))
            self._sender.flow.sent(news.position.generation, news.position.after, size)
            await self._sender.send(protocol.stands(news.position))

    async def _watch(self, position: Position) -> None:
        assert position.generation is not None
        assert position.leaf is not None
        self._broadcast = await self._site.broadcasts.watch(
            self, position.generation, position.leaf, position.after, self._language
        )
        if self._broadcast is None:
            self.look_again()
        elif self._may_show_a_wait(position):
            await self._sender.send(await spoken(self._language, fragments.bar)(position.leaf))

    def _may_show_a_wait(self, position: Position) -> bool:
        """Whether what the page says of waiting may be old; a run that never waited has none."""
        if position.after or self._outbox or position.generation is None:
            return False
        return not self._site.runner.asked_at_once(position.generation)

    async def _answer(self, position: Position) -> None:
        """Say where the thread stands; what the page was not told before it is told first."""
        self._question = False
        now = await in_thread(polling.look)(self._conversation, self._user_id)
        if now is None or not now.is_at(position) or now.queue != position.queue:
            await self._catch_up(position)
        elif now.running and now.after > position.after:  # a message may have been lost
            assert now.generation is not None
            self._site.bus.deliver(Topic.COMMITTED.of(now.generation), now.after)
        if self._position is not None:
            await self._sender.send(protocol.stands(self._position))

    async def _send_item(self, item: BroadcastItem) -> None:
        assert self._position is not None
        match item:
            case Frame():
                await self._send_frame(item.text, item.end)
                if item.status:
                    await self._send_end(item.status)
            case RenderedAnswer():
                assert self._position.leaf is not None
                article = await spoken(self._language, catch_up.whole)(self._position.leaf, item)
                await self._send_frame(article, item.cursor)
            case str():
                await self._sender.send(item)

    async def _send_frame(self, text: str, after: int) -> None:
        assert self._position is not None
        await self._sender.send(text)
        self._position = replace(self._position, after=after)
        self._sender.flow.sent(self._position.generation, after, len(text))

    async def _send_end(self, status: str) -> None:
        assert self._position is not None
        self._position = replace(self._position, status=status)
        self._broadcast = None
        await self._sender.send(protocol.ended(self._position))


def spoken(language: str, function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """In a thread, in the language of the page."""
    return in_thread(speaking(language, function))


class NoThread:
    """The page of a new conversation: nothing is in it yet."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._question = False

    def follow(self, position: Position) -> None:
        self.ask()

    def ask(self) -> None:
        self._question = True
        self._sender.wake()

    def look_again(self) -> None:
        """There is nothing to look at."""

    def leave(self) -> None:
        """Nor to listen to."""

    async def send_next(self) -> bool:
        asked, self._question = self._question, False
        if asked:
            await self._sender.send(protocol.stands(Position()))
        return asked
