"""A process that dies or is frozen: the others end its answers, and they stay ended."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from random import Random

import pytest

from tests.services.support.fleet import Member, fleet
from tests.services.support.servers import Redis
from tests.services.support.watching import until, watch_on
from tests.support.isolation.rounds import rounds
from tests.support.kept import Kept, kept_answers
from tests.support.upstream import Upstream
from tests.support.visitor import Sent, Visitor

pytestmark = pytest.mark.services

MODEL = "demo-clock-50-50000"
ANSWERS = 5


async def begin(visitor: Visitor) -> list[Sent]:
    return [await visitor.send("Go.", f"demo/{MODEL}") for _ in range(ANSWERS)]


async def until_interrupted(member: Member, sent: list[Sent], seconds: float) -> dict[int, Kept]:
    """Waits until all of them are interrupted; what is kept then."""
    began = time.monotonic()
    while True:
        kept = kept_answers(member)
        if all(kept[one.generation].status == "interrupted" for one in sent):
            print(f"interrupted after {time.monotonic() - began:.1f} s")
            return kept
        assert time.monotonic() - began < seconds, kept
        await asyncio.sleep(0.1)  # before it looks again: another process writes there


async def test_r7_answers_of_a_killed_process_are_interrupted_within_15_s_and_nothing_is_lost(
    tmp_path: Path, upstream: Upstream, redis: Redis
) -> None:
    with fleet(tmp_path, upstream, MODEL, redis=redis) as (dies, lives):
        async with Visitor(dies) as visitor:
            sent = await begin(visitor)
            watchers = [watch_on(lives, one, visitor) for one in sent]
            watching = [asyncio.create_task(one.watch_to_the_end()) for one in watchers]
            for watcher in watchers:
                await watcher.reaches(20)
            dies.kill()
            before = kept_answers(lives)
            after = await until_interrupted(lives, sent, 15)
            await asyncio.gather(*watching)
        for one, watcher in zip(sent, watchers, strict=True):
            assert after[one.generation].text == before[one.generation].text
            assert watcher.status == "interrupted"
            assert watcher.answer.text().split() == after[one.generation].text.split()
            assert (watcher.gaps, watcher.doubles) == (0, 0)
        async with Visitor(lives) as visitor:
            page = await visitor.conversation(sent[0].conversation)
            assert page.all("data-action", "resume")


async def test_r7_a_process_that_wakes_up_cannot_write_into_what_was_taken_from_it(
    tmp_path: Path, upstream: Upstream
) -> None:
    """Without Redis, too; and it can be used again afterwards. In full, 20 rounds."""
    moments = Random(7)
    with fleet(tmp_path, upstream, MODEL, LEASE_SECONDS="4") as (sleeps, lives):
        async with Visitor(sleeps) as visitor:
            for _ in range(rounds(1)):
                await fall_asleep(sleeps, lives, visitor, upstream, moments.randint(10, 60))
            again = await visitor.send("Again.", f"demo/{MODEL}")
            more = visitor.watch_on(again)
            reading = asyncio.create_task(more.watch_to_the_end())
            await more.reaches(20)
            await visitor.stop(again.generation)
            await reading
            assert kept_answers(lives)[again.generation].status == "cancelled"


async def fall_asleep(
    sleeps: Member, lives: Member, visitor: Visitor, upstream: Upstream, at: int
) -> None:
    """The process is frozen after that many entries, until the other has ended its answers."""
    sent = await begin(visitor)
    near, far = visitor.watch_on(sent[0]), watch_on(lives, sent[0], visitor)
    watching = [asyncio.create_task(one.watch_to_the_end()) for one in (near, far)]
    await far.reaches(at)
    sleeps.pause()
    taken = await until_interrupted(lives, sent, 15)
    sleeps.wake()
    await asyncio.gather(*watching)
    await until(lambda: not upstream.running(), 10)  # it has woken up, and ended its own runs
    assert kept_answers(lives) == taken
    text = taken[sent[0].generation].text
    for watcher in (near, far):
        assert watcher.status == "interrupted"
        assert watcher.answer.text().split() == text.split()
