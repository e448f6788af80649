"""What breaks the writing thread in a way that nobody foresaw harms one run, and not the thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import DataError

from streaming.journal import store
from streaming.journal.entries import Claim, Entry
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation
from tests.streaming.journal.test_writer import (
    FINISHED,
    SOON,
    Desk,
    desk,
    do,
    kept,
    mark_stop,
    open_desk,
    run_of,
)

__all__ = ["desk", "open_desk"]

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_frame_that_breaks_in_a_way_nobody_foresaw_harms_one_run(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    commit_frame = store.commit_frame
    good, bad = await desk.claims(2)

    def breaking(worker_id: int, frame: Sequence[tuple[Claim, Sequence[Entry]]]) -> Any:
        if any(to == bad for to, _ in frame):
            raise LookupError("out of this world")
        return commit_frame(worker_id, frame)

    monkeypatch.setattr(store, "commit_frame", breaking)
    outcomes = await desk.write_together((good, "before "), (bad, "beside "))
    assert outcomes[0] is True
    assert isinstance(outcomes[1], LookupError)
    await desk.write(good, "after")
    assert await kept(good) == ["before ", "after"]
    assert "out of this world" in caplog.text


@pytest.mark.parametrize("trouble", [LookupError("out of this world"), DataError("too long")])
async def test_a_close_that_breaks_in_a_way_nobody_foresaw_harms_one_run(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    close = store.close
    good, bad = await desk.claims(2)
    await desk.write(bad, "kept")

    def breaking(generation_id: int, facts: RunFacts, **epoch: Any) -> bool:
        if generation_id == bad.generation_id and facts == FINISHED:
            raise trouble
        return close(generation_id, facts, **epoch)

    monkeypatch.setattr(store, "close", breaking)
    async with asyncio.timeout(SOON):
        first, second = await asyncio.gather(
            desk.writer.close(bad, FINISHED),
            desk.writer.close(good, FINISHED),
            return_exceptions=True,
        )
        assert (first, second) == (trouble, True)
        assert await desk.writer.close(bad, RunFacts(Generation.Status.FAILED))
    assert (await run_of(bad)).message.text == "kept"


async def test_an_answer_that_breaks_leaves_the_thread_at_work(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    [mine] = await desk.claims()
    compare = desk.stop_marks.compare

    def breaking(*_: Any) -> None:
        monkeypatch.setattr(desk.stop_marks, "compare", compare)
        raise LookupError("out of this world")

    monkeypatch.setattr(desk.stop_marks, "compare", breaking)
    await desk.write(mine, "one ")
    await desk.write(mine, "two")
    assert await kept(mine) == ["one ", "two"]
    await logged(caplog)


async def test_a_poll_that_breaks_is_followed_by_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run_states = store.run_states

    def breaking(*_: Any) -> Any:
        monkeypatch.setattr(store, "run_states", run_states)
        raise LookupError("out of this world")

    monkeypatch.setattr(store, "run_states", breaking)
    [mine] = await desk.claims()
    desk.stop_marks.look_soon()
    await logged(caplog)
    await do(lambda: mark_stop(mine))
    async with asyncio.timeout(SOON):
        await desk.news.wait()
    assert desk.stopped == [mine.generation_id]


async def logged(caplog: pytest.LogCaptureFixture) -> None:
    """By whichever thread it happens to."""
    async with asyncio.timeout(SOON):
        while "out of this world" not in caplog.text:  # noqa: ASYNC110 (no loop is told of a log)
            await asyncio.sleep(0.01)
