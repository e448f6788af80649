"""Clocks that jump: no answer is taken from a living process, and none is kept from ending."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from streaming import lifecycle
from streaming.cluster import reaper
from streaming.models import Worker
from streaming.site import site
from tests.support.living import Living
from tests.support.rows import died, keep, running
from tests.support.tabs import Tab, reads, watched

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
async def test_r7_a_jump_of_the_process_clock_ends_no_answer(
    living: Living, tab: Tab, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    answer, right = await living.answering(), timezone.now
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        await answer.says("Before, ")
        monkeypatch.setattr(timezone, "now", lambda: right() + jump)
        assert await living.do(reaper.reap) == []
        await answer.says("and after.")
        await page.until(socket, reads("Before, and after."))
        generation = await answer.stops()
        await page.ends(socket)
    assert (generation.status, generation.message.text) == ("cancelled", "Before, and after.")
    assert page.answer.text().strip() == generation.message.text


async def test_r7_a_jump_of_the_database_clock_takes_no_answer_from_who_lives(
    living: Living, settings: Any
) -> None:
    """All leases seem to have run out at once; whoever lives renews before it looks."""
    settings.REAP_EVERY_SECONDS = 0.01
    await lifecycle.stop()
    await lifecycle.ensure_started()
    living.site = site()
    answer = await living.answering()
    await answer.says("Before, ")
    for _ in range(20):
        await living.do(lambda: Worker.objects.update(lease_until=timezone.now() - HOUR))
        async with asyncio.timeout(10):
            while await living.do(Worker.objects.filter(lease_until__lt=timezone.now()).exists):  # noqa: ASYNC110 (the reaper tells nobody that it looked)
                await asyncio.sleep(0.01)
    await answer.says("and after.")
    generation = await answer.finishes()
    assert (generation.status, generation.message.text) == ("finished", "Before, and after.")


async def test_r7_a_lease_from_a_clock_that_was_ahead_keeps_no_dead_answer_running(
    living: Living,
) -> None:
    gone = await living.do(died)
    generation = await living.do(lambda: running(living.owner, gone))
    await living.do(lambda: keep(generation, "So far"))
    await living.do(
        lambda: Worker.objects.filter(pk=gone).update(lease_until=timezone.now() + HOUR)
    )
    await living.do(reaper.reap)
    ended = await living.run(generation.pk)
    assert (ended.status, ended.message.text) == ("interrupted", "So far")
