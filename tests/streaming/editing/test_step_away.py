"""Stepping to another branch while an answer is written, and back to it."""

from __future__ import annotations

import asyncio
import uuid
from functools import partial

from conversations.models import Conversation
from streaming import actions
from streaming.journal import store
from streaming.models import Generation
from tests.support.document import Element
from tests.support.living import Answering, Living
from tests.support.tabs import Tab


def stop_button(page: Element) -> list[str]:
    return [each.attributes["data-generation"] for each in page.all("data-action", "stop")]


async def two_answers(living: Living) -> tuple[Generation, Answering]:
    """An answer that ended, and another one to the same prompt that is written."""
    first = await living.ended("One.")
    return first, await living.again(first.message_id, actions.regenerate)


async def show(living: Living, message_id: int) -> None:
    message = await living.message(message_id)
    await living.do(partial(actions.show, living.owner, uuid.uuid4(), message))


async def test_an_answer_is_written_on_while_another_branch_is_shown(
    living: Living, tab: Tab
) -> None:
    first, second = await two_answers(living)
    page = await tab.watch(first.conversation_id)
    assert page.page.one("data-siblings").attributes["aria-label"] == "Answer 2 of 2"
    async with page.connected() as socket:
        await second.says("Two, ")
        await page.shows(socket, "Two,")
        await show(living, first.message_id)
        await page.shows(socket, "One.")
        assert stop_button(page.page) == [str(second.pk)]
        await second.says("and more. ")
        await show(living, (await living.run(second.pk)).message_id)
        await page.shows(socket, "Two, and more.")
        await second.says("Live.")
        await page.shows(socket, "Two, and more. Live.")
        await second.finishes()
        await page.ends(socket)


async def test_a_page_on_another_branch_hears_of_the_end(living: Living, tab: Tab) -> None:
    first, second = await two_answers(living)
    await show(living, first.message_id)
    page = await tab.watch(first.conversation_id)
    async with page.connected() as socket:
        await page.joins(socket)
        await second.finishes()
        await page.until(socket, lambda now: stop_button(now.page) == [])
    assert page.answer.text().strip() == "One."


async def test_a_page_that_missed_the_end_is_told_when_it_asks(living: Living, tab: Tab) -> None:
    first, second = await two_answers(living)
    await show(living, first.message_id)
    page = await tab.watch(first.conversation_id)
    await second.finishes()
    stands = f"leaf={first.message_id}&generation={first.pk}&status=finished&elsewhere={second.pk}"
    reply = await tab.get(f"/c/{first.conversation_id}/standing/?{stands}")
    for message in reply.json()["messages"]:  # type: ignore[attr-defined]
        if not message.startswith("{"):
            page.page.swap(message)
    assert stop_button(page.page) == []


async def test_stop_stops_the_answer_on_the_other_branch(living: Living, tab: Tab) -> None:
    first, second = await two_answers(living)
    await second.says("So far")
    await show(living, first.message_id)
    assert (await tab.post(f"/g/{second.pk}/stop/")).status_code == 303
    await second.talk.hung_up()
    assert (await second.ended()).message.text == "So far"
    assert (await living.do(Conversation.objects.get)).leaf_id == first.message_id


async def test_a_run_that_starts_over_does_not_turn_the_page(living: Living) -> None:
    first, second = await two_answers(living)
    await show(living, first.message_id)
    run = await living.run(second.pk)
    moved = await living.do(partial(store.move_to_sibling, run.pk, run.epoch))
    assert moved not in (first.message_id, run.message_id)
    assert (await living.do(Conversation.objects.get)).leaf_id == first.message_id
    await asyncio.gather(second.finishes())
