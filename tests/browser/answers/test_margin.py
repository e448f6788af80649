"""The line in an answer's margin: a cut is marked at the line of text where it happened."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

DISTANCE = """(answer, length) => {
    const walker = document.createTreeWalker(answer.querySelector("[data-answer]"), 4);
    const range = document.createRange();
    for (let left = length; walker.nextNode(); left -= walker.currentNode.length) {
        if (walker.currentNode.length < left) continue;
        range.setStart(walker.currentNode, left - 1);
        range.setEnd(walker.currentNode, left);
        break;
    }
    const line = range.getBoundingClientRect();
    const mark = answer.querySelector("[data-cut] rect").getBoundingClientRect();
    return mark.top + mark.height / 2 - (line.top + line.height / 2);
}"""
NEAR_PX = 8


async def test_a_cut_is_marked_at_its_line_while_the_answer_grows_and_when_it_has_ended(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("How does a river delta form?", "demo-prefill")
    await chat.read_on(300)
    await chat.press("stop")
    await chat.until("cancelled")
    length = await chat.page.evaluate("(text) => text.length", await chat.text())
    await chat.press("resume")
    await chat.has(length + 200)
    await expect(chat.answer.locator("[data-cut]")).to_have_count(1)
    assert abs(await chat.answer.evaluate(DISTANCE, length)) < NEAR_PX
    await chat.until("finished")
    assert abs(await chat.answer.evaluate(DISTANCE, length)) < NEAR_PX
    await chat.page.set_viewport_size({"width": 420, "height": 800})
    await chat.page.reload()
    assert abs(await chat.answer.evaluate(DISTANCE, length)) < NEAR_PX
