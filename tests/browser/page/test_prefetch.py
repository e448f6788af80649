"""Another conversation is asked for when its row is pressed, and is there at once."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Complaints, OpenTab
from tests.browser.stored_conversations import conversation
from tests.support.site import Site

pytestmark = pytest.mark.browser

CAME_BY = "performance.getEntriesByType('navigation')[0].deliveryType"
MAKE = """
from django.contrib.auth.models import User
from conversations.models import Conversation
Conversation.objects.create(owner=User.objects.first(), title="About wolverines")
"""
SIGN_IN = re.compile(r"/login/\?next=")


async def hold_down(page: Page, path: str) -> None:
    """Presses the row, and holds the button down until the reply is there."""
    row = page.locator(f'[data-conversation-link][href="{path}"]')
    await row.hover()
    async with page.expect_response(lambda reply: reply.url.endswith(path)) as asked:
        await page.mouse.down()
    await (await asked.value).finished()


async def test_what_was_asked_for_at_the_press_is_shown_at_the_click(
    shared_site: Site, open_tab: OpenTab
) -> None:
    path = conversation(shared_site, 2, "Some words.")
    page = await open_tab(shared_site)
    await page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(shared_site.base_url)))
    await hold_down(page, path)
    await page.mouse.up()
    await expect(page).to_have_url(shared_site.base_url + path)
    await expect(page.locator("article")).to_have_count(2)
    assert asked.count(path) == 1


async def test_what_was_asked_for_is_not_shown_after_a_sign_out(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("401 .*/c/")  # of a press after the session has ended
    path = conversation(shared_site, 2, "Some words.")
    enter = shared_site.manage("enter_link").split()[-1].removeprefix(shared_site.base_url)
    page = await open_tab(shared_site, enter, signed_in=False)
    await page.wait_for_load_state("networkidle")
    await hold_down(page, path)
    await page.mouse.move(600, 300)
    await page.mouse.up()
    other = await page.context.new_page()
    await other.goto(shared_site.base_url)
    await other.locator("[data-logout] button").click()
    await expect(other).to_have_url(re.compile("/login/"))
    await page.locator(f'[data-conversation-link][href="{path}"]').click()
    await expect(page).to_have_url(SIGN_IN)
    await expect(page.locator("article")).to_have_count(0)


async def test_a_hit_of_the_search_is_asked_for_at_the_press_too(
    shared_site: Site, open_tab: OpenTab
) -> None:
    assert shared_site.cookies  # the owner exists from then on
    shared_site.manage("shell", "-v0", "-c", MAKE)
    page = await open_tab(shared_site, "/search/?q=wolverines")
    ready = asyncio.Event()

    def hear(event: dict[str, Any]) -> None:
        if event["status"] == "Ready":
            ready.set()

    tools = await page.context.new_cdp_session(page)
    tools.on("Preload.prefetchStatusUpdated", hear)
    await tools.send("Preload.enable")
    await page.locator("a[data-hit]").first.hover()
    await page.mouse.down()
    await asyncio.wait_for(ready.wait(), 15)
    await page.mouse.up()
    await expect(page.locator("[data-found]").first).to_be_in_viewport()
    assert await page.evaluate(CAME_BY) == "navigational-prefetch"
