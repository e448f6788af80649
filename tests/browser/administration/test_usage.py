"""Quotas, everybody's usage with its Stop, and the log of acts, by an administrator on a phone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.administration.test_tools import PHONE
from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

MARKER = "Numbat-3308"
SHOTS = os.environ.get("SHOTS", "")


async def looked_at(page: Page, name: str) -> None:
    width = (page.viewport_size or PHONE["viewport"])["width"]
    assert await page.evaluate("document.documentElement.scrollWidth") == width, name
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


async def test_an_answer_is_stopped_without_a_look_at_it_and_the_log_says_so(
    site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("400 .*/people/quotas/member/")
    chat = Chat(await open_tab(site))
    await chat.send(f"{MARKER} asked", "demo-stall")
    answer = chat.page.locator("article[data-role=assistant]")
    await expect(answer).to_have_attribute("data-status", "running")
    page = await open_tab(site, "/people/", **PHONE)
    await looked_at(page, "people")
    await page.get_by_role("link", name="Usage", exact=True).tap()
    await expect(page.locator("#running-title")).to_have_text("1 answer is being written")
    assert MARKER not in await page.content()
    await looked_at(page, "usage")
    await page.locator("[data-action=stop]").tap()
    await expect(page.get_by_role("status")).to_have_text("Stopped.")
    await expect(chat.page.locator("main")).to_contain_text("An administrator stopped it.")

    await page.goto(f"{site.base_url}/people/quotas/member/")
    await page.get_by_label("Messages a day").fill("20")
    await page.get_by_label("Dollars a month").fill("x")
    await page.get_by_role("button", name="Save").tap()
    await expect(page.locator(".error")).to_have_count(1)
    await looked_at(page, "quotas")
    await page.get_by_label("Dollars a month").fill("2.50")
    await page.get_by_role("button", name="Save").tap()
    await expect(page.get_by_role("status")).to_have_text("Saved.")

    await page.goto(f"{site.base_url}/people/log/")
    rows = page.locator("[data-act]")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("sends a day 20, dollars a month 2.5")
    await expect(rows.last).to_contain_text("Answer stopped")
    assert MARKER not in await page.content()
    await looked_at(page, "log")
    if SHOTS:
        for scheme in ("dark", "light"):
            await page.emulate_media(color_scheme=scheme)
            await page.set_viewport_size({"width": 1280, "height": 800})
            for name in ("log", "usage", "quotas/member"):
                await page.goto(f"{site.base_url}/people/{name}/")
                await looked_at(page, f"{name.replace('/', '-')}-{scheme}")
