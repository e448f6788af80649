"""The socket of a conversation's page: leads it on from wherever it stands, and keeps it there."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection

from conversations.models import Conversation
from streaming import actions
from streaming.live import broadcast
from streaming.live.protocol import NOT_FOUND
from streaming.live.thread import catch_up
from tests.support.document import Element
from tests.support.living import PREFILLER, Living
from tests.support.puppet import PATIENCE_SECONDS
from tests.support.tabs import (
    Page,
    Tab,
    follow,
    is_at,
    reads,
    watched,
)


def same(page: Page, other: Element) -> bool:
    """Whether the page shows the answers that the other page holds, whatever led to them."""
    shown = [element.text() for element in page.page.all("data-answer")]
    return shown == [element.text() for element in other.all("data-answer")]


# What is written


async def test_r1_a_page_shows_what_is_written_as_it_is_kept(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        for text, whole in (("One ", "One"), ("two ", "One two"), ("three", "One two three")):
            await answer.says(text)
            await page.until(socket, reads(whole))
        await answer.finishes()
        await page.ends(socket)
    assert page.status == "finished"
    assert (page.gaps, page.doubles) == (0, 0)


async def test_r3_a_page_that_watched_equals_one_that_is_loaded_afterwards(
    living: Living, tab: Tab
) -> None:
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        await answer.talk.think("Hm, a *list*. ")
        await answer.says("Well:\n\n- one\n- **two", "**\n\n```py\nx = 1\n", "```\n\nDone & <b>.")
        await answer.finishes()
        await page.ends(socket)
    loaded = await tab.watch((await living.run(answer.pk)).conversation_id)
    assert page.answer.shown() == loaded.answer.shown()
    for part in ("life", "bar", "foot"):
        name = f"{part}-{page.article.attributes['data-message']}"
        ours, theirs = page.page.one("id", name), loaded.page.one("id", name)
        assert without_keys(ours) == without_keys(theirs)
    thoughts = f"reasoning-{page.article.attributes['data-message']}"
    assert page.page.one("id", thoughts).text() == "Hm, a *list*. "
    assert loaded.page.one("id", thoughts).text() == "Hm, a *list*. "


def without_keys(element: Element) -> str:
    """What the element holds but for what differs by design: keys and tokens of forms."""
    for field in element.all("type", "hidden"):
        field.attributes.pop("value", None)
        if field.attributes["name"] == "csrfmiddlewaretoken":
            field.replace_with()
    return element.inner()


async def test_r2_a_page_is_led_on_from_its_own_cursor(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    await answer.says("One ", "two ")
    page = await watched(living, tab, answer)
    assert (page.cursor, page.answer.text().strip()) == (2, "One two")
    await answer.says("three ", "four ")
    async with page.connected() as socket:
        await page.until(socket, reads("One two three four"))
        await answer.says("five")
        await page.until(socket, reads("One two three four five"))
    assert (page.cursor, page.gaps, page.doubles) == (5, 0, 0)


async def test_r2_a_socket_dropped_at_every_entry_costs_and_doubles_nothing(
    living: Living, tab: Tab
) -> None:
    answer = await living.answering()
    page = await watched(living, tab, answer)
    for number in range(12):
        async with page.connected() as socket:
            await answer.says(f"{number} ")
            if number % 3:
                await page.until(socket, is_at(number + 1))
    await answer.finishes()
    async with page.connected() as socket:
        await page.ends(socket)
    assert page.answer.text().split() == [str(number) for number in range(12)]
    assert (page.gaps, page.doubles) == (0, 0)


async def test_r2_a_page_that_missed_a_frame_asks_again_and_is_made_whole(
    living: Living, tab: Tab
) -> None:
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        await answer.says("One ")
        await page.until(socket, reads("One"))
        await answer.says("two ")
        lost = await socket.recv()
        assert "two" in lost
        await answer.says("three ")
        await page.until(socket, reads("One two three"))
    assert page.gaps >= 1


async def test_r2_a_page_that_asks_while_it_is_led_on_is_answered_from_where_it_asked(
    living: Living, tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, asked = threading.Event(), threading.Event()
    look = catch_up.catch_up

    def wait_for_another(*place: Any) -> Any:
        looks.set()
        assert asked.wait(PATIENCE_SECONDS)
        return look(*place)

    answer = await living.answering()
    await answer.says("One ", "two ")
    page = await watched(living, tab, answer)
    monkeypatch.setattr(catch_up, "catch_up", wait_for_another)
    async with page.connected() as socket:
        assert await asyncio.to_thread(looks.wait, PATIENCE_SECONDS)
        await socket.send(follow(page, after=1))
        await asyncio.sleep(0.05)  # the socket is read by a task of its own
        asked.set()
        await page.until(socket, lambda page: page.doubles == 1)
    assert (page.cursor, page.gaps) == (2, 0)


async def test_a_page_that_is_too_far_behind_is_sent_one_snapshot(
    living: Living, tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "FRAMES_KEPT", 3)
    answer = await living.answering()
    keeps_it_open, behind = [await watched(living, tab, answer) for _ in range(2)]
    async with keeps_it_open.connected() as other:
        for number in range(6):
            await answer.says(f"{number} ")
            await keeps_it_open.until(other, is_at(number + 1))  # so each is a frame
        async with behind.connected() as socket:
            await behind.take_in_one(socket)
            assert behind.cursor == 6
            assert '"cursor": 6' in behind.frames[-1]
            await answer.says("6 ")
            await behind.until(socket, reads("0 1 2 3 4 5 6"))
    assert (behind.gaps, behind.doubles) == (0, 0)


@pytest.mark.parametrize(
    "claim",
    [
        {"after": 999},
        {"generation": 999, "after": 2},
        {"leaf": 999, "generation": 999, "after": 2},
        {"leaf": None, "generation": None, "after": 0, "status": None},
        {"status": "finished"},
        {"status": "dancing"},
    ],
    ids=str,
)
async def test_a_page_that_stands_nowhere_is_sent_the_whole_answer(
    living: Living, tab: Tab, claim: dict[str, Any]
) -> None:
    answer = await living.answering()
    await answer.says("One ", "two ", "three ")
    page = await watched(living, tab, answer)
    page.answer.children.clear()
    async with page.connected(follow=False) as socket:
        await socket.send(follow(page, **claim))
        await page.until(socket, reads("One two three"))
        await answer.says("four")
        await page.until(socket, reads("One two three four"))
        await answer.finishes()
        await page.ends(socket)
    assert page.answer.text() == "One two three four"


async def test_two_pages_are_sent_the_same_frames(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    first, second = [await watched(living, tab, answer) for _ in range(2)]
    async with first.connected() as one, second.connected() as other:
        for page, socket in (first, one), (second, other):
            await page.joins(socket)
        await answer.says("A **bold", "** word, ", "and an end.")
        await answer.finishes()
        await asyncio.gather(first.ends(one), second.ends(other))
    assert first.frames == second.frames
    assert first.answer.shown() == second.answer.shown()


# How it ends


async def test_r6_a_closed_socket_stops_nothing(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        await answer.says("So far ")
        await page.until(socket, reads("So far"))
    await answer.says("so good")
    generation = await answer.finishes()
    assert (generation.status, generation.message.text) == ("finished", "So far so good")


async def test_r5_a_page_hears_that_an_answer_is_stopping_and_then_that_it_has_stopped(
    living: Living, tab: Tab
) -> None:
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        await answer.says("So far")
        await page.until(socket, reads("So far"))
        generation = await answer.stops()
        await page.ends(socket)
    said = [json.loads(frame) for frame in page.frames if frame.startswith("{")]
    assert [one["status"] for one in said if one["type"] == "status"] == ["stopping", "cancelled"]
    assert page.answer.text().strip() == generation.message.text == "So far"
    assert "Stopped" in page.article.text()


async def test_a_page_of_an_ended_answer_is_sent_nothing(living: Living, tab: Tab) -> None:
    generation = await living.ended("All of it.")
    page = await tab.watch(generation.conversation_id)
    async with page.connected() as socket:
        await socket.send(follow(page, leaf=-1))  # answered, so what came before it was dealt with
        assert json.loads(await socket.recv())["type"] == "error"
        assert await socket.receive_nothing()


async def test_a_page_that_slept_through_the_end_is_shown_it(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    await answer.says("So far ")
    page = await watched(living, tab, answer)
    await answer.says("so good")
    await answer.finishes()
    async with page.connected() as socket:
        await page.ends(socket)
    assert (page.status, page.answer.text()) == ("finished", "So far so good")


# The thread around it


async def test_r10_what_another_tab_sends_appears_here_and_streams_here(
    living: Living, tab: Tab
) -> None:
    generation = await living.ended("First.")
    page = await tab.watch(generation.conversation_id)
    async with page.connected() as socket:
        answer = await living.answering("And now?", generation.conversation)
        await page.until(socket, lambda page: len(page.page.all("data-message")) == 4)
        await answer.says("Second.")
        await page.until(socket, reads("Second."))
        await answer.finishes()
        await page.ends(socket)
    assert same(page, await tab.page(f"/c/{generation.conversation_id}/"))
    assert "And now?" in page.page.one("id", "thread").text()


async def test_a_resume_in_another_tab_goes_on_here(living: Living, tab: Tab) -> None:
    first = await living.answering(model=PREFILLER)
    await first.says("So far, ")
    generation = await first.stops()
    page = await tab.watch(generation.conversation_id)
    async with page.connected() as socket:
        second = await living.resuming(generation.message_id)
        await page.until(socket, lambda page: page.status == "running")
        await second.says("so good.")
        await page.until(socket, reads("So far, so good."))
        await second.finishes()
        await page.ends(socket)
        message = await living.message(generation.message_id)
        await living.do(lambda: actions.undo_resume(living.owner, uuid.uuid4(), message))
        await page.until(socket, reads("So far,"))
    assert page.status == "cancelled"
    assert (page.gaps, page.doubles) == (0, 0)


async def test_another_answer_takes_the_place_of_the_first_in_every_tab(
    living: Living, tab: Tab
) -> None:
    generation = await living.ended("One answer.")
    page = await tab.watch(generation.conversation_id)
    async with page.connected() as socket:
        again = await living.again(generation.message_id, actions.regenerate)
        await page.until(socket, lambda page: page.status == "running")
        await again.says("Another.")
        await page.until(socket, reads("Another."))
    assert len(page.page.all("data-role", "assistant")) == 1


async def test_an_answer_that_starts_over_moves_in_every_tab(living: Living, tab: Tab) -> None:
    kept = "The quick brown fox jumps over the lazy dog, and sits down to think about it all. " * 3
    first = await living.answering(model=PREFILLER)
    await first.says(kept)
    generation = await first.stops()
    page = await tab.watch(generation.conversation_id)
    async with page.connected() as socket:
        second = await living.resuming(generation.message_id)
        await page.until(socket, lambda page: page.status == "running")
        await second.talk.say(kept[:200])
        await second.talk.say(" Then it goes home.")
        await second.finishes()
        before = str(generation.message_id)
        await page.until(socket, lambda page: page.article.attributes["data-message"] != before)
        await page.ends(socket)
    assert page.answer.text().strip() == kept[:200] + " Then it goes home."


async def test_a_conversation_that_is_deleted_closes_its_sockets(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        await answer.says("So far")
        await page.until(socket, reads("So far"))
        await living.do(Conversation.objects.all().delete)
        assert await socket.closed() == NOT_FOUND


@pytest.mark.parametrize("table", ["conversations_message", "streaming_journalentry"])
async def test_e14_a_page_waits_until_the_database_can_be_read_again(
    living: Living,
    tab: Tab,
    table: str,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.SOCKET_RETRY_SECONDS = (0.05,)
    answer = await living.answering()
    page = await watched(living, tab, answer)
    await answer.says("All of it.")

    def tries() -> list[float]:
        said = [one for one in caplog.records if "has to wait" in one.getMessage()]
        return [one.created for one in said]

    await living.do(lambda: rename(table, "away"))
    try:
        async with page.connected() as socket:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(tries()) < 3:
                    assert await socket.receive_nothing(timeout=0.05)
            await living.do(lambda: rename("away", table))
            await page.until(socket, reads("All of it."))
    finally:
        await living.do(lambda: rename("away", table))
    assert min(after - before for before, after in pairwise(tries())) > 0.04


def rename(table: str, to: str) -> None:
    with connection.cursor() as cursor:
        if table in connection.introspection.table_names(cursor):
            cursor.execute(f'ALTER TABLE "{table}" RENAME TO "{to}"')
