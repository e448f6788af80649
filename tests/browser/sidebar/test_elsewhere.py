"""What ends while somebody looks elsewhere: dots, in every tab."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.page.test_page import SHORT
from tests.support.site import Site

pytestmark = pytest.mark.browser

LOOK = """isHidden => {
    const state = { visibilityState: isHidden ? "hidden" : "visible", hidden: isHidden };
    for (const [name, value] of Object.entries(state))
        Object.defineProperty(document, name, { get: () => value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


async def look_away(page: Page) -> None:
    """As if another tab was in front of this one."""
    await page.evaluate(LOOK, True)


async def look_again(page: Page) -> None:
    await page.evaluate(LOOK, False)


async def test_what_ended_unseen_is_unread_in_every_tab_until_its_page_is_looked_at(
    shared_site: Site, open_tab: OpenTab
) -> None:
    here = Chat(await open_tab(shared_site))
    there = await open_tab(shared_site, in_profile_of=here.page)
    await here.send("Ends before my eyes", SHORT)
    await here.until("finished")
    row = there.locator(".row", has_text="Ends before my eyes")
    await expect(row).to_have_attribute("data-state", "")
    await look_away(here.page)
    await here.send("And once more, unseen", SHORT)
    await here.until("finished")
    await expect(row).to_have_attribute("data-state", "unread")
    await expect(row.locator(".dot")).to_be_visible()
    await look_again(here.page)
    await expect(row).to_have_attribute("data-state", "")
    await expect(row.locator(".dot")).to_have_count(0)


async def test_without_script_a_page_that_is_shown_was_seen(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await look_away(chat.page)
    await chat.send("Read without script", SHORT)
    await chat.until("finished")
    path = chat.page.url.removeprefix(shared_site.base_url)
    await chat.page.close()
    plain = await open_tab(shared_site, "/", javascript=False)
    row = plain.locator(".row", has_text="Read without script")
    await expect(row).to_have_attribute("data-state", "unread")
    await plain.goto(shared_site.base_url + path)
    await plain.goto(shared_site.base_url)
    await expect(row).to_have_attribute("data-state", "")
