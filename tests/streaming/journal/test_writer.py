"""The writing thread: commits what runs hand over, in order, however the database behaves."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from conversations.models import Conversation
from streaming.db_threads import in_thread
from streaming.journal import store
from streaming.journal.entries import Claim, Entry, Fenced, StorageUnavailable
from streaming.journal.pace import Pace
from streaming.journal.run_facts import RunFacts
from streaming.journal.stop_marks import StopMarks
from streaming.journal.writer import JournalWriter
from streaming.models import Generation, Worker
from tests.support.isolation.database import locked_database
from tests.support.rows import claim, running, worker

pytestmark = pytest.mark.django_db(transaction=True)

NO_PACE = Pace(least_ms=0, ms_per_run=0, most_ms=0)
FINISHED = RunFacts(Generation.Status.FINISHED, finish_reason="stop")
POLL_SECONDS = 0.005
SOON = 30


class Desk:
    """A writer and the stop marks that it reads; `stopped` are the runs that have one."""

    def __init__(self, owner: User, holder: Worker, poll_seconds: float) -> None:
        self.owner, self.holder = owner, holder
        self.stopped: list[int] = []
        self.news = asyncio.Event()
        self.stop_marks = StopMarks(holder.pk, poll_seconds, on_stop=self.hear)
        self.writer = JournalWriter(holder.pk, NO_PACE, self.stop_marks)
        self._looking = asyncio.create_task(self.stop_marks.keep_looking())

    async def close(self) -> None:
        self._looking.cancel()
        await self.writer.stop()

    def hear(self, generation_id: int) -> None:
        self.stopped.append(generation_id)
        self.news.set()

    async def claims(self, count: int = 1) -> list[Claim]:
        """Runs of this process, followed."""
        runs = await do(lambda: [running(self.owner, self.holder) for _ in range(count)])
        for one in (found := [claim(run) for run in runs]):
            self.stop_marks.follow(one)
        return found

    async def write(self, to: Claim, *texts: str) -> list[Entry]:
        async with asyncio.timeout(SOON):
            entries = to.number([("text", text) for text in texts])
            await self.writer.submit(to, entries)
            return entries

    async def write_together(self, *texts: tuple[Claim, str]) -> list[BaseException | bool]:
        """Handed over in one turn of the loop; what became of each."""
        parts: list[asyncio.Future[bool]] = []

        def hand_over(to: Claim, text: str) -> None:
            parts.append(self.writer.submit(to, to.number([("text", text)])))

        for to, text in texts:
            self.writer.at_turns_end(partial(hand_over, to, text))
        async with asyncio.timeout(SOON):
            await asyncio.sleep(0)
            return await asyncio.gather(*parts, return_exceptions=True)


@pytest.fixture
async def open_desk(owner: User) -> AsyncIterator[Callable[..., Desk]]:
    """Makes desks, and closes them in the end."""
    desks: list[Desk] = []
    holder = await do(worker)

    def make(poll_seconds: float = POLL_SECONDS) -> Desk:
        desks.append(Desk(owner, holder, poll_seconds))
        return desks[-1]

    yield make
    for desk in desks:
        await desk.close()


@pytest.fixture
async def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()


async def do(work: Callable[[], Any]) -> Any:
    return await in_thread(work)()


async def kept(to: Claim) -> list[str]:
    entries: Sequence[Entry] = await do(lambda: store.after(to.generation_id, 0))
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    return [entry.text for entry in entries]


async def run_of(to: Claim) -> Generation:
    found = Generation.objects.select_related("message")
    run: Generation = await do(lambda: found.get(pk=to.generation_id))
    return run


# Commits


async def test_r1_what_was_appended_is_kept_when_append_returns(desk: Desk) -> None:
    [mine] = await desk.claims()
    assert [entry.seq for entry in await desk.write(mine, "one ", "two ")] == [1, 2]
    assert await kept(mine) == ["one ", "two "]
    assert [entry.seq for entry in await desk.write(mine, "three")] == [3]
    assert await kept(mine) == ["one ", "two ", "three"]


async def test_what_is_handed_over_in_one_turn_of_the_loop_is_one_commit(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames: list[int] = []
    commit_frame = store.commit_frame

    def counted(worker_id: int, frame: Sequence[Any]) -> Any:
        frames.append(len(frame))
        return commit_frame(worker_id, frame)

    monkeypatch.setattr(store, "commit_frame", counted)
    claims = await desk.claims(3)
    for beat in range(4):
        assert await desk.write_together(*((one, f"{beat} ") for one in claims)) == [True] * 3
    assert frames == [3, 3, 3, 3]
    assert [await kept(one) for one in claims] == [["0 ", "1 ", "2 ", "3 "]] * 3


async def test_says_when_all_that_was_handed_over_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = await desk.claims(2)
    said, told = asyncio.Event(), list[str]()
    desk.writer.when_kept(lambda: told.append("nothing was handed over"))
    assert told == ["nothing was handed over"]
    commit_frame, committing = store.commit_frame, threading.Event()

    def announced(*frame: Any) -> Any:
        committing.set()
        return commit_frame(*frame)

    monkeypatch.setattr(store, "commit_frame", announced)
    with locked_database():
        first, second = (
            desk.writer.submit(mine, mine.number([("text", "one")])),
            desk.writer.submit(other, other.number([("text", "two")])),
        )
        desk.writer.when_kept(said.set)
        assert await asyncio.to_thread(committing.wait, SOON)
        assert not said.is_set()
    async with asyncio.timeout(SOON):
        await said.wait()
    assert first.done()
    assert second.done()
    assert [await kept(mine), await kept(other)] == [["one"], ["two"]]


async def test_says_so_of_what_was_refused_too(desk: Desk) -> None:
    [mine] = await desk.claims()
    gone = Claim(mine.generation_id, mine.epoch - 1)
    said = asyncio.Event()
    refused = desk.writer.submit(gone, gone.number([("text", "never kept")]))
    desk.writer.when_kept(said.set)
    async with asyncio.timeout(SOON):
        await said.wait()
    assert isinstance(refused.exception(), Fenced)


# Stop marks and fences


async def test_r5_a_stop_mark_is_seen_while_the_run_writes_nothing(desk: Desk) -> None:
    quiet, _ = await desk.claims(2)
    await do(lambda: mark_stop(quiet))
    async with asyncio.timeout(0.9):  # it looks every 5 ms, and every second while it has no run
        await desk.news.wait()
    assert set(desk.stopped) == {quiet.generation_id}


async def test_r5_a_stop_mark_is_seen_with_the_next_frame_of_any_run(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(poll_seconds=3600)
    quiet, busy = await desk.claims(2)
    await do(lambda: mark_stop(quiet))
    await desk.write(busy, "something")
    async with asyncio.timeout(SOON):
        await desk.news.wait()
    assert desk.stopped == [quiet.generation_id]


async def test_r5_a_stop_mark_is_seen_at_once_by_who_is_told_to_look(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(poll_seconds=3600)
    quiet, _ = await desk.claims(2)
    await do(lambda: mark_stop(quiet))
    desk.stop_marks.look_soon()
    async with asyncio.timeout(SOON):
        await desk.news.wait()
    assert desk.stopped == [quiet.generation_id]


async def test_a_run_that_was_taken_away_is_told_to_stop(desk: Desk) -> None:
    [lost] = await desk.claims()
    await do(lambda: Generation.objects.filter(pk=lost.generation_id).update(epoch=9))
    async with asyncio.timeout(SOON):
        await desk.news.wait()
    assert set(desk.stopped) == {lost.generation_id}


async def test_one_fenced_run_does_not_keep_its_frame_from_the_others(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(poll_seconds=3600)
    first, lost, deleted, last = claims = await desk.claims(4)
    await do(lambda: Generation.objects.filter(pk=lost.generation_id).update(epoch=9))
    await do(lambda: Conversation.objects.filter(generations=deleted.generation_id).delete())
    await desk.write(first, "before ")
    outcomes = await desk.write_together(*((one, "together") for one in claims))
    assert [type(outcome) for outcome in outcomes] == [bool, Fenced, Fenced, bool]
    assert await kept(first) == ["before ", "together"]
    assert (await kept(last), await kept(lost)) == (["together"], [])


async def test_a_run_that_was_fenced_or_closed_is_not_looked_after_any_more(desk: Desk) -> None:
    lost, closed, busy = await desk.claims(3)
    await desk.writer.close(closed, FINISHED)
    await do(lambda: Generation.objects.filter(pk=lost.generation_id).update(epoch=9))
    with pytest.raises(Fenced):
        await desk.write(lost, "too late")
    await desk.write(busy, "a frame reports on the runs before its append returns ")
    told = len(desk.stopped)
    for _ in range(3):
        await desk.write(busy, "and another ")
    assert len(desk.stopped) == told
    assert closed.generation_id not in desk.stopped


async def test_a_run_that_is_ending_by_itself_is_not_told_to_stop(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(poll_seconds=3600)
    [ending] = await desk.claims()
    closing = asyncio.create_task(desk.writer.close(ending, FINISHED))
    await asyncio.sleep(0)
    desk.stop_marks.compare([ending], {})  # a look at the marks between its commit and its answer
    assert await closing
    await asyncio.sleep(0)
    assert desk.stopped == []


def mark_stop(to: Claim) -> None:
    Generation.objects.filter(pk=to.generation_id).update(stop_requested_at=timezone.now())


# Closing


async def test_a_run_is_closed_behind_all_that_was_handed_over(desk: Desk) -> None:
    for _ in range(5):
        [mine] = await desk.claims()
        appending = [asyncio.create_task(desk.write(mine, f"{n} ")) for n in range(5)]
        await asyncio.sleep(0)
        assert await desk.writer.close(mine, FINISHED)
        await asyncio.gather(*appending)
        generation = await run_of(mine)
        assert (generation.status, generation.message.text) == ("finished", "0 1 2 3 4 ")


async def test_an_append_that_is_given_up_is_kept_before_the_close(desk: Desk) -> None:
    [mine] = await desk.claims()
    with locked_database():
        appending = asyncio.create_task(desk.write(mine, "on its way"))
        await asyncio.sleep(0)
        appending.cancel()
        closing = asyncio.create_task(desk.writer.close(mine, FINISHED))
        await asyncio.sleep(0)
    assert await closing
    assert (await run_of(mine)).message.text == "on its way"


async def test_r4_a_run_that_somebody_else_ended_is_not_ended_again(desk: Desk) -> None:
    [mine] = await desk.claims()
    await desk.write(mine, "text")
    reaped = RunFacts(Generation.Status.INTERRUPTED)
    assert await do(lambda: store.close(mine.generation_id, reaped))
    assert not await desk.writer.close(mine, FINISHED)
    assert (await run_of(mine)).status == "interrupted"


# A database that refuses


async def test_e14_a_database_locked_for_3_s_loses_and_reorders_nothing(
    desk: Desk, impatient: None
) -> None:
    claims = await desk.claims(3)
    with locked_database():
        until = time.monotonic() + 3
        writing = [asyncio.create_task(write_on(desk, one, until)) for one in claims]
        done, _ = await asyncio.wait(writing, timeout=3)
        assert not done
        assert [await kept(one) for one in claims] == [[], [], []]
    written = await asyncio.gather(*writing)
    assert [await kept(one) for one in claims] == written
    assert all(written)


async def write_on(desk: Desk, to: Claim, until: float) -> list[str]:
    """Write numbers, each once the one before is kept, until that time has come."""
    texts: list[str] = []
    while not texts or time.monotonic() < until:
        texts.append(f"{len(texts)} ")
        await desk.write(to, texts[-1])
    return texts


async def test_e14_after_30_s_what_could_not_be_kept_is_refused_and_the_close_still_waits(
    desk: Desk, impatient: None, settings: Any
) -> None:
    settings.STORAGE_PATIENCE_SECONDS = 0.0
    [mine] = await desk.claims()
    await desk.write(mine, "kept")
    with locked_database():
        with pytest.raises(StorageUnavailable):
            await desk.write(mine, "lost")
        closing = asyncio.create_task(desk.writer.close(mine, FINISHED))
        done, _ = await asyncio.wait([closing], timeout=0.2)
        assert not done
    assert await closing
    assert (await run_of(mine)).message.text == "kept"


async def test_what_no_database_takes_harms_nobody_but_its_own_run(desk: Desk) -> None:
    good, bad = await desk.claims(2)
    await desk.write(good, "before ")
    outcomes = await desk.write_together((good, "beside "), (bad, "\ud800"))
    assert isinstance(outcomes[1], UnicodeEncodeError)
    await desk.write(good, "after")
    assert await kept(good) == ["before ", "beside ", "after"]
    assert await desk.writer.close(bad, FINISHED)


# The end


async def test_stopping_commits_all_that_was_handed_over(desk: Desk) -> None:
    claims = await desk.claims(5)
    await desk.write(claims[0], "first ")
    appending = [asyncio.create_task(desk.write(one, "last")) for one in claims]
    await asyncio.sleep(0)
    closing = asyncio.create_task(desk.writer.close(claims[4], FINISHED))
    await asyncio.sleep(0)
    await desk.writer.stop()
    await asyncio.gather(*appending)
    assert await closing
    assert [await kept(one) for one in claims[:4]] == [["first ", "last"], *[["last"]] * 3]
    assert (await run_of(claims[4])).message.text == "last"


async def test_stopping_does_not_wait_for_a_database_that_refuses(
    desk: Desk, impatient: None
) -> None:
    [mine] = await desk.claims()
    with locked_database():
        appending = asyncio.create_task(desk.write(mine, "lost"))
        closing = asyncio.create_task(desk.writer.close(mine, FINISHED))
        await asyncio.sleep(0)
        async with asyncio.timeout(SOON):
            await desk.writer.stop()
        outcomes = await asyncio.gather(appending, closing, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StorageUnavailable] * 2


async def test_a_writer_that_was_stopped_takes_nothing_more(desk: Desk) -> None:
    [mine] = await desk.claims()
    await desk.writer.stop()
    with pytest.raises(StorageUnavailable):
        await desk.write(mine, "too late")
