"""Another conversation is asked for when its row is pointed at or pressed, and is there at once."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.stored_conversations import conversation
from tests.support.site import Site

pytestmark = pytest.mark.browser

CAME_BY = "performance.getEntriesByType('navigation')[0].deliveryType"
SIGN_IN = re.compile(r"/login/\?next=")


async def point_at(page: Page, row: Locator, *, press: bool) -> None:
    """Rests on it, or holds the button down, until the browser has what it asked for."""
    ready = asyncio.Event()

    def hear(event: dict[str, Any]) -> None:
        if event["status"] == "Ready":
            ready.set()

    tools = await page.context.new_cdp_session(page)
    tools.on("Preload.prefetchStatusUpdated", hear)
    await tools.send("Preload.enable")
    await row.hover()
    if press:
        await page.mouse.down()
    await asyncio.wait_for(ready.wait(), 15)


@pytest.mark.parametrize("press", [True, False], ids=["pressed", "pointed at"])
async def test_what_was_asked_for_is_shown_at_the_click(
    shared_site: Site, open_tab: OpenTab, *, press: bool
) -> None:
    path = conversation(shared_site, 2, "Some words.")
    page = await open_tab(shared_site)
    await page.wait_for_load_state("networkidle")
    row = page.locator(f'[data-conversation-link][href="{path}"]')
    await point_at(page, row, press=press)
    if not press:
        await page.mouse.down()
    await page.mouse.up()
    await expect(page).to_have_url(shared_site.base_url + path)
    await expect(page.locator("article")).to_have_count(2)
    assert await page.evaluate(CAME_BY) == "navigational-prefetch"


async def test_what_was_asked_for_is_forgotten_with_the_session(
    shared_site: Site, open_tab: OpenTab
) -> None:
    path = conversation(shared_site, 2, "Some words.")
    enter = shared_site.manage("enter_link").split()[-1].removeprefix(shared_site.base_url)
    page = await open_tab(shared_site, enter, signed_in=False)
    await page.wait_for_load_state("networkidle")
    row = page.locator(f'[data-conversation-link][href="{path}"]')
    await point_at(page, row, press=True)
    await page.mouse.move(600, 300)
    await page.mouse.up()
    other = await page.context.new_page()
    await other.goto(shared_site.base_url)
    await other.locator("[data-logout] button").click()
    await expect(other).to_have_url(re.compile("/login/"))
    await row.click()
    await expect(page).to_have_url(SIGN_IN)
    await expect(page.locator("article")).to_have_count(0)
