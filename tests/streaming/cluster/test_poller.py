"""What other processes do is seen in the database, also where nobody rings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.utils import timezone

from conversations.models import Conversation, Message
from streaming.cluster import poller
from streaming.cluster.bus import Bus, Topic
from streaming.cluster.poller import Poller
from streaming.db_threads import in_thread
from streaming.journal import store
from streaming.journal.store import Ending
from streaming.models import Generation, Worker
from streaming.runs import auto_resume
from tests.support.rows import (
    go_on,
    keep,
    running,
    worker,
)

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = ("wake", "stopping", "waiting", "closed", "moved")
CANCELLED = Ending(Generation.Status.CANCELLED)
Rings = list[tuple[Any, ...]]


async def do(work: Callable[[], Any]) -> Any:
    return await in_thread(work)()


class Place:
    """A process that watches the run's conversation, and what rings there."""

    def __init__(self, me: Worker, run: Generation) -> None:
        self.ours: set[int] = set()
        self.bus = Bus()
        self.poller = Poller(self.bus, me.pk, self.ours.__contains__, 0.25)
        self._rung: Rings = []
        for topic in [("thread", run.conversation_id), *((kind, run.pk) for kind in KINDS)]:
            self.bus.subscribe(topic, self._listener(topic))

    def _listener(self, topic: Topic) -> Callable[..., None]:
        return lambda *news: self._rung.append((topic[0], *news))

    async def hears(self) -> Rings:
        """What rings at the next look."""
        await self.poller.poll()
        rung, self._rung[:] = list(self._rung), []
        return rung

    async def hears_after(self, work: Callable[[], Any]) -> Rings:
        await do(work)
        return await self.hears()


@pytest.fixture
def me(db: None) -> Worker:
    return Worker.objects.create(host="here", lease_until=Now() + timedelta(seconds=10))


@pytest.fixture
def run(owner: User) -> Generation:
    """Written by another process."""
    return running(owner, worker("there"))


async def test_the_first_look_rings_for_what_came_just_before_it(
    me: Worker, run: Generation
) -> None:
    place = Place(me, run)
    assert await place.hears() == [("thread",)]
    assert await place.hears() == []


async def test_r2_what_was_committed_elsewhere_rings_with_its_last_number(
    me: Worker, run: Generation
) -> None:
    place = Place(me, run)
    await place.hears()
    assert await place.hears_after(lambda: keep(run, "one", "two")) == [("wake", 2)]
    assert await place.hears_after(lambda: keep(run, "three")) == [("wake", 3)]
    assert await place.hears() == []


async def test_a_wish_to_stop_and_the_end_ring(me: Worker, run: Generation) -> None:
    place = Place(me, run)
    await place.hears()
    assert await place.hears_after(lambda: auto_resume.mark_stopped(run)) == [("stopping",)]
    assert await place.hears_after(lambda: store.close(run.pk, CANCELLED)) == [("closed",)]


async def test_a_wait_for_another_try_rings_when_it_begins_and_ends(
    me: Worker, run: Generation
) -> None:
    place, until = Place(me, run), timezone.now()
    await place.hears()
    begins = await place.hears_after(lambda: store.record_pause(run.pk, "Busy.", until))
    ends = await place.hears_after(lambda: store.end_pause(run.pk))
    assert begins == ends == [("waiting",)]


async def test_a_run_that_moves_into_another_message_rings(me: Worker, run: Generation) -> None:
    place = Place(me, run)
    await place.hears()
    rung = await place.hears_after(lambda: store.move_to_sibling(run.pk, run.epoch))
    assert set(rung) == {("thread",), ("moved",)}


async def test_whatever_changes_the_thread_rings(me: Worker, run: Generation) -> None:
    conversations = Conversation.objects.filter(pk=run.conversation_id)
    place = Place(me, run)
    await place.hears()
    await do(lambda: store.close(run.pk, CANCELLED))
    await place.hears()

    def ask() -> None:
        asked = Message.objects.create(conversation=run.conversation, role="user", text="More")
        conversations.update(leaf=asked)

    def undo() -> None:
        Generation.objects.filter(pk=run.pk).update(undone_at=timezone.now())

    for work in (ask, lambda: go_on(run), undo):
        assert await place.hears_after(work) == [("thread",)]
    assert await place.hears_after(lambda: conversations.get().delete()) == [("thread",)]


async def test_of_a_run_of_this_process_its_own_rings_tell(me: Worker, run: Generation) -> None:
    place = Place(me, run)
    place.ours.add(run.pk)
    assert await place.hears() == []
    assert await place.hears_after(lambda: keep(run, "one")) == []
    await do(lambda: store.close(run.pk, CANCELLED))
    place.ours.clear()
    assert await place.hears() == []
    assert await place.hears_after(lambda: go_on(run)) == [("thread",)]


async def test_a_process_that_is_alone_looks_at_nothing_until_another_comes(
    me: Worker, run: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unexpected(watched: object) -> None:
        raise AssertionError("it looked")

    await do(lambda: Worker.objects.exclude(pk=me.pk).delete())
    place = Place(me, run)
    with monkeypatch.context() as patch:
        patch.setattr(poller, "_read", unexpected)
        for _ in range(10):
            assert await place.hears() == []
    await do(lambda: worker("there"))
    place.poller._count_at = 0.0
    assert await place.hears() == [("thread",)]


async def test_what_nobody_watches_any_more_is_forgotten(me: Worker, run: Generation) -> None:
    place = Place(me, run)
    await place.hears()
    place.bus._subscribers.clear()
    assert await place.hears_after(lambda: keep(run, "one")) == []
    assert place.poller._seen == {}
