"""What other processes do is seen in the database, also where nobody says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.utils import timezone

from conversations.models import Conversation, Message
from streaming import actions
from streaming.cluster import poller
from streaming.cluster.bus import Bus, Topic
from streaming.cluster.poller import Poller
from streaming.db_threads import in_thread
from streaming.journal import store
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation, Worker
from tests.support.rows import (
    go_on,
    keep,
    running,
    worker,
)

pytestmark = pytest.mark.django_db(transaction=True)

OF_RUNS = (Topic.COMMITTED, Topic.STOPPING, Topic.WAITING, Topic.CLOSED, Topic.MOVED)
CANCELLED = RunFacts(Generation.Status.CANCELLED)
Messages = list[tuple[Any, ...]]


async def do(work: Callable[[], Any]) -> Any:
    return await in_thread(work)()


class Place:
    """A process that watches the run's conversation, and what is delivered there."""

    def __init__(self, me: Worker, run: Generation) -> None:
        self.ours: set[int] = set()
        self.bus = Bus()
        self.poller = Poller(self.bus, me.pk, self.ours.__contains__, 0.25)
        self._heard: Messages = []
        subjects = [Topic.THREAD.of(run.conversation_id), *(each.of(run.pk) for each in OF_RUNS)]
        for subject in subjects:
            self.bus.subscribe(subject, self._subscriber(subject.topic))

    def _subscriber(self, topic: Topic) -> Callable[..., None]:
        return lambda *payload: self._heard.append((topic, *payload))

    async def hears(self) -> Messages:
        """What is delivered at the next look."""
        await self.poller.poll()
        heard, self._heard[:] = list(self._heard), []
        return heard

    async def hears_after(self, work: Callable[[], Any]) -> Messages:
        await do(work)
        return await self.hears()


@pytest.fixture
def me(db: None) -> Worker:
    return Worker.objects.create(host="here", lease_until=Now() + timedelta(seconds=10))


@pytest.fixture
def run(owner: User) -> Generation:
    """Written by another process."""
    return running(owner, worker("there"))


async def test_the_first_look_delivers_what_came_just_before_it(
    me: Worker, run: Generation
) -> None:
    place = Place(me, run)
    assert await place.hears() == [(Topic.THREAD,)]
    assert await place.hears() == []


async def test_r2_what_was_committed_elsewhere_is_delivered_with_its_last_number(
    me: Worker, run: Generation
) -> None:
    place = Place(me, run)
    await place.hears()
    assert await place.hears_after(lambda: keep(run, "one", "two")) == [(Topic.COMMITTED, 2)]
    assert await place.hears_after(lambda: keep(run, "three")) == [(Topic.COMMITTED, 3)]
    assert await place.hears() == []


async def test_a_wish_to_stop_and_the_end_are_delivered(me: Worker, run: Generation) -> None:
    place = Place(me, run)
    await place.hears()
    assert await place.hears_after(lambda: actions.mark_stopped(run)) == [(Topic.STOPPING,)]
    assert await place.hears_after(lambda: store.close(run.pk, CANCELLED)) == [(Topic.CLOSED,)]


async def test_a_wait_for_another_try_is_delivered_when_it_begins_and_ends(
    me: Worker, run: Generation
) -> None:
    place, until = Place(me, run), timezone.now()
    await place.hears()
    begins = await place.hears_after(lambda: store.record_pause(run.pk, "Busy.", until))
    ends = await place.hears_after(lambda: store.end_pause(run.pk))
    assert begins == ends == [(Topic.WAITING,)]


async def test_a_run_that_moves_into_another_message_is_delivered(
    me: Worker, run: Generation
) -> None:
    place = Place(me, run)
    await place.hears()
    heard = await place.hears_after(lambda: store.move_to_sibling(run.pk, run.epoch))
    assert set(heard) == {(Topic.THREAD,), (Topic.MOVED,)}


async def test_whatever_changes_the_thread_is_delivered(me: Worker, run: Generation) -> None:
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
        assert await place.hears_after(work) == [(Topic.THREAD,)]
    assert await place.hears_after(lambda: conversations.get().delete()) == [(Topic.THREAD,)]


async def test_a_run_of_this_process_publishes_for_itself(me: Worker, run: Generation) -> None:
    place = Place(me, run)
    place.ours.add(run.pk)
    assert await place.hears() == []
    assert await place.hears_after(lambda: keep(run, "one")) == []
    await do(lambda: store.close(run.pk, CANCELLED))
    place.ours.clear()
    assert await place.hears() == []
    assert await place.hears_after(lambda: go_on(run)) == [(Topic.THREAD,)]


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
    assert await place.hears() == [(Topic.THREAD,)]


async def test_what_nobody_watches_any_more_is_forgotten(me: Worker, run: Generation) -> None:
    place = Place(me, run)
    await place.hears()
    place.bus._subscribers.clear()
    assert await place.hears_after(lambda: keep(run, "one")) == []
    assert place.poller._seen == {}
