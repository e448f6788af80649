"""How full the model's window is, by the message box, and making room in it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.browser.screens import both
from tests.browser.stored_conversations import conversation
from tests.support.site import Site

pytestmark = pytest.mark.browser

WORDS = "Some words of a long answer. " * 60


@both
async def test_a_long_conversation_shows_how_full_it_is_and_room_is_made_and_taken_back(
    site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    path = conversation(site, 90, WORDS)
    page = await open_tab(site, path, **screen)
    gauge, mark = page.locator("[data-gauge]"), page.locator("[data-left-out]")
    await expect(gauge).to_be_visible()  # it was not asked for
    await expect(gauge).to_have_attribute("data-window", "")
    before = int(await gauge.get_attribute("data-used") or 0)
    assert before > 8000
    await gauge.click()
    await page.get_by_label("Tokens that this model reads at once").fill("9000")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Leave out the oldest").click()
    await expect(mark).to_have_count(1)
    await expect(mark).to_contain_text("Not sent from here up")
    await page.goto(site.base_url + path)
    chat = Chat(page)
    await chat.box.fill("word " * 4000)
    await expect(gauge).to_have_attribute("data-window", "9000")
    await expect(gauge).to_have_attribute("data-full", "")
    told, typed = int(await gauge.get_attribute("data-told") or 0), 5 * 4000 // 4
    await expect(gauge).to_have_attribute("data-used", str(told + typed))
    await expect(gauge).to_contain_text(f"about {(told + typed) / 1000:.1f}k of 9k tokens")
    assert int(await gauge.get_attribute("data-used") or 0) < before
    await chat.box.fill("")
    await page.locator("[data-left-out] button").scroll_into_view_if_needed()
    await page.get_by_role("button", name="Send all again").focus()
    await page.keyboard.press("Enter")
    await expect(mark).to_have_count(0)
    await expect(gauge).to_have_attribute("data-used", str(before))
    await expect(page.locator(":focus")).to_be_visible()


async def test_the_socket_may_be_faster_than_the_reply_that_room_was_taken_back(
    site: Site, open_tab: OpenTab
) -> None:
    """The form that asked is gone by then, and so is what its reply would change."""
    page = await open_tab(site, conversation(site, 90, WORDS))
    gauge, mark = page.locator("[data-gauge]"), page.locator("[data-left-out]")
    await gauge.click()
    await page.get_by_label("Tokens that this model reads at once").fill("9000")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Leave out the oldest").click()
    await expect(mark).to_have_count(1)

    async def late(route: Route) -> None:
        reply = await route.fetch()
        await expect(mark).to_have_count(0)
        await route.fulfill(response=reply)

    await page.route("**/send-all/", late)
    async with page.expect_response("**/send-all/"):
        await page.get_by_role("button", name="Send all again").click()
    await expect(gauge).to_have_attribute("data-window", "9000")


async def test_a_gauge_that_cannot_be_asked_for_is_no_error_of_the_page(
    site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    """As where its page is left meanwhile. The browser alone says that nobody could be reached."""
    complaints.expect("ERR_FAILED")
    page = await open_tab(site)
    await page.route("**/gauge/**", lambda route: route.abort())
    async with page.expect_event("requestfailed", lambda each: "/gauge/" in each.url):
        await page.goto(site.base_url + conversation(site, 90, WORDS))
    await expect(page.locator("[data-gauge]")).to_have_count(0)
    await page.unroute("**/gauge/**")
    await Chat(page).choose("demo-brief")
    await expect(page.locator("[data-gauge]")).to_be_visible()


@both
async def test_a_branch_starts_with_a_summary_and_the_one_before_is_a_press_away(
    site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    page = await open_tab(site, conversation(site, 90, WORDS), **screen)
    chat = Chat(page)
    await chat.choose("demo-brief")
    await expect(page.locator("[data-gauge]")).to_have_attribute("href", re.compile("brief"))
    await page.locator("[data-gauge]").click()
    await expect(page.locator("#summary-prompt")).to_have_value(re.compile("^Sum up our"))
    await page.fill("#summary-prompt", "In five words, please.")
    await page.get_by_role("button", name="Start a branch").click()
    await chat.until("finished")
    await expect(page.locator("[data-message]")).to_have_count(2)
    await expect(page.locator("[data-summarises]")).to_be_visible()
    await page.locator("[data-role=user] [data-action=previous]").click()
    await expect(page.locator("[data-message]").nth(5)).to_be_visible()
    await expect(page.locator("[data-summarises]")).to_have_count(0)
