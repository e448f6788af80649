"""Saved prompts from the message box: a slash, the keyboard or a finger, a form for variables."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.screens import PHONE, both, name_of
from tests.support.site import Site

pytestmark = pytest.mark.browser


async def save(page: Page, name: str, text: str) -> None:
    await page.get_by_role("link", name="New prompt").click()
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("Text", exact=True).fill(text)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("link", name=f"/{name}")).to_be_visible()


@both
async def test_a_slash_offers_saved_prompts_and_a_form_asks_for_their_variables(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    page = await open_tab(shared_site, "/prompts/", **screen)
    plain, asking = f"सार-{name_of(screen)}", f"ask-{name_of(screen)}"
    await save(page, plain, "Sum it up.\nBriefly.")
    await save(page, asking, "Explain {{topic}} to {{whom}}.")
    await page.goto(shared_site.base_url)
    chat = Chat(page)
    menu = page.locator("#prompt-menu")
    await expect(menu).to_have_count(0)
    await chat.box.press_sequentially("/सा")
    option = menu.get_by_role("option", name=plain)
    await expect(option).to_be_visible()
    await expect(menu.get_by_role("option", name=asking)).to_be_hidden()
    if screen is PHONE:
        await option.tap()
    else:
        await expect(option).to_have_attribute("aria-selected", "true")
        await chat.box.press("Enter")
    await expect(chat.box).to_have_value("Sum it up.\nBriefly.")
    await expect(menu).to_be_hidden()
    await expect(chat.answers).to_have_count(0)
    await chat.box.fill("")
    await chat.box.press_sequentially(f"/ask-{name_of(screen)}")
    if screen is PHONE:
        await menu.get_by_role("option", name=asking).tap()
    else:
        await chat.box.press("Escape")
        await expect(menu).to_be_hidden()
        await chat.box.press("Backspace")
        await expect(menu).to_be_visible()
        await chat.box.press("ArrowUp")
        await chat.box.press("Enter")
    await expect(page.get_by_label("topic")).to_be_focused()
    await page.get_by_label("topic").fill("tides")
    await page.get_by_label("whom").fill("a child")
    await page.get_by_role("button", name="Put it into the message box").click()
    await expect(chat.box).to_have_value("Explain tides to a child.")
    await expect(chat.box).to_be_focused()
    await expect(menu).to_be_hidden()


@both
async def test_a_prompt_chosen_twice_is_asked_for_once_and_a_press_beside_closes_the_list(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    page = await open_tab(shared_site, "/prompts/", **screen)
    name = f"twice-{name_of(screen)}"
    await save(page, name, "About {{topic}}.")
    await page.goto(shared_site.base_url)
    box, menu = Chat(page).box, page.locator("#prompt-menu")
    await box.press_sequentially("/twice")
    await expect(menu).to_be_visible()
    await page.get_by_role("heading", name="What is on your mind?").click()
    await expect(menu).to_be_hidden()
    await box.press("Backspace")
    await expect(menu).to_be_visible()
    await menu.get_by_role("option", name=name).evaluate("it => { it.click(); it.click(); }")
    await expect(page.get_by_label("topic")).to_be_focused()
    await page.wait_for_load_state("networkidle")
    await expect(page.locator("[data-prompt-variables]")).to_have_count(1)
