"""Another conversation is shown in the page that is open, without another document."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.browser.page.test_page import AT_THE_END, PHONE
from tests.browser.stored_conversations import conversation
from tests.browser.thread.test_begun_here import CONVERSATION, LOOKS
from tests.browser.thread.test_long_thread import SOURCE
from tests.browser.thread.test_reading_position import STANDS, numbers, read
from tests.support.site import Site

pytestmark = pytest.mark.browser

SHORT, SLOW = "demo-brief", "demo-prefill"
OTHER_FILES = """() => {
    const link = document.querySelector("link[href*='pages/chat']");
    link.setAttribute("href", link.getAttribute("href") + "?of-another-version");
}"""
IS_PHONE = ["desktop", "phone"]


async def mark(page: Page) -> None:
    """This document, to be known again."""
    await page.evaluate("window.isTheSame = true")


async def expects_the_same_document(page: Page) -> None:
    assert await page.evaluate("window.isTheSame === true")


async def press_row(page: Page, path: str) -> None:
    """As somebody does who looks for it in the list."""
    row = page.locator(f'[data-conversation-link][href="{path}"]')
    if not await row.is_visible():
        await page.get_by_role("button", name="Conversations").click()
    await row.click()


@pytest.mark.parametrize("screen", [{}, PHONE], ids=IS_PHONE)
async def test_a_press_on_a_row_shows_that_conversation_and_all_that_belongs_to_it(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    first = conversation(shared_site, 6, "The first has these words.")
    second = conversation(shared_site, 8, "The second has `code`:\n\n```\nx\n```")
    chat = Chat(await open_tab(shared_site, first, **screen))
    page = chat.page
    await mark(page)
    await page.wait_for_load_state("networkidle")
    await press_row(page, second)
    await expect(page).to_have_url(shared_site.base_url + second)
    await expect(chat.answers).to_have_count(4)
    await expects_the_same_document(page)
    await page.wait_for_function(AT_THE_END)
    await expect(page.locator("[data-live]")).to_have_text(re.compile(" · Chatsite$"))
    await expect(page.locator("#sidebar:popover-open")).to_have_count(0)
    row = page.locator(".row:has([aria-current=page])")
    await expect(row.locator("[data-conversation-link]")).to_have_attribute("href", second)
    await expect(row).to_have_attribute("data-state", "")  # its last answer is seen now
    if not screen:
        await expect(chat.box).to_be_focused()
    here = await page.evaluate(LOOKS)
    await page.reload()
    await page.wait_for_load_state("networkidle")
    assert here == await page.evaluate(LOOKS)


async def test_back_and_forward_lead_to_where_each_was_read_with_what_was_typed_there(
    shared_site: Site, open_tab: OpenTab
) -> None:
    first, second = (conversation(shared_site, 40, SOURCE) for _ in range(2))
    chat = Chat(await open_tab(shared_site, first))
    page = chat.page
    await mark(page)
    await chat.box.fill("Said to the first")
    number = (await numbers(page))[7]
    place = await read(page, number)
    await press_row(page, second)
    await expect(page).to_have_url(shared_site.base_url + second)
    await expect(chat.box).to_have_value("")
    await chat.box.fill("Said to the second")
    other = (await numbers(page))[9]
    other_place = await read(page, other)
    await page.locator(".sidebar__new").click()
    await expect(page.locator(".welcome")).to_be_visible()
    await expect(chat.box).to_have_value("")
    await page.go_back()
    await page.wait_for_function(STANDS, arg=[other, other_place])
    await expect(chat.box).to_have_value("Said to the second")
    await page.go_back()
    await page.wait_for_function(STANDS, arg=[number, place])
    await expect(chat.box).to_have_value("Said to the first")
    await page.go_forward()
    await page.wait_for_function(STANDS, arg=[other, other_place])
    await expects_the_same_document(page)
    await page.reload()
    await page.wait_for_function(STANDS, arg=[other, other_place])
    await expect(chat.box).to_have_value("Said to the second")


async def test_an_answer_goes_on_where_nobody_looks_and_stops_after_coming_back(
    shared_site: Site, open_tab: OpenTab
) -> None:
    path = conversation(shared_site, 2, "Some words.")
    chat = Chat(await open_tab(shared_site))
    page = chat.page
    await mark(page)
    await chat.send("Left while it is written", SLOW)
    await chat.read_on(200)
    address, before = page.url, len(await chat.text())
    row = page.locator(f"[id=row-{address.split('/')[-2]}]")
    await press_row(page, path)
    await expect(page).to_have_url(shared_site.base_url + path)
    await expect(chat.answer).to_contain_text("Some words.")
    await expect(page.locator("#controls")).to_have_attribute("data-state", "idle")
    await expect(row).to_have_attribute("data-state", "running")
    await chat.send("Answered meanwhile", SHORT)
    await chat.until("finished")
    await row.locator("[data-conversation-link]").click()
    await expect(page).to_have_url(address)
    await chat.has(before + 200)
    await chat.press("stop")
    await chat.until("cancelled")
    await expect(page.locator("article")).to_have_count(2)
    await expects_the_same_document(page)


async def test_a_page_shows_that_it_waits_for_the_other_conversation(
    shared_site: Site, open_tab: OpenTab
) -> None:
    path, arrives = conversation(shared_site, 2, "Worth waiting for."), asyncio.Event()

    async def hold(route: Route) -> None:
        await arrives.wait()
        await route.continue_()

    chat = Chat(await open_tab(shared_site))
    await chat.page.route(f"**{path}", hold)
    await press_row(chat.page, path)
    await expect(chat.page.locator("body")).to_have_attribute("data-waits", "")
    await expect(chat.box).not_to_be_editable()
    arrives.set()
    await expect(chat.answers).to_have_count(1)
    await expect(chat.page.locator("body")).not_to_have_attribute("data-waits", "")
    await expect(chat.box).to_be_editable()


async def test_another_version_of_the_site_or_a_lost_sign_in_leads_to_an_ordinary_page(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("401")
    path = conversation(shared_site, 2, "Some words.")
    chat = Chat(await open_tab(shared_site))
    page = chat.page
    await mark(page)
    await page.evaluate(OTHER_FILES)
    await chat.box.fill("Typed in a new one")
    await press_row(page, path)
    await expect(page).to_have_url(shared_site.base_url + path)
    await expect(chat.answers).to_have_count(1)
    assert await page.evaluate("window.isTheSame === undefined")
    await page.context.clear_cookies(name=re.compile("session"))
    await page.locator(".sidebar__new").click()
    await expect(page).to_have_url(re.compile("/login/"))


async def test_a_link_opens_a_tab_of_its_own_where_that_is_asked_for(
    shared_site: Site, open_tab: OpenTab
) -> None:
    path = conversation(shared_site, 2, "Some words.")
    page = await open_tab(shared_site)
    row = page.locator(f'[data-conversation-link][href="{path}"]')
    async with page.context.expect_page() as opened:
        await row.click(modifiers=["Control"])
    other = await opened.value
    await expect(other).to_have_url(shared_site.base_url + path)
    await expect(other.locator("article")).to_have_count(2)
    await expect(page.locator(".welcome")).to_be_visible()


async def test_a_new_conversation_begins_in_the_page_that_showed_another_one(
    shared_site: Site, open_tab: OpenTab
) -> None:
    path = conversation(shared_site, 2, "Some words.")
    chat = Chat(await open_tab(shared_site, path))
    page = chat.page
    await mark(page)
    await page.locator(".sidebar__new").click()
    await expect(page.locator(".welcome")).to_be_visible()
    await chat.send("Begun after another", SHORT)
    await expect(page).to_have_url(CONVERSATION)
    await chat.until("finished")
    await expects_the_same_document(page)
    await page.go_back()
    await expect(page.locator(".welcome")).to_be_visible()
    await page.go_back()
    await expect(chat.answer).to_contain_text("Some words.")
    await expects_the_same_document(page)
