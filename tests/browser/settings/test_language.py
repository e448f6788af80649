"""What scripts say, in the language of the page."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser


async def test_scripts_speak_swahili_on_a_page_in_swahili(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("ERR_FAILED|sendError")
    chat = Chat(await open_tab(shared_site, locale="sw"))
    page = chat.page
    await expect(page.locator("html")).to_have_attribute("lang", "sw")
    await expect(page.locator("#prompt")).to_have_attribute("placeholder", "Andika ujumbe")
    await chat.send("Hello", "demo-brief")
    await chat.until("finished")
    await expect(page.locator("[data-live]")).to_have_text("Jibu limekamilika.")
    await expect(page.locator("#prompt")).to_have_attribute("placeholder", "Andika ujumbe")
    await page.route("**/send/", lambda route: route.abort())
    await page.locator("#prompt").fill("Again")
    await page.locator("[data-action=send]").click()
    notice = "Seva haifikiki. Ulichoandika bado kiko hapa."
    await expect(page.locator("#notice")).to_have_text(notice)


async def test_a_page_in_english_carries_no_texts(shared_site: Site, open_tab: OpenTab) -> None:
    page = await open_tab(shared_site)
    await expect(page.locator("#texts")).to_have_count(0)
