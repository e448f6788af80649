"""A provider connected in the browser, while the site runs, and chatted with at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Complaints, OpenTab
from tests.browser.icons import seen_icons
from tests.support.kept import kept_answers
from tests.support.site import Site
from tests.support.upstream import Upstream

pytestmark = pytest.mark.browser

KEY = "marker-key-6c02be19f7"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}


@pytest.fixture
def local(tmp_path: Path, upstream: Upstream) -> Site:
    """A site, not started, that may call the upstream of the tests."""
    return Site(tmp_path / "data", LOCAL_PROVIDERS=upstream.url.removeprefix("http://"))


async def add(page: Page, address: str) -> None:
    await page.get_by_role("link", name="Add a provider").click()
    await page.get_by_label("Name").fill("House models")
    await page.get_by_label("Address").fill(address)
    await page.get_by_label("Key", exact=True).fill(KEY)
    await page.get_by_role("button", name="Add").click()


async def choose_models(page: Page) -> None:
    """Two of them, by name; then the second is moved up."""
    await page.get_by_text("As text").click()
    await page.locator("#typed").fill("demo-tour\ndemo-brief")
    await page.get_by_role("button", name="Save the list").click()
    await expect(page.locator(".models__name")).to_have_text(["demo-tour", "demo-brief"])
    await page.get_by_role("button", name="Move demo-brief up").click()
    await expect(page.locator(".models__name")).to_have_text(["demo-brief", "demo-tour"])
    assert await seen_icons(page) == {"top", "up", "down", "close"}


async def test_a_provider_is_connected_and_chatted_with(
    local: Site, upstream: Upstream, open_tab: OpenTab, complaints: Complaints
) -> None:
    try:
        local.start()
        page = await open_tab(local)
        await page.get_by_role("link", name="Providers").click()

        # Not any address will do.
        complaints.expect("400 \\(Bad Request\\)")
        await add(page, "http://127.0.0.1:9/v1")
        await expect(page.locator("#base_url-error")).to_contain_text("Port 9")
        await page.get_by_label("Address").fill(f"{upstream.url}/v1")
        await page.get_by_label("Key", exact=True).fill(KEY)
        await page.get_by_role("button", name="Add").click()

        # It works, and two of its models shall be offered.
        await page.locator("[data-action=test]").click()
        await expect(page.locator(".trial--good")).to_contain_text("It answered: “")
        await choose_models(page)
        assert KEY not in await page.content()

        # New conversations start with one of them, and it answers.
        await page.goto(f"{local.base_url}/providers/")
        await page.select_option("#default-model", "house-models/demo-brief")
        await page.get_by_role("button", name="Save").click()
        await page.goto(local.base_url)
        assert await page.input_value("#model") == "house-models/demo-brief"
        await page.locator("#prompt").fill("Hello")
        await page.locator("#prompt").press("Enter")
        answer = page.locator("article[data-role=assistant]")
        await expect(answer).to_have_attribute("data-status", "finished", timeout=30_000)
        (kept,) = kept_answers(local).values()
        assert kept.text

        # The next start needs no demo any more.
        complaints.expect("WebSocket connection to .* failed|ERR_CONNECTION")
        assert local.terminate() == 0
        local.start()
        await page.goto(local.base_url)
        offered = await page.locator("#model optgroup").evaluate_all("all => all.map(g => g.label)")
        assert offered == ["House models"]
        assert KEY not in "".join(local.running.printed)
    finally:
        local.end()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_fit_a_phone(shared_site: Site, open_tab: OpenTab, scheme: str) -> None:
    page = await open_tab(shared_site, "/providers/", color_scheme=scheme, **PHONE)
    await page.locator("[data-action=test]").first.tap()
    await expect(page.locator(".trial").first).to_be_visible()
    sideways = "document.documentElement.scrollWidth > innerWidth"
    assert not await page.evaluate(sideways)
    await page.get_by_role("link", name="Add a provider").tap()
    await expect(page.get_by_label("Name")).to_be_focused()
    assert not await page.evaluate(sideways)


async def test_the_pages_work_without_scripts(
    local: Site, upstream: Upstream, open_tab: OpenTab
) -> None:
    try:
        local.start()
        page = await open_tab(local, "/providers/", javascript=False)
        await add(page, f"{upstream.url}/v1")
        await page.get_by_role("button", name="Move demo-brief to the top").click()
        await expect(page.locator(".models__name").first).to_have_text("demo-brief")
        await page.get_by_role("link", name="Providers").click()
        await page.locator("#provider-house-models [data-action=test]").click()
        await expect(page.locator("#trial-house-models")).to_contain_text("It answered: “")
        await page.locator("#provider-house-models [data-action=switch]").click()
        await expect(page.locator("#provider-house-models")).to_contain_text("Off")
    finally:
        local.end()
