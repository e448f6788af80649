"""What a person chooses on the page of settings, as their other pages show it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.page.test_page import SHORT
from tests.browser.screens import both
from tests.support.site import Site

pytestmark = pytest.mark.browser

PAPER = "getComputedStyle(document.body).backgroundColor"
SIZE = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
PAUSED = "demo-stall"


async def chosen(page: Page, group: str, label: str, section: str) -> None:
    await page.get_by_role("group", name=group).get_by_label(label, exact=True).check()
    await expect(page.locator(f"#{section}-told")).to_have_text("Saved.")


@both
async def test_look_key_and_answers_are_as_they_were_chosen(
    site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    page = await open_tab(site, "/settings/", color_scheme="light", **screen)
    light = await page.evaluate(PAPER)
    await chosen(page, "Colours", "Dark", "appearance")
    await chosen(page, "Size of text", "Larger", "appearance")
    dark = await page.evaluate(PAPER)
    assert dark != light
    assert await page.evaluate(SIZE) == 20
    await chosen(page, "Key that sends", "Ctrl Enter", "keyboard")
    await chosen(page, "Answers are shown", "When they are complete", "answers")
    await page.goto(site.base_url)
    assert await page.evaluate(PAPER) == dark
    assert await page.evaluate(SIZE) == 20
    chat = Chat(page)
    await chat.choose(SHORT)
    await chat.box.press_sequentially("One")
    await chat.box.press("Enter")
    await chat.box.press_sequentially("Two")
    await expect(chat.box).to_have_value("One\nTwo")
    await chat.box.press("Control+Enter")
    await chat.until("finished")
    await expect(chat.answer.locator("[data-answer]")).to_be_visible()
    await chat.choose(PAUSED)
    await chat.box.fill("Stops in the middle")
    await chat.box.press("Control+Enter")
    await expect(chat.answers).to_have_count(2)
    await chat.has(10)
    await expect(chat.answer.locator("[data-answer]")).to_be_hidden()
    await expect(chat.answer.locator(".answer__waiting")).to_be_visible()
    await chat.press("stop")
    await chat.until("cancelled")
    await expect(chat.answer.locator("[data-answer]")).to_be_visible()
    plain = await open_tab(site, signed_in=False, color_scheme="light", **screen)
    assert await plain.evaluate(PAPER) == light


async def test_without_script_each_section_has_its_button(site: Site, open_tab: OpenTab) -> None:
    page = await open_tab(site, "/settings/", javascript=False, color_scheme="light")
    section = page.locator("#appearance")
    await section.get_by_label("Dark").check()
    await section.get_by_role("button", name="Save").click()
    await expect(page.locator("#appearance-told")).to_have_text("Saved.")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
