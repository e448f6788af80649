"""Tools of the demo's server in an answer: approved, refused and stopped, on a desk and a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"
ECHO = '/tool demo_echo {"text": "as it was said"}'
QUICK = '/tool demo_slow {"seconds": 0}'
SLOW = '/tool demo_slow {"seconds": 60}'


async def offer(page: Page, site: Site, *names: str) -> None:
    await page.goto(f"{site.base_url}/tools/")
    await page.get_by_role("link", name="Demo", exact=True).click()
    await page.locator("[data-action=look]").click()
    await expect(page.get_by_role("status")).to_have_text("These are its tools now.")
    for name in names:
        await page.locator(".provider", has_text=name).get_by_role("checkbox").check()
    await page.locator("[data-action=offer]").click()
    await expect(page.get_by_role("status")).to_have_text("Saved.")


async def begun_with_tools(page: Page, site: Site, *labels: str) -> Chat:
    await page.goto(site.base_url)
    chat = Chat(page)
    await chat.send("Hello", "demo-brief")
    await chat.until("finished")
    await page.locator("[data-action=parameters]").click()
    await page.locator("[data-action=tools]").click()
    for label in labels:
        await page.get_by_label(label).check()
    await page.locator("[data-action=save-tools]").click()
    await expect(page.get_by_role("status")).to_contain_text("Saved.")
    await page.go_back()
    await page.go_back()
    return Chat(page)


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
async def test_a_tool_is_approved_refused_and_stopped(
    shared_site: Site, open_tab: OpenTab, device: dict[str, Any]
) -> None:
    page = await open_tab(shared_site, "/", **device)
    await offer(page, shared_site, "demo_echo", "demo_slow")
    chat = await begun_with_tools(page, shared_site, "Echo", "Slow")
    card = page.locator(".answer").last.locator("[data-tool]")

    await chat.send(f"{ECHO}\n{QUICK}", "demo-tools")
    await expect(card).to_have_count(2)
    await chat.until("finished")
    await page.reload()
    assert not await page.evaluate(SIDEWAYS)
    await card.first.locator("[data-action=approve]").click()
    await expect(card.first).to_have_attribute("data-state", "waiting")
    await expect(card.last).to_have_attribute("data-state", "asking")
    await card.last.locator("[data-action=approve]").click()
    await expect(card.first).to_have_attribute("data-state", "finished")
    await expect(card.first).to_contain_text("as it was said")
    await expect(card.last).to_have_attribute("data-state", "finished")
    await chat.until("finished")
    await expect(chat.answer).to_contain_text("The tools came back with this")
    live = await chat.answer.locator(":is(.prose, .tool)").all_inner_texts()
    await page.reload()
    assert await chat.answer.locator(":is(.prose, .tool)").all_inner_texts() == live

    await chat.send(ECHO, "demo-tools")
    await chat.until("finished")
    await card.locator("[data-action=refuse]").click()
    await expect(card).to_have_attribute("data-state", "refused")
    await chat.until("finished")

    await chat.send(SLOW, "demo-tools")
    await chat.until("finished")
    await card.locator("[data-action=approve]").click()
    await expect(card).to_have_attribute("data-state", "running")
    await card.locator("[data-action=stop-tool]").click()
    await expect(card).to_have_attribute("data-state", "unknown")
    await chat.until("finished")
    await expect(card.locator("[data-action]")).to_have_count(0)
    assert not await page.evaluate(SIDEWAYS)
