"""Runs whose process died: ended with all their text, and no others."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from streaming import lifecycle
from streaming.cluster import leases, reaper
from streaming.cluster.bus import Subject, Topic
from streaming.cluster.leases import Lease
from streaming.journal import store
from streaming.journal.entries import Entry, Fenced
from streaming.models import Generation, JournalEntry, Worker
from streaming.site import site
from tests.support.living import Living
from tests.support.rows import (
    claim,
    died,
    keep,
    left_behind,
    running,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alive() -> Iterator[Lease]:
    lease = leases.take()
    yield lease
    lease.release()


def test_r7_the_runs_of_a_dead_process_are_interrupted_and_keep_all_their_text(
    owner: User, caplog: pytest.LogCaptureFixture
) -> None:
    gone = died()
    writing, waiting = running(owner, gone, text="Kept. "), running(owner, gone)
    keep(writing, "And ", ("reasoning", "hm"), "more.")
    assert set(reaper.reap()) == {writing.conversation_id, waiting.conversation_id}
    ended = Generation.objects.select_related("message").get(pk=writing.pk)
    assert (ended.status, ended.error_code) == ("interrupted", "interrupted")
    assert (ended.message.text, ended.message.reasoning) == ("Kept. And more.", "hm")
    assert Generation.objects.get(pk=waiting.pk).status == "interrupted"
    assert not JournalEntry.objects.exists()
    assert "2 answers" in caplog.text


def test_r7_the_runs_of_a_living_process_go_on(owner: User, alive: Lease) -> None:
    generation = running(owner, alive.worker_id)
    running(owner, died())
    assert generation.conversation_id not in reaper.reap()
    generation.refresh_from_db()
    assert generation.status == "running"
    keep(generation, "Still here")


def test_a_run_that_nobody_holds_is_ended(owner: User, alive: Lease) -> None:
    generation = running(owner, alive.worker_id)
    Generation.objects.update(worker=None)
    assert reaper.reap() == [generation.conversation_id]


def test_r4_ended_runs_stay_as_they_ended(owner: User) -> None:
    gone = died()
    runs = [running(owner, gone, status=status) for status in ("finished", "failed", "cancelled")]
    assert reaper.reap() == []
    for generation in runs:
        before = generation.status
        generation.refresh_from_db()
        assert generation.status == before


def test_a_dead_process_is_forgotten(owner: User, alive: Lease) -> None:
    running(owner, died())
    reaper.reap()
    assert [worker.pk for worker in Worker.objects.all()] == [alive.worker_id]
    assert reaper.reap() == []


def test_a_process_that_was_taken_for_dead_cannot_write_any_more(owner: User) -> None:
    gone = died()
    generation = running(owner, gone)
    right = claim(generation)
    reaper.reap()
    with pytest.raises(Fenced):
        store.commit_frame(gone, [(right, [Entry(1, "text", "late")])])
    assert not store.close(generation.pk, reaper.INTERRUPTED, epoch=right.epoch)


async def test_r7_a_start_ends_what_a_crash_left_behind(living: Living) -> None:
    await lifecycle.stop()
    generation = await living.do(lambda: left_behind(living.owner))
    await lifecycle.ensure_started()
    assert (await living.run(generation.pk)).status == "interrupted"


async def test_r7_a_living_process_ends_what_another_left_behind_and_tells_its_pages(
    settings: Any, living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REAP_EVERY_SECONDS = 0.01
    await lifecycle.stop()
    await lifecycle.ensure_started()
    published, is_told = set[Subject](), asyncio.Event()

    def publish(subject: Subject) -> None:
        published.add(subject)
        is_told.set()

    monkeypatch.setattr(site().bus, "publish", publish)
    generation = await living.do(lambda: left_behind(living.owner))
    async with asyncio.timeout(10):
        while Topic.THREAD.of(generation.conversation_id) not in published:
            is_told.clear()
            await is_told.wait()
    assert (await living.run(generation.pk)).status == "interrupted"
