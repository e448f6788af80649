"""On a phone: fields that do not zoom, and room to read above the keyboard."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.stored_conversations import conversation
from tests.support.site import Site

pytestmark = pytest.mark.browser

TOUCH: dict[str, Any] = {"has_touch": True, "is_mobile": True}
PHONE = {"viewport": {"width": 390, "height": 844}} | TOUCH
ABOVE_A_KEYBOARD = {"viewport": {"width": 320, "height": 280}} | TOUCH
SMALL_FIELDS = """() => [...document.querySelectorAll(
    "input:not([type=hidden], [type=checkbox]), textarea, select")]
    .filter((field) => parseFloat(getComputedStyle(field).fontSize) < 16)
    .map((field) => field.name)"""
LINES = """() => document.querySelector("[data-scroll]").clientHeight
    / parseFloat(getComputedStyle(document.querySelector(".prose")).lineHeight)"""
WIDTH_OF_BOX = """() => document.querySelector("#prompt").getBoundingClientRect().width"""
COVERED = """(height) => {
    Object.defineProperty(visualViewport, "height", { get: () => height, configurable: true });
    visualViewport.dispatchEvent(new Event("resize"));
    return document.querySelector(".app").getBoundingClientRect().height;
}"""


@pytest.mark.parametrize("path", ["/", "/providers/", "/providers/add/", "/tools/add/"])
async def test_no_field_is_so_small_that_a_phone_zooms_into_it(
    shared_site: Site, open_tab: OpenTab, path: str
) -> None:
    page = await open_tab(shared_site, path, **PHONE)
    assert await page.evaluate(SMALL_FIELDS) == []


async def test_above_the_keyboard_four_lines_can_be_read_whatever_is_in_the_box(
    shared_site: Site, open_tab: OpenTab
) -> None:
    path = conversation(shared_site, 2, "A line.\n\n" * 40)
    chat = Chat(await open_tab(shared_site, path, **ABOVE_A_KEYBOARD))
    for size in ("largest", "usual"):  # whatever the person of these tests chose elsewhere
        await chat.page.evaluate("(size) => document.documentElement.dataset.textSize = size", size)
        assert await chat.page.evaluate(WIDTH_OF_BOX) >= 100
    await chat.box.tap()
    assert await chat.page.evaluate(LINES) >= 4
    await chat.box.fill("A line\n" * 40)
    assert await chat.page.evaluate(LINES) >= 4


async def test_a_keyboard_that_lies_over_the_page_leaves_as_much_to_read(
    shared_site: Site, open_tab: OpenTab
) -> None:
    path = conversation(shared_site, 2, "A line.\n\n" * 40)
    chat = Chat(await open_tab(shared_site, path, **PHONE))
    await chat.box.fill("A line\n" * 40)
    assert await chat.page.evaluate(COVERED, 340) == 340
    assert await chat.page.evaluate(LINES) >= 4
    assert await chat.page.evaluate(COVERED, 844) == 844
