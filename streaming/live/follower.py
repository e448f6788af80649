"""One running answer, followed: its entries in order, whatever becomes of messages.

A follower subscribes to its run. What the bus does not bring in order it reads from the
journal, so messages may be lost, doubled or late, and the run may be another process's: those
bring nothing but a number.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol, TypeAlias

from django.db import DatabaseError

from streaming.cluster.bus import Bus, Subject, Subscriber, Topic
from streaming.db_threads import in_thread
from streaming.journal import store
from streaming.journal.entries import Entry, Place
from streaming.journal.reading import JournalReader
from streaming.journal.snapshot import Snapshot

logger = logging.getLogger(__name__)


Work: TypeAlias = Callable[[], Awaitable[None]]
"""Called once it is begun: a coroutine made before might be dropped with its task, unawaited."""


class Unfollowable(Exception):
    """A run cannot be shown; the log says why."""


class UnreadableJournal(Unfollowable):
    """It cannot be read just now: the database refuses."""


class Audience(Protocol):
    """Whoever is told the entries of a run: in order, each once."""

    async def start(self, snapshot: Snapshot, known: Sequence[Entry]) -> None:
        """The answer so far, of which whoever watches knows these entries."""

    def take(self, entries: Sequence[Entry]) -> bool:
        """Take them at once; False, and nothing done, if that would hold up the loop."""

    async def take_many(self, entries: Sequence[Entry]) -> None:
        """Take entries of any size."""

    def stopping(self) -> None:
        """Somebody asked to stop the run."""

    async def waiting(self) -> None:
        """The run waits, or no longer does, before it asks its provider."""

    async def finish(self, snapshot: Snapshot) -> None:
        """The run has ended, and all of it is kept."""

    def lost(self) -> None:
        """There is nothing to follow here: it ended before, moved on, or cannot be read."""


class Follower:
    """Reads one generation that writes into one message. Belongs to the loop."""

    def __init__(
        self,
        generation_id: int,
        message_id: int,
        bus: Bus,
        reader: JournalReader,
        audience: Audience,
    ) -> None:
        self.closed = False
        self._reader = reader
        self._generation_id = generation_id
        self._message_id = message_id
        self._bus = bus
        self._audience = audience
        self._cursor = 0
        self._heard: list[Entry] = []
        self._woken = False
        self._work = _FollowerTask(generation_id, audience.lost)
        self._subscriptions: dict[Subject, Subscriber] = {
            Topic.ENTRIES.of(generation_id): self._hear,
            Topic.COMMITTED.of(generation_id): self._wake,
            Topic.STOPPING.of(generation_id): audience.stopping,
            Topic.WAITING.of(generation_id): lambda: self._work.begin_after(self._wait),
            Topic.CLOSED.of(generation_id): lambda: self._work.begin_after(self._finish),
            Topic.MOVED.of(generation_id): audience.lost,
        }

    async def open(self, after: int) -> None:
        """Return once everything up to `after`, and all that was kept, has been told.

        Listening comes before reading, so that nothing falls between the two. Raises
        Unfollowable.
        """
        if not self._work.begun:
            for subject, subscriber in self._subscriptions.items():
                self._bus.subscribe(subject, subscriber)
            self._work.begin(partial(self._start, after))
        await self._work.all_done()
        if after > self._cursor and not self._work.busy and not self.closed:
            # Who comes from the journal may have read there what has not been published yet.
            self._work.begin(self._read_on)
        await self._work.all_done()
        if self._work.failure:
            raise self._work.failure

    def close(self) -> None:
        """Listen to nothing any more."""
        self.closed = True
        for subject, subscriber in self._subscriptions.items():
            self._bus.unsubscribe(subject, subscriber)

    async def _start(self, after: int) -> None:
        snapshot = await self._snapshot()
        if snapshot is None or snapshot.ended:
            self._audience.lost()
            return
        known = tuple(entry for entry in snapshot.entries if entry.seq <= after)
        await self._audience.start(snapshot, known)
        self._cursor = known[-1].seq if known else 0
        await self._tell(snapshot.entries[len(known) :])
        await self._continue()

    async def _snapshot(self) -> Snapshot | None:
        """The answer as it stands; None if the run is gone, or writes into another message."""
        snapshot = await in_thread(store.snapshot)(self._generation_id)
        return snapshot if snapshot and snapshot.message_id == self._message_id else None

    async def _continue(self) -> None:
        if not await self._tell_heard() or self._woken:
            await self._read_on()

    async def _read_on(self) -> None:
        """Read what the bus left out; those that come meanwhile are kept for afterwards."""
        caught_up = False
        while not caught_up and not self.closed:
            self._woken = False
            place = Place(self._generation_id, self._cursor, self._message_id)
            await self._tell(await self._reader.after(place))
            caught_up = await self._tell_heard() and not self._woken

    async def _tell_heard(self) -> bool:
        """Tell the entries heard that follow the cursor; False if some lie between."""
        new = {entry.seq: entry for entry in self._heard if entry.seq > self._cursor}
        self._heard = []
        entries = [new[seq] for seq in sorted(new)]
        if entries and entries[-1].seq - self._cursor != len(entries):
            return False
        await self._tell(entries)
        return not self._heard

    async def _tell(self, entries: Sequence[Entry]) -> None:
        if entries and not self.closed:
            await self._audience.take_many(entries)
            self._cursor = entries[-1].seq

    def _wake(self, seq: int) -> None:
        if seq <= self._cursor:
            return
        if self._work.busy:
            self._woken = True
        else:
            self._work.begin(self._read_on)

    def _hear(self, entries: Sequence[Entry]) -> None:
        is_next = entries[0].seq == self._cursor + 1
        if self._work.busy:
            self._heard += entries
        elif is_next and self._audience.take(entries):
            self._cursor = entries[-1].seq
        elif entries[-1].seq > self._cursor:
            self._heard += entries
            self._work.begin(self._continue)

    async def _wait(self) -> None:
        if not self.closed:
            await self._audience.waiting()
        await self._continue()

    async def _finish(self) -> None:
        snapshot = await self._snapshot()
        if self.closed or snapshot is None:
            self._audience.lost()
        elif snapshot.ended:
            await self._audience.finish(snapshot)
        else:  # it was said too early
            await self._read_on()


class _FollowerTask:
    """What the follower does between messages: one task at a time, and a failure is told once."""

    def __init__(self, generation_id: int, on_failure: Callable[[], None]) -> None:
        self.failure: type[Unfollowable] | None = None
        self._generation_id = generation_id
        self._on_failure = on_failure
        self._task: asyncio.Task[None] | None = None

    @property
    def begun(self) -> bool:
        return self._task is not None

    @property
    def busy(self) -> bool:
        return self._task is not None and not self._task.done()

    def begin(self, work: Work) -> None:
        self._task = asyncio.create_task(self._guarded(work))

    def begin_after(self, work: Work) -> None:
        """Do it once what is being done is over."""
        self.begin(partial(_after, self._task, work))

    async def all_done(self) -> None:
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    async def _guarded(self, work: Work) -> None:
        try:
            await work()
        except DatabaseError as trouble:
            logger.warning("Generation %d cannot be read: %s", self._generation_id, trouble)
            self._fail(UnreadableJournal)
        except Exception:  # the follower's edge: whatever broke, its audience must hear of it
            logger.exception("Generation %d cannot be followed", self._generation_id)
            self._fail(Unfollowable)

    def _fail(self, failure: type[Unfollowable]) -> None:
        self.failure = failure
        self._on_failure()


async def _after(before: asyncio.Task[None] | None, work: Work) -> None:
    if before is not None:
        await asyncio.wait([before])
    await work()
