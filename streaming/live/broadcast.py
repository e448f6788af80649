"""One running answer as this process shows it: rendered once, whoever and how many watch.

A broadcast lives while somebody watches. It hears the rings of its run; what a ring does not
bring in order it reads from the journal, so rings may be lost, doubled or late, and the run may
be another process's, whose rings bring nothing but a number.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import Protocol

from django.db import DatabaseError

from conversations.markdown import Operation, Renderer
from streaming.cluster.bus import Bus, Subject, Subscriber, Topic
from streaming.db_threads import in_thread
from streaming.journal import store
from streaming.journal.store import Entry, thought, written
from streaming.journal.thinking import words
from streaming.journal.tool_calls import Calls
from streaming.live import fragments, protocol
from streaming.live.answers.answer_view import Shown
from streaming.live.fragments import NOTHING_BESIDE, Beside
from streaming.live.protocol import FrameRange

logger = logging.getLogger(__name__)

FRAMES_KEPT = 256
MOST_ON_THE_LOOP = 2_000
"""Characters that are rendered at once; more of them could hold up everybody else."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What takes a page from entry `start` to entry `end`; with a `status` the run ended so."""

    start: int
    end: int
    text: str
    status: str = ""


Item = Frame | Shown | str
"""What a watcher is shown: a frame, a whole answer to start from, or a word about the run."""


class Unfollowable(Exception):
    """A run cannot be shown; the log says why."""


class Unreadable(Unfollowable):
    """It cannot be read just now: the database refuses."""


class Watcher(Protocol):
    """Whoever is shown a broadcast. Neither call may wait."""

    def show(self, item: Item) -> None: ...

    def look_again(self) -> None:
        """Frames alone do not lead on from here: read the thread anew."""


