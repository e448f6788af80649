"""The picker of models, with keys and by touch, on a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.screens import PHONE, both
from tests.support.site import Site

pytestmark = pytest.mark.browser

FITS = """dialog => dialog.getBoundingClientRect().right <= innerWidth
    && dialog.scrollWidth <= dialog.clientWidth"""


@both
async def test_a_model_is_found_starred_and_chosen(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    chat = Chat(await open_tab(shared_site, **screen))
    page = chat.page
    picker, box = page.locator("dialog[data-picker]"), page.locator("#picker-box")
    await expect(picker).to_have_count(0)  # it is fetched when it is first opened
    await page.click("[data-models]")
    await expect(box).to_be_focused()
    assert await picker.evaluate(FITS)
    await box.press_sequentially("aloud")
    thinks = picker.locator("[data-value='demo/demo-thinks']")
    await expect(picker.locator("[data-value]")).to_have_count(1)
    await expect(thinks).to_have_attribute("aria-selected", "true")
    await expect(box).to_have_attribute(
        "aria-activedescendant", str(await thinks.get_attribute("id"))
    )
    await expect(thinks).to_contain_text("thinks")
    starred = "starred" in (await thinks.evaluate("each => Object.keys(each.dataset)"))
    if not starred:
        star = thinks.locator("[data-star]")
        await (star.tap() if screen is PHONE else star.click())
        await expect(picker.locator("[data-starred]")).to_have_count(1)
    if screen is PHONE:
        await thinks.locator(".option__title").tap()
    else:
        await box.press("Enter")
    await expect(picker).to_be_hidden()
    await expect(page.locator("#model")).to_have_value("demo/demo-thinks")
    await page.click("[data-models]")
    first = picker.locator("[data-value]").first
    await expect(picker.locator(".palette__label").first).to_have_text("Favourites")
    await expect(first).to_have_attribute("data-value", "demo/demo-thinks")
    await box.press("ArrowDown")
    await expect(picker.locator("[aria-selected=true]")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(picker).to_be_hidden()
    await expect(page.locator("#model")).to_have_value("demo/demo-thinks")
