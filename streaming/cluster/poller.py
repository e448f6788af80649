"""What other processes did to the conversations that are watched here, seen in the database.

It stands in for messages of the bus that were lost: what they would have told is delivered here, a
quarter of a second late. While this is the only process it asks nothing but whether that is so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max, TextField
from django.db.models.expressions import RawSQL

from conversations.models import Conversation
from streaming.cluster import leases
from streaming.cluster.bus import Bus, Topic
from streaming.db_threads import OneRound, in_thread
from streaming.journal import store
from streaming.models import PROMPTS_STATE, Generation

COUNT_SECONDS = 1.0
QUEUE = PROMPTS_STATE.format(conversation="conversations_conversation.id")
AT_ONCE = 500
"""Conversations in one query."""


class PolledThread(NamedTuple):
    """Where the thread of a conversation stands; `run` is the last one begun in it.

    `queue` sums up the prompts in line.
    """

    leaf: int | None
    updated_at: datetime
    run: int | None
    undone_at: datetime | None
    queue: str | None


class PolledRun(NamedTuple):
    """Where a run stands, and the number of its last entry."""

    status: str
    message: int
    retry_at: datetime | None
    stopping: bool
    seq: int

    @property
    def running(self) -> bool:
        return self.status == Generation.Status.RUNNING


class PolledConversation(NamedTuple):
    """A conversation at one look; a run of this process publishes for itself."""

    thread: PolledThread
    run: PolledRun | None
    is_ours: bool


class Poller:
    """Delivers what changed between two looks. Belongs to the loop."""

    def __init__(
        self,
        bus: Bus,
        worker_id: int,
        is_ours: Callable[[int], bool],
        every_seconds: float,
    ) -> None:
        self._bus = bus
        self._worker_id = worker_id
        self._is_ours = is_ours
        self._every_seconds = every_seconds
        self._alone = True
        self._count_at = 0.0
        self._seen: dict[UUID, PolledConversation] = {}

    async def keep_polling(self) -> None:
        while True:
            with OneRound("look for what other processes did"):
                await self.poll()
            await asyncio.sleep(self._every_seconds)

    async def poll(self) -> None:
        """Look once; the first look at a conversation delivers, too, for what came just before."""
        now = asyncio.get_running_loop().time()
        if now >= self._count_at:
            self._alone = await in_thread(leases.is_alone)(self._worker_id)
            self._count_at = now + COUNT_SECONDS
        if self._alone:
            self._seen.clear()
            return
        watched = self._bus.keys(Topic.THREAD)
        threads, runs = await in_thread(_read)(watched)
        before, self._seen = self._seen, {}
        for pk in watched & self._bus.keys(Topic.THREAD):
            if pk not in threads:
                self._bus.deliver(Topic.THREAD.of(pk))
                continue
            thread = threads[pk]
            is_ours = thread.run is not None and self._is_ours(thread.run)
            self._seen[pk] = PolledConversation(thread, runs.get(thread.run or 0), is_ours)
            self._compare(pk, before.get(pk), self._seen[pk])

    def _compare(
        self, pk: UUID, before: PolledConversation | None, now: PolledConversation
    ) -> None:
        was_ours = before is not None and before.is_ours and before.thread.run == now.thread.run
        if now.is_ours or was_ours:
            return
        if before is None or before.thread != now.thread:
            self._bus.deliver(Topic.THREAD.of(pk))
        if before is not None and before.thread.run == now.thread.run:
            self._compare_runs(now.thread.run, before.run, now.run)

    def _compare_runs(
        self, pk: int | None, before: PolledRun | None, now: PolledRun | None
    ) -> None:
        if pk is None or before is None or now is None:
            return
        deliver = self._bus.deliver
        if now.running and now.seq > before.seq:
            deliver(Topic.COMMITTED.of(pk), now.seq)
        if now.message != before.message:
            deliver(Topic.MOVED.of(pk))
        if now.retry_at != before.retry_at and now.running:
            deliver(Topic.WAITING.of(pk))
        if now.stopping and not before.stopping and now.running:
            deliver(Topic.STOPPING.of(pk))
        if before.running and not now.running:
            deliver(Topic.CLOSED.of(pk))


def _read(watched: Iterable[UUID]) -> tuple[Mapping[UUID, PolledThread], Mapping[int, PolledRun]]:
    """The threads, without those that are gone, and the last run of each."""
    pks, threads, runs = list(watched), dict[UUID, PolledThread](), dict[int, PolledRun]()
    for start in range(0, len(pks), AT_ONCE):
        found = _threads(pks[start : start + AT_ONCE])
        threads |= found
        runs |= _runs([thread.run for thread in found.values() if thread.run is not None])
    return threads, runs


def _threads(pks: Iterable[UUID]) -> dict[UUID, PolledThread]:
    rows = Conversation.objects.filter(pk__in=pks).annotate(
        run=Max("generations"),
        undone_at=Max("generations__undone_at"),
        queue=RawSQL(QUEUE, [], output_field=TextField()),  # noqa: S611 (made of constants)
    )
    return {
        row[0]: PolledThread(*row[1:])
        for row in rows.values_list("pk", "leaf_id", "updated_at", "run", "undone_at", "queue")
    }


def _runs(pks: Iterable[int]) -> dict[int, PolledRun]:
    fields = ("pk", "status", "message_id", "retry_at", "stop_requested_at")
    rows = list(Generation.objects.filter(pk__in=pks).values_list(*fields))
    running = [row[0] for row in rows if row[1] == Generation.Status.RUNNING]
    seqs = store.last_seqs(running)
    return {
        pk: PolledRun(status, message, retry_at, asked is not None, seqs.get(pk, 0))
        for pk, status, message, retry_at, asked in rows
    }
