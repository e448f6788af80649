"""The demo's tools, offered by an administrator and switched on in a conversation, on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"


async def test_tools_are_offered_and_switched_on(shared_site: Site, open_tab: OpenTab) -> None:
    page = await open_tab(shared_site, "/tools/", **PHONE)
    assert not await page.evaluate(SIDEWAYS)
    await page.get_by_role("link", name="Demo", exact=True).tap()
    await page.locator("[data-action=look]").tap()
    await expect(page.get_by_role("status")).to_have_text("These are its tools now.")
    echo = page.locator(".provider", has_text="demo_echo")
    await echo.get_by_role("checkbox").check()
    await echo.locator("summary").tap()
    await expect(echo).to_contain_text("Says the text again.")
    assert not await page.evaluate(SIDEWAYS)
    await page.locator("[data-action=offer]").tap()
    await expect(page.get_by_role("status")).to_have_text("Saved.")

    await page.goto(shared_site.base_url)
    chat = Chat(page)
    await chat.send("Hello", "demo-brief")
    await chat.until("finished")
    await page.locator("[data-action=parameters]").tap()
    await page.locator("[data-action=tools]").tap()
    await page.get_by_label("Echo").check()
    await page.get_by_label("Calculator").check()
    assert not await page.evaluate(SIDEWAYS)
    await page.locator("[data-action=save-tools]").tap()
    await expect(page.get_by_role("status")).to_contain_text("Saved.")
    await expect(page.get_by_label("Echo")).to_be_checked()
    await expect(page.get_by_label("Current time")).not_to_be_checked()
    await page.get_by_role("link", name="What may run unasked").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("What may run unasked")
