"""Every page shows the line as it stands: over its socket, by GET, and whatever it missed."""

from __future__ import annotations

import json
from uuid import UUID

from streaming.models import QueuedPrompt
from streaming.queue import changes
from tests.streaming.queue.queueing import line_behind
from tests.support.document import parse
from tests.support.living import Living
from tests.support.tabs import Page, Tab


def rows(page: Page) -> list[str]:
    return [row.text() for row in page.page.all("data-queued")]


async def test_a_page_hears_of_each_change_of_the_line_and_goes_on_with_the_answer(
    living: Living, tab: Tab
) -> None:
    line = await line_behind(living)
    page = await tab.watch(line.conversation.pk)
    async with page.connected() as socket:
        await page.joins(socket)
        prompt = await line.put("Two?")
        await page.until(socket, lambda page: len(rows(page)) == 1)
        await line.answer.says(" More.")
        await page.shows(socket, "One. More.")
        await living.do(lambda: changes.edit(line.conversation, prompt.key))
        await page.until(socket, lambda page: page.page.all("data-action", "save-queued"))
        await living.do(lambda: changes.leave(line.conversation, prompt.key))
        await line.answer.finishes()
        await page.until(socket, lambda page: not rows(page))
        await (await line.answers("Two?", "Two.")).finishes()
        await page.ends(socket)
        assert (page.gaps, page.doubles) == (0, 0)


async def test_r17_a_page_that_missed_a_change_is_told_when_it_asks(
    living: Living, tab: Tab
) -> None:
    line = await line_behind(living)
    page = await tab.watch(line.conversation.pk)
    async with page.connected() as socket:
        await page.joins(socket)
        await living.do(lambda: _behind_its_back(line.conversation.pk))
        await socket.send(json.dumps({"type": "ask"}))
        await page.until(socket, lambda page: len(rows(page)) == 1)
        while '"stands"' not in page.frames[-1]:
            await page.take_in_one(socket)
        assert json.loads(page.frames[-1])["queue"] == page.queue != ""


async def test_r17_a_page_without_a_socket_is_led_to_the_line(living: Living, tab: Tab) -> None:
    line = await line_behind(living, "Two?")
    reply = await tab.get(f"/c/{line.conversation.pk}/standing/?queue=")
    messages = json.loads(reply.content)["messages"]
    shown = [text for text in messages if "data-queued" in text]
    assert len(shown) == 1
    state = parse(shown[0]).one("id", "queue").attributes["data-queue"]
    assert json.loads(messages[-1])["queue"] == state
    stands = json.loads(messages[-1])
    said = "&".join(f"{name}={stands[name] or ''}" for name in stands if name != "type")
    reply = await tab.get(f"/c/{line.conversation.pk}/standing/?{said}")
    assert not [text for text in json.loads(reply.content)["messages"] if "data-queued" in text]


def _behind_its_back(conversation_id: UUID) -> None:
    QueuedPrompt.objects.create(
        conversation_id=conversation_id, key="0b0c8a55-6f0c-4f3a-8f0e-3f0f6f1f5a11", place=0
    )
