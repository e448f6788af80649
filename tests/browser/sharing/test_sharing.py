"""A conversation is shared from its menu, read without script, and copied in one click."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Complaints, OpenTab
from tests.browser.page.test_calm import TEXT, found_on
from tests.browser.screens import PHONE, both
from tests.browser.stored_conversations import conversation
from tests.support.site import Site

pytestmark = pytest.mark.browser


async def link_of(page: Page) -> str:
    """The address of a new link to the conversation that the page shows."""
    await page.locator(".heading__more").click()
    await page.locator(".menu:popover-open [data-action=share]").click()
    await page.locator("[data-action=make-share]").click()
    link = await page.locator("[data-share-link]").first.get_attribute("href")
    assert link is not None
    return link


@both
async def test_a_visitor_without_script_reads_it_until_it_is_revoked(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints, screen: dict[str, Any]
) -> None:
    complaints.expect("404")
    owner = await open_tab(shared_site, conversation(shared_site, 4, TEXT), **screen)
    link = await link_of(owner)
    path = link.removeprefix(shared_site.base_url)
    visitor = await open_tab(shared_site, path, signed_in=False, javascript=False, **screen)
    await expect(visitor.locator("h1")).to_have_text("Long")
    await expect(visitor.locator(".prose code").first).to_be_visible()
    await expect(visitor.get_by_role("link", name="Sign in to copy")).to_be_visible()
    box, size = await visitor.locator("body").bounding_box(), visitor.viewport_size
    assert box is not None
    assert size is not None
    assert box["width"] <= size["width"]
    await owner.locator("[data-action=revoke]").first.click()
    await expect(owner.locator("[data-share-link]")).to_have_count(0)
    reply = await visitor.reload()
    assert reply is not None
    assert reply.status == 404


async def test_whoever_is_signed_in_copies_it_in_one_click_and_goes_on(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, conversation(shared_site, 2, "Some *words*."))
    source = page.url
    await page.goto(await link_of(page))
    await page.get_by_role("button", name="Copy to my account").click()
    await page.wait_for_url("**/c/*/")
    assert page.url != source
    await expect(page.locator("[data-role=assistant]")).to_have_count(1)
    await expect(page.locator("#prompt")).to_be_visible()


async def test_axe_finds_nothing_on_a_shared_page(shared_site: Site, open_tab: OpenTab) -> None:
    page = await open_tab(
        shared_site, conversation(shared_site, 4, TEXT), reduced_motion="reduce", **PHONE
    )
    await page.goto(await link_of(page))
    assert await found_on(page) == []
