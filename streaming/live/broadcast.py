"""One running answer as this process shows it: rendered once, whoever and how many watch.

A broadcast lives while somebody watches. Its `Follower` brings the entries in order, its
`FrameRenderer` makes frames of them, and each watcher is shown them from its own cursor on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from itertools import dropwhile
from typing import Protocol

from conversations.languages.texts import speaking
from streaming.cluster.bus import Bus
from streaming.db_threads import in_thread
from streaming.journal.entries import Entry
from streaming.journal.reading import JournalReader
from streaming.journal.snapshot import Snapshot
from streaming.live import fragments, protocol
from streaming.live.answers.rendered_answer import RenderedAnswer
from streaming.live.follower import Follower
from streaming.live.rendering import Frame, FrameRenderer, renders_quickly

FRAMES_KEPT = 256

BroadcastItem = Frame | RenderedAnswer | str
"""What a watcher is shown: a frame, a whole answer to start from, or a word about the run."""


class Watcher(Protocol):
    """Whoever is shown a broadcast. Neither call may wait."""

    def show(self, item: BroadcastItem) -> None: ...

    def look_again(self) -> None:
        """Frames alone do not continue from here: read the thread anew."""


class Broadcast:
    """The frames of one generation writing into one message, for pages of one language.

    Belongs to the loop.
    """

    def __init__(
        self,
        generation_id: int,
        message_id: int,
        bus: Bus,
        reader: JournalReader,
        language: str,
        on_end: Callable[[Broadcast], None],
    ) -> None:
        self.generation_id = generation_id
        self.message_id = message_id
        self.language = language
        self._on_end = on_end
        self._watchers: dict[Watcher, None] = {}
        self._frames: deque[Frame] = deque(maxlen=FRAMES_KEPT)
        self._renderer = FrameRenderer(generation_id, message_id, language)
        self._follower = Follower(generation_id, message_id, bus, reader, self)

    @property
    def ended(self) -> bool:
        return self._follower.closed

    async def open(self, after: int) -> None:
        """Take in what was written so far; what comes after `after` becomes the first frame.

        Raises Unfollowable.
        """
        await self._follower.open(after)

    def end(self) -> None:
        """Show nothing more."""
        self._follower.close()
        self._watchers.clear()
        self._on_end(self)

    def admit(self, watcher: Watcher, after: int) -> bool:
        """Show the watcher all after `after`, now and from now on; False if it is over."""
        if self.ended:
            return False
        self._watchers[watcher] = None
        if after != self._renderer.cursor:
            missing = list(dropwhile(lambda frame: frame.start != after, self._frames))
            for frame in missing:
                watcher.show(frame)
            if not missing:
                watcher.show(self._renderer.whole())
        return True

    def dismiss(self, watcher: Watcher) -> bool:
        """Stop showing; True if nobody watches any more."""
        self._watchers.pop(watcher, None)
        return not self._watchers

    # What the follower calls

    async def start(self, snapshot: Snapshot, known: Sequence[Entry]) -> None:
        await self._renderer.start(snapshot, known)

    def take(self, entries: Sequence[Entry]) -> bool:
        quick = renders_quickly(entries)
        if quick:
            self._publish(self._renderer.frame(entries))
        return quick

    async def take_many(self, entries: Sequence[Entry]) -> None:
        self._publish(await self._renderer.frame_of_many(entries))

    def stopping(self) -> None:
        self._show_all(protocol.status(self.message_id, self.generation_id, "stopping"))

    async def waiting(self) -> None:
        self._show_all(await in_thread(speaking(self.language, fragments.bar))(self.message_id))

    async def finish(self, snapshot: Snapshot) -> None:
        last = await self._renderer.last_frame(snapshot)
        if last is None:
            self.lost()
        else:
            self._publish(last)
            self.end()

    def lost(self) -> None:
        """Whoever watches has to look for itself."""
        for watcher in tuple(self._watchers):
            watcher.look_again()
        self.end()

    def _publish(self, frame: Frame) -> None:
        self._frames.append(frame)
        self._show_all(frame)

    def _show_all(self, item: BroadcastItem) -> None:
        for watcher in tuple(self._watchers):
            watcher.show(item)


class _FirstItems:
    """A watcher that only keeps what it is shown on entering."""

    def __init__(self) -> None:
        self.items: list[BroadcastItem] = []

    def show(self, item: BroadcastItem) -> None:
        self.items.append(item)

    def look_again(self) -> None:
        """The next question finds what this one missed."""


class Broadcasts:
    """The broadcasts of this process: opened by the first watcher, dropped with the last."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.reader = JournalReader()
        self._open: dict[tuple[int, str], Broadcast] = {}

    async def watch(
        self,
        watcher: Watcher,
        generation_id: int,
        message_id: int,
        after: int,
        language: str = "en",
    ) -> Broadcast | None:
        """Show the watcher what the run wrote after `after`, and writes; None if it ended.

        Raises Unfollowable.
        """
        broadcast = self._open.get((generation_id, language))
        if broadcast is None or broadcast.ended or broadcast.message_id != message_id:
            broadcast = Broadcast(
                generation_id, message_id, self._bus, self.reader, language, self._drop
            )
            self._open[generation_id, language] = broadcast
        try:
            await broadcast.open(after)
        except asyncio.CancelledError:
            self.leave(watcher, broadcast)
            raise
        return broadcast if broadcast.admit(watcher, after) else None

    async def since(
        self, generation_id: int, message_id: int, after: int, language: str = "en"
    ) -> Sequence[BroadcastItem]:
        """What a watcher would be shown at once; nothing if the run ended.

        Raises Unfollowable.
        """
        reader = _FirstItems()
        broadcast = await self.watch(reader, generation_id, message_id, after, language)
        if broadcast is not None:
            self.leave(reader, broadcast)
        return reader.items

    def leave(self, watcher: Watcher, broadcast: Broadcast) -> None:
        if broadcast.dismiss(watcher) and not broadcast.ended:
            broadcast.end()

    def _drop(self, broadcast: Broadcast) -> None:
        name = broadcast.generation_id, broadcast.language
        if self._open.get(name) is broadcast:
            del self._open[name]
