"""Reading on in many runs at once: each is told its own, and what comes together is one query."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError

from streaming.db_threads import in_thread
from streaming.journal import store
from streaming.journal.entries import Place
from streaming.journal.reading import JournalReader
from streaming.models import Generation, Worker
from tests.support.rows import claim, running, worker

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 30


def written(owner: User, holder: Worker, *texts: str) -> Generation:
    """A run that wrote these entries."""
    run = running(owner, holder)
    mine = claim(run)
    store.commit_frame(holder.pk, [(mine, mine.number([("text", text) for text in texts]))])
    return run


def place(run: Generation, cursor: int = 0) -> Place:
    return Place(run.pk, cursor, run.message_id)


def test_each_place_is_told_what_its_run_wrote_after_it(owner: User) -> None:
    holder = worker()
    first, second = written(owner, holder, "a", "b", "c"), written(owner, holder, "x")
    elsewhere = Place(first.pk, 0, second.message_id)
    places = [place(first), place(first, 2), place(second), place(second, 1), elsewhere]
    found = store.after_all(places)
    assert {at: [entry.text for entry in entries] for at, entries in found.items()} == {
        place(first): ["a", "b", "c"],
        place(first, 2): ["c"],
        place(second): ["x"],
    }
    assert [entry.seq for entry in found[place(first)]] == [1, 2, 3]


async def test_what_is_asked_for_together_is_one_query(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    after_all = store.after_all

    def counted(places: Sequence[Place]) -> Any:
        asked.append(len(places))
        return after_all(places)

    monkeypatch.setattr(store, "after_all", counted)
    holder = await in_thread(worker)()
    runs = [await in_thread(written)(owner, holder, f"text {n}") for n in range(5)]
    reader = JournalReader()
    async with asyncio.timeout(SOON):
        found = await asyncio.gather(*(reader.after(place(run)) for run in [*runs, runs[0]]))
        assert asked == [5]
        assert await reader.after(place(runs[0], 1)) == []
    assert [[entry.text for entry in entries] for entries in found] == [
        *[[f"text {n}"] for n in range(5)],
        ["text 0"],
    ]


async def test_a_database_that_refuses_is_told_to_all_who_asked_and_asked_again_later(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(places: Sequence[Place]) -> Any:
        raise OperationalError("closed")

    run = await in_thread(lambda: written(owner, worker(), "one"))()
    reader = JournalReader()
    async with asyncio.timeout(SOON):
        with monkeypatch.context() as refusing:
            refusing.setattr(store, "after_all", refuse)
            outcomes = await asyncio.gather(
                reader.after(place(run)), reader.after(place(run)), return_exceptions=True
            )
        assert [type(outcome) for outcome in outcomes] == [OperationalError] * 2
        assert [entry.text for entry in await reader.after(place(run))] == ["one"]


async def test_who_is_gone_takes_nothing_from_the_others(owner: User) -> None:
    run = await in_thread(lambda: written(owner, worker(), "one"))()
    reader = JournalReader()
    gone, stays = (asyncio.create_task(reader.after(place(run))) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    async with asyncio.timeout(SOON):
        assert [entry.text for entry in await stays] == ["one"]
