"""L5: of the answers of one person a few are written at once, and further ones wait in line."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User

from streaming import actions
from streaming.catalog.model_menu import ModelChoice
from streaming.journal import store
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation
from streaming.runs import user_queue
from streaming.runs.refusals import TooMuch
from tests.support.living import TELLER, Answering, Living
from tests.support.puppet import PATIENCE_SECONDS
from tests.support.tabs import Page, Tab, watched

Status = Generation.Status


@pytest.fixture(autouse=True)
def narrow(settings: Any) -> None:
    settings.RUNNING_PER_USER, settings.WAITING_PER_USER = 1, 2


async def in_line(living: Living, **sent: Any) -> Answering:
    """An answer that was begun, for which upstream is not asked yet."""
    generation = await living.send(**sent)
    return Answering(living, generation.pk, None)  # type: ignore[arg-type]


def says(page: Page, words: str) -> bool:
    message = page.article.attributes["data-message"]
    return words in page.page.one("id", f"bar-{message}").text()


async def test_l5_a_further_answer_waits_and_is_asked_for_when_another_ends(
    living: Living, tab: Tab
) -> None:
    first = await living.answering()
    waits = await in_line(living)
    page = await watched(living, tab, waits)
    assert says(page, "Another answer is being written for you. Number 1 in line")
    async with page.connected() as socket:
        await first.says("One.")
        await first.finishes()
        waits.talk = await living.puppet.talk()
        await page.until(socket, lambda page: not says(page, "in line"))
        await waits.says("Two.")
        generation = await waits.finishes()
        await page.ends(socket)
    assert generation.turn_at is not None
    assert generation.ended_at is not None
    assert (
        generation.took
        == generation.ended_at - generation.turn_at
        < generation.ended_at - generation.created_at
    )
    assert page.answer.text().strip() == "Two."


async def test_l5_who_waits_moves_up_and_sees_it(living: Living, tab: Tab) -> None:
    first = await living.answering()
    second, third = await in_line(living), await in_line(living)
    page = await watched(living, tab, third)
    assert says(page, "Number 2 in line")
    async with page.connected() as socket:
        await first.finishes()
        second.talk = await living.puppet.talk()
        await page.until(socket, lambda page: says(page, "Number 1 in line"))
        await second.says("Two.")
        await second.finishes()
        third.talk = await living.puppet.talk()
        await third.says("Three.")
        await third.finishes()
        await page.ends(socket)
    assert page.answer.text().strip() == "Three."


async def test_l5_past_the_line_a_send_is_refused(living: Living) -> None:
    first = await living.answering()
    waiting = [await in_line(living) for _ in range(2)]
    with pytest.raises(TooMuch, match="3 answers are being written for you or wait in line"):
        await living.send()
    for answer in waiting:
        await answer.stops()
    await first.finishes()


async def test_l5_an_answer_in_line_can_be_stopped_and_is_never_asked_for(living: Living) -> None:
    first = await living.answering()
    waits = await in_line(living)
    generation = await waits.stops()
    assert (generation.status, generation.message.text) == (Status.CANCELLED, "")
    assert generation.upstream_closed_at is not None
    await first.finishes()
    await (await living.answering()).finishes()
    assert len(living.puppet.talks) == 2


async def test_l5_another_person_does_not_wait(living: Living) -> None:
    first = await living.answering()
    other = await living.do(lambda: User.objects.create_user("other"))
    choice = ModelChoice("puppet", TELLER)
    generation = await living.do(lambda: actions.send(other, uuid.uuid4(), None, "Hi", choice))
    theirs = Answering(living, generation.pk, await living.puppet.talk())
    await theirs.finishes()
    await first.finishes()


async def test_l5_an_answer_that_another_process_ended_lets_the_next_go_on(living: Living) -> None:
    """Nobody rings here for what a process did that is gone."""
    first = await living.answering()
    waits = await in_line(living)
    ended = await living.do(lambda: store.close(first.pk, RunFacts(Status.INTERRUPTED)))
    assert ended
    async with asyncio.timeout(PATIENCE_SECONDS):
        waits.talk = await living.puppet.talk()
    await waits.finishes()


async def test_l5_a_run_that_goes_on_by_itself_keeps_its_turn(living: Living) -> None:
    first = await living.answering()
    generation = await living.run((await in_line(living)).pk)
    assert await living.do(lambda: user_queue.place(generation)) == 1
    generation.automatic, generation.start_offset = True, 4
    assert await living.do(lambda: user_queue.place(generation)) == 0
    await Answering(living, generation.pk, None).stops()  # type: ignore[arg-type]
    await first.finishes()


async def test_l5_a_page_that_connects_late_is_told_where_its_answer_stands_now(
    living: Living, tab: Tab
) -> None:
    first = await living.answering()
    second, third = await in_line(living), await in_line(living)
    page = await watched(living, tab, third)
    await second.stops()
    async with page.connected() as socket:
        await page.until(socket, lambda page: says(page, "Number 1 in line"))
    await third.stops()
    await first.finishes()
