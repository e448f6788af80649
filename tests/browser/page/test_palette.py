"""Keys and the palette, for who does not touch the mouse, on a wide and on a narrow screen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.page.test_page import AT_THE_END, LONG, PHONE, SHORT
from tests.browser.screens import both
from tests.browser.stored_conversations import conversation
from tests.support.site import Site

pytestmark = pytest.mark.browser

FITS = """dialog => dialog.getBoundingClientRect().right <= innerWidth
    && dialog.scrollWidth <= dialog.clientWidth"""


async def open_palette(page: Page) -> None:
    await page.keyboard.press("Control+k")
    await expect(page.locator("dialog[data-palette] [role=combobox]")).to_be_focused()


async def expects_chosen(page: Page, name: str | re.Pattern[str]) -> None:
    """The one option that is chosen is the one that the box names to screen readers."""
    chosen = page.locator("dialog[data-palette] [role=option][aria-selected=true]")
    await expect(chosen).to_have_text(name)
    box = page.locator("dialog[data-palette] [role=combobox]")
    await expect(box).to_have_attribute(
        "aria-activedescendant", str(await chosen.get_attribute("id"))
    )


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desktop", "phone"])
async def test_the_palette_leads_to_a_conversation_and_to_a_command(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    chat = Chat(await open_tab(shared_site, **screen))
    page, palette = chat.page, chat.page.locator("dialog[data-palette]")
    await chat.choose(SHORT)
    await chat.box.fill("Where do zebras graze?")
    await chat.press("send")
    await chat.until("finished")
    await page.goto(shared_site.base_url)
    await chat.box.focus()
    await open_palette(page)
    assert await palette.evaluate(FITS)
    await page.keyboard.press("Escape")
    await expect(palette).to_be_hidden()
    await expect(chat.box).to_be_focused()
    await open_palette(page)
    await page.keyboard.type("zebra", delay=5)
    await page.keyboard.press("Enter")  # before the list can have followed
    await expect(page.locator("h1.heading__title")).to_have_text("Where do zebras graze?")
    await open_palette(page)
    await expect(palette.get_by_role("option", name="Stop the answer")).to_be_hidden()
    await page.keyboard.type("this conv")
    await expects_chosen(page, "Find in this conversation")
    await page.keyboard.press("ArrowDown")
    await expects_chosen(page, "Rename this conversation")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await expects_chosen(page, re.compile("Search everything"))
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator(".rename__field")).to_be_focused()
    await page.keyboard.type("About stripes")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1.heading__title")).to_have_text("About stripes")
    await expect(page).to_have_title(re.compile("About stripes · Chatsite$"))

    # What a command will do now is what it says.
    for act, now in (("Pin this conversation", 1), ("Unpin this conversation", 0)):
        await open_palette(page)
        await page.keyboard.type(act)
        await expects_chosen(page, act)
        await page.keyboard.press("Enter")
        await expect(page.locator(".row[data-pinned]", has_text="About stripes")).to_have_count(now)


@both
async def test_keys_are_shown_are_done_and_can_be_switched_off(
    site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    """A phone may have a keyboard: its keys are the same, and the settings switch them off."""
    path = conversation(site, 40, "Some *words*.\n\n" * 20)
    chat = Chat(await open_tab(site, path, **screen))
    page, keys = chat.page, chat.page.locator("dialog[data-keys-table]")
    await chat.box.fill("?/")
    await page.keyboard.press("End")
    await page.keyboard.type("?/")
    await expect(chat.box).to_have_value("?/?/")
    await chat.box.fill("")
    await page.locator("[data-scroll]").evaluate("view => { view.scrollTop = 200 }")
    await expect(page.locator("[data-jump]")).to_be_visible()
    await page.keyboard.press("End")
    await page.wait_for_function(AT_THE_END)
    await expect(chat.box).to_be_focused()
    await page.keyboard.press("ArrowUp")
    editor = chat.prompts.last.locator("[data-editor] [name=text]")
    await expect(editor).to_be_focused()
    await page.keyboard.press("ArrowUp")  # is the editor's own there
    await page.keyboard.press("Escape")
    await expect(editor).to_have_count(0)
    await page.locator("[data-scroll]").focus()
    await page.keyboard.press("?")
    await expect(keys).to_be_visible()
    assert await keys.evaluate(FITS)
    await expect(keys.get_by_role("button", name="Close")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-scroll]")).to_be_focused()
    await chat.send("Tell me", LONG)
    await page.keyboard.press("Escape")
    await chat.until("cancelled")
    await open_palette(page)
    await page.keyboard.type("settings")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/settings/"))
    await page.get_by_label("Keyboard shortcuts").press("Space")
    await expect(page.locator("#keyboard-told")).to_have_text("Saved.")
    await page.goto(site.base_url + path)
    await chat.send("Tell me more", LONG)
    await expect(page.locator(".controls__hint")).to_be_hidden()
    await expects_no_key_is_taken(chat)


async def expects_no_key_is_taken(chat: Chat) -> None:
    """While an answer is written: none stops it, and none opens anything."""
    page = chat.page
    for key in ("Control+k", "Escape"):
        await page.keyboard.press(key)
    await page.locator("[data-scroll]").focus()
    for key in ("?", "/"):
        await page.keyboard.press(key)
    await chat.read_on()
    await expect(chat.answer).to_have_attribute("data-status", "running")
    await expect(page.locator("dialog:is([data-palette], [data-keys-table])")).to_have_count(0)
    await expect(page.locator("[data-scroll]")).to_be_focused()