class Broadcast:
    """The frames of one generation writing into one message. Belongs to the loop."""

    def __init__(
        self,
        generation_id: int,
        message_id: int,
        bus: Bus,
        on_end: Callable[[Broadcast], None],
    ) -> None:
        self.generation_id = generation_id
        self.message_id = message_id
        self.ended = False
        self._broken: type[Unfollowable] | None = None
        self._bus = bus
        self._on_end = on_end
        self._watchers: dict[Watcher, None] = {}
        self._frames: deque[Frame] = deque(maxlen=FRAMES_KEPT)
        self._renderer = Renderer(fragments.prefix(message_id))
        self._cursor = self._length = 0
        self._reasoning: list[str] = []
        self._calls = Calls()
        self._thought: float | None = None
        self._heard: list[Entry] = []
        self._woken = False
        self._work: asyncio.Task[None] | None = None
        self._topics: dict[Subject, Subscriber] = {
            Topic.ENTRIES.of(generation_id): self._hear,
            Topic.COMMITTED.of(generation_id): self._wake,
            Topic.STOPPING.of(generation_id): self._hear_stop,
            Topic.WAITING.of(generation_id): self._hear_wait,
            Topic.CLOSED.of(generation_id): self._hear_close,
            Topic.MOVED.of(generation_id): self._give_up,
        }

    async def open(self, after: int) -> None:
        """Take in what was written so far; what lies behind `after` becomes the first frame.

        Listening comes before reading, so that nothing falls between the two. Raises
        Unfollowable.
        """
        if self._work is None:
            for topic, listener in self._topics.items():
                self._bus.subscribe(topic, listener)
            self._do(self._take_in(after))
        assert self._work is not None
        await asyncio.wait([self._work])
        if after > self._cursor and self._work.done() and not self.ended:
            # Who comes from the journal may have read there what has not been rung yet.
            self._do(self._read_on())
        while not self._work.done():  # another may have begun in the meantime
            await asyncio.wait([self._work])
        if self._broken:
            raise self._broken

    def end(self) -> None:
        """Show nothing more."""
        self.ended = True
        self._watchers.clear()
        for topic, listener in self._topics.items():
            self._bus.unsubscribe(topic, listener)
        self._on_end(self)

    def _give_up(self) -> None:
        """Whoever watches has to look for itself: the run moved on, or cannot be read."""
        for watcher in tuple(self._watchers):
            watcher.look_again()
        self.end()

    def admit(self, watcher: Watcher, after: int) -> bool:
        """Show the watcher all behind `after`, now and from now on; False if it is over."""
        if self.ended:
            return False
        self._watchers[watcher] = None
        if after != self._cursor:
            missing = list(dropwhile(lambda frame: frame.start != after, self._frames))
            for frame in missing:
                watcher.show(frame)
            if not missing:
                watcher.show(self.whole())
        return True

    def dismiss(self, watcher: Watcher) -> bool:
        """Stop showing; True if nobody watches any more."""
        self._watchers.pop(watcher, None)
        return not self._watchers

    def whole(self) -> Shown:
        """The whole answer, for a page that is too far behind for frames."""
        html, reasoning = self._renderer.html(), "".join(self._reasoning)
        calls = self._calls.as_they_stand()
        return Shown(html, self._length, reasoning, self._cursor, calls, self._thought)

    def _do(self, work: Coroutine[None, None, None]) -> None:
        self._work = asyncio.create_task(self._guarded(work))

    async def _guarded(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except DatabaseError as trouble:
            logger.warning("Generation %d cannot be read: %s", self.generation_id, trouble)
            self._break(Unreadable)
        except Exception:  # the broadcast's edge: whatever broke, its watchers must hear of it
            logger.exception("Generation %d cannot be followed", self.generation_id)
            self._break(Unfollowable)

    def _break(self, trouble: type[Unfollowable]) -> None:
        self._broken = trouble
        self._give_up()

    async def _take_in(self, after: int) -> None:
        snapshot = await in_thread(store.snapshot)(self.generation_id)
        if snapshot is None or snapshot.message_id != self.message_id or snapshot.ended:
            self.end()
            return
        known = tuple(entry for entry in snapshot.entries if entry.seq <= after)
        await asyncio.to_thread(self._renderer.feed, snapshot.kept + written(known, "text"))
        self._length = len(snapshot.kept) + len(written(known, "text"))
        self._reasoning = [snapshot.kept_reasoning, written(known, "reasoning")]
        self._calls, self._thought = Calls(snapshot.kept_calls), snapshot.kept_thought
        self._take_beside(known)
        self._cursor = known[-1].seq if known else 0
        await self._digest(snapshot.entries[len(known) :])
        await self._go_on()

    async def _go_on(self) -> None:
        if not await self._digest_heard() or self._woken:
            await self._read_on()

    async def _read_on(self) -> None:
        """Read what the rings left out; those that come meanwhile are kept for afterwards."""
        caught_up = False
        while not caught_up and not self.ended:
            self._woken = False
            read = in_thread(store.after)
            await self._digest(await read(self.generation_id, self._cursor, self.message_id))
            caught_up = await self._digest_heard() and not self._woken

    def _wake(self, seq: int) -> None:
        if seq <= self._cursor:
            return
        if self._work is not None and not self._work.done():
            self._woken = True
        else:
            self._do(self._read_on())

    def _hear(self, entries: Sequence[Entry]) -> None:
        is_next = entries[0].seq == self._cursor + 1
        if self._work is not None and not self._work.done():
            self._heard += entries
        elif is_next and sum(len(entry.text) for entry in entries) <= MOST_ON_THE_LOOP:
            self._show(entries, self._renderer.feed(written(entries, "text")))
        elif entries[-1].seq > self._cursor:
            self._heard += entries
            self._do(self._go_on())

    async def _digest_heard(self) -> bool:
        """Show the entries heard that follow the cursor; False if some lie between."""
        new = {entry.seq: entry for entry in self._heard if entry.seq > self._cursor}
        self._heard = []
        entries = [new[seq] for seq in sorted(new)]
        if entries and entries[-1].seq - self._cursor != len(entries):
            return False
        await self._digest(entries)
        return not self._heard

    async def _digest(self, entries: Sequence[Entry]) -> None:
        """Show entries of any size; what takes the renderer long it does off the loop."""
        text = written(entries, "text")
        if len(text) <= MOST_ON_THE_LOOP:
            operations = self._renderer.feed(text)
        else:
            operations = await asyncio.to_thread(self._renderer.feed, text)
        self._show(entries, operations)

    def _hear_stop(self) -> None:
        self._show_all(protocol.status(self.message_id, self.generation_id, "stopping"))

    def _hear_wait(self) -> None:
        self._do(self._show_bar(self._work))

    async def _show_bar(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        if not self.ended:
            self._show_all(await in_thread(fragments.bar)(self.message_id))
        await self._go_on()

    def _hear_close(self) -> None:
        self._do(self._finish(self._work))

    async def _finish(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        snapshot = await in_thread(store.snapshot)(self.generation_id)
        if self.ended or snapshot is None or snapshot.message_id != self.message_id:
            self._give_up()
            return
        if not snapshot.ended:  # it was said too early
            await self._read_on()
            return
        operations = await asyncio.to_thread(self._complete, snapshot.kept[self._length :])
        text = await in_thread(fragments.ending)(
            self._heading(self._cursor + 1),
            operations,
            snapshot.kept_reasoning[len("".join(self._reasoning)) :],
        )
        self._publish(Frame(self._cursor, self._cursor + 1, text, snapshot.status))
        self.end()

    def _complete(self, rest: str) -> list[Operation]:
        return [*self._renderer.feed(rest), *self._renderer.finish()]

    def _show(self, entries: Sequence[Entry], operations: Sequence[Operation]) -> None:
        if not entries or self.ended:
            return
        start, self._cursor = self._cursor, entries[-1].seq
        self._length += len(written(entries, "text"))
        beside = self._take_beside(entries)
        self._reasoning.append(beside.reasoning)
        frame = fragments.frame(self._heading(self._cursor, start), operations, beside)
        self._publish(Frame(start, self._cursor, frame))

    def _take_beside(self, entries: Sequence[Entry]) -> Beside:
        """What entries add beside the text; most add nothing."""
        if all(entry.kind == "text" for entry in entries):
            return NOTHING_BESIDE
        spell = thought(entries)
        if spell is not None:
            self._thought = (self._thought or 0) + spell
        label = "" if spell is None else words(self._thought)
        return Beside(written(entries, "reasoning"), label, self._calls.take(entries))

    def _heading(self, end: int, start: int | None = None) -> FrameRange:
        start = self._cursor if start is None else start
        return FrameRange(self.message_id, self.generation_id, start, end)

    def _publish(self, frame: Frame) -> None:
        self._frames.append(frame)
        self._show_all(frame)

    def _show_all(self, item: Item) -> None:
        for watcher in tuple(self._watchers):
            watcher.show(item)


class _Reader:
    """Watches for one moment."""

    def __init__(self) -> None:
        self.items: list[Item] = []

    def show(self, item: Item) -> None:
        self.items.append(item)

    def look_again(self) -> None:
        """The next question finds what this one missed."""


class Broadcasts:
    """The broadcasts of this process: opened by the first watcher, dropped with the last."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._open: dict[int, Broadcast] = {}

    async def watch(
        self, watcher: Watcher, generation_id: int, message_id: int, after: int
    ) -> Broadcast | None:
        """Show the watcher what the run wrote behind `after`, and writes; None if it ended.

        Raises Unfollowable.
        """
        broadcast = self._open.get(generation_id)
        if broadcast is None or broadcast.ended or broadcast.message_id != message_id:
            broadcast = Broadcast(generation_id, message_id, self._bus, self._drop)
            self._open[generation_id] = broadcast
        try:
            await broadcast.open(after)
        except asyncio.CancelledError:
            self.leave(watcher, broadcast)
            raise
        return broadcast if broadcast.admit(watcher, after) else None

    async def since(self, generation_id: int, message_id: int, after: int) -> Sequence[Item]:
        """What a watcher would be shown at once; nothing if the run ended.

        Raises Unfollowable.
        """
        reader = _Reader()
        broadcast = await self.watch(reader, generation_id, message_id, after)
        if broadcast is not None:
            self.leave(reader, broadcast)
        return reader.items

    def leave(self, watcher: Watcher, broadcast: Broadcast) -> None:
        if broadcast.dismiss(watcher) and not broadcast.ended:
            broadcast.end()

    def _drop(self, broadcast: Broadcast) -> None:
        if self._open.get(broadcast.generation_id) is broadcast:
            del self._open[broadcast.generation_id]
