"""L5: a process that writes as much as it may gives its places to people in turn."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from streaming.models import Generation
from streaming.quota import beginning
from streaming.quota.spent import Spent
from streaming.runs import user_queue
from streaming.runs.slots.line import Waiting, in_order
from tests.streaming.runs.test_retries import recovering
from tests.streaming.runs.test_user_queue import in_line, says
from tests.support.living import PREFILLER, Answering, Living
from tests.support.puppet import PATIENCE_SECONDS
from tests.support.tabs import Tab, watched

__all__ = ["recovering"]

Status = Generation.Status
ADA, BOB, EVE = 1, 2, 3


def order(waiting: str, held: str = "") -> str:
    """By whom, in the order in which they came, is served in which order; who writes already."""
    people = {"a": ADA, "b": BOB, "e": EVE}
    names = {number: name for name, number in people.items()}
    line = [Waiting(number, people[name]) for number, name in enumerate(waiting)]
    writes = Counter(people[name] for name in held)
    return "".join(names[each.person] for each in in_order(line, writes))


def test_people_take_turns_and_nobodys_many_hold_up_anothers_first() -> None:
    assert order("aaaab") == "abaaa"
    assert order("aaaab", held="a") == "baaaa"
    assert order("aaabbe") == "abeaba"
    assert order("aaabb", held="aab") == "babaa"
    assert order("") == ""


@given(st.text("abe", max_size=12), st.text("abe", max_size=6))
def test_everybody_is_served_and_each_persons_in_their_order(waiting: str, held: str) -> None:
    assert sorted(order(waiting, held)) == sorted(waiting)
    line = [Waiting(number, ord(name)) for number, name in enumerate(waiting)]
    served = in_order(line, Counter(map(ord, held)))
    for person in set(map(ord, waiting)):
        own = [each.generation for each in served if each.person == person]
        assert own == sorted(own)


@pytest.fixture(autouse=True)
def narrow(settings: Any) -> None:
    settings.RUNNING_GENERATIONS = 1


async def of_another(living: Living, name: str = "other") -> Answering:
    """An answer of somebody else, who has to wait."""
    owner, living.owner = living.owner, await living.do(lambda: User.objects.create_user(name))
    try:
        return await in_line(living)
    finally:
        living.owner = owner


async def places(living: Living, *answers: Answering) -> list[int]:
    found = [await living.run(answer.pk) for answer in answers]
    return await living.do(lambda: [user_queue.place(each) for each in found])


async def until_in_line(living: Living, *answers: Answering) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        for answer in answers:
            while not (await living.run(answer.pk)).waits_for_slot:  # noqa: ASYNC110 (a row)
                await asyncio.sleep(0.01)


async def test_another_persons_first_is_next_though_many_waited_before(
    living: Living, tab: Tab
) -> None:
    first = await living.answering()
    many = [await in_line(living) for _ in range(3)]
    theirs = await of_another(living)
    await until_in_line(living, *many, theirs)
    assert await places(living, first, *many, theirs) == [0, 2, 3, 4, 1]
    page = await watched(living, tab, many[0])
    assert says(page, "The site is writing as many answers as it can; people take turns.")
    assert says(page, "Number 2 in line")
    async with page.connected() as socket:
        await first.finishes()
        theirs.talk = await living.puppet.talk()
        assert (await living.run(theirs.pk)).waits_for_slot is None
        await page.until(socket, lambda page: says(page, "Number 1 in line"))
        assert await places(living, *many) == [1, 2, 3]
        await theirs.says("Mine.")
        await theirs.finishes()
        many[0].talk = await living.puppet.talk()
        await page.until(socket, lambda page: not says(page, "in line"))
        await many[0].says("Then this.")
        await many[0].finishes()
        await page.ends(socket)
    for answer in many[1:]:
        answer.talk = await living.puppet.talk()
        await answer.finishes()


async def test_one_in_line_can_be_stopped_and_the_next_moves_up(living: Living) -> None:
    first = await living.answering()
    waits, last = await in_line(living), await in_line(living)
    await until_in_line(living, waits, last)
    generation = await waits.stops()
    assert (generation.status, generation.waits_for_slot) == (Status.CANCELLED, None)
    assert await places(living, last) == [1]
    await first.finishes()
    last.talk = await living.puppet.talk()
    await last.finishes()
    assert len(living.puppet.talks) == 2
    await (await living.answering()).finishes()  # no place was lost


async def test_one_who_is_stopped_as_the_turn_comes_gives_it_on(living: Living) -> None:
    first = await living.answering()
    waits, last = await in_line(living), await in_line(living)
    await until_in_line(living, waits, last)

    async def both() -> None:
        slots = living.site.runner._context.slots
        slots.release(living.owner.pk)
        living.site.runner.stop(waits.pk)

    await both()
    assert (await waits.ended()).status == Status.CANCELLED
    last.talk = await living.puppet.talk()
    await last.finishes()
    await first.finishes()


async def test_what_resumes_an_answer_keeps_its_place(recovering: Living) -> None:
    living = recovering
    first = await living.answering(model=PREFILLER)
    await first.says("Half of it is said. ")
    waits = await of_another(living)
    await until_in_line(living, waits)
    await first.talk.cut()
    again = await living.puppet.talk()
    assert await places(living, waits) == [1]
    await again.finish()
    waits.talk = await living.puppet.talk()
    await waits.finishes()


async def test_the_line_of_a_process_is_bounded(living: Living, settings: Any) -> None:
    settings.WAITING_GENERATIONS = 1
    first, waits = await living.answering(), await in_line(living)
    runner = living.site.runner
    with pytest.raises(Spent, match="Too much is running"):
        await living.do(lambda: beginning.check(living.owner, len(runner)))
    await first.finishes()
    waits.talk = await living.puppet.talk()
    await waits.finishes()
