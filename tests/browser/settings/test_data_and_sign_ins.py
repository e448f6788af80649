"""What the page of settings leads to: sign-ins elsewhere, all conversations, one's parameters."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.browser.page.test_page import SHORT
from tests.browser.screens import both
from tests.support.site import Site

pytestmark = pytest.mark.browser


@both
async def test_who_is_signed_in_elsewhere_is_signed_out_there(
    site: Site, open_tab: OpenTab, complaints: Complaints, screen: dict[str, Any]
) -> None:
    complaints.expect("40[13]|WebSocket")
    page = await open_tab(site, "/settings/", **screen)
    link = urlsplit(site.manage("enter_link").split()[-1]).path
    other = await open_tab(site, link, signed_in=False, user_agent="Firefox/140.0 on X11; Linux")
    await expect(other.locator("#prompt")).to_be_visible()
    await page.get_by_role("link", name="Where you are signed in").click()
    there = page.locator("[data-sign-in]", has_text="Firefox on Linux")
    await expect(page.locator("[data-current]")).to_have_count(1)
    await there.get_by_role("button", name="Sign out there").click()
    await expect(there).to_have_count(0)
    await expect(other.locator("[data-connection]")).to_be_visible()
    await other.goto(site.base_url + "/settings/")
    await expect(other).to_have_url(re.compile("/login/"))
    await page.reload()
    await expect(page.locator("[data-current]")).to_have_count(1)


@both
async def test_all_conversations_go_to_the_trash_after_a_question(
    site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    chat = Chat(await open_tab(site, **screen))
    await chat.send("To be gone", SHORT)
    await chat.until("finished")
    page = chat.page
    await page.goto(site.base_url + "/settings/")
    await page.get_by_role("link", name="Delete all conversations…").click()
    await expect(page.locator(".card__line").first).to_contain_text("1 conversation ")
    await page.get_by_role("link", name="Keep it").click()
    await page.get_by_role("link", name="Delete all conversations…").click()
    await page.get_by_role("button", name="Delete", exact=True).click()
    await expect(page.get_by_role("heading", name="Trash")).to_be_visible()
    await expect(page.get_by_text("To be gone").first).to_be_visible()
    await page.goto(site.base_url)
    await expect(page.locator("#sidebar .row")).to_have_count(0)


@both
async def test_ones_own_parameters_are_named_where_nothing_else_is_set(
    site: Site, open_tab: OpenTab, complaints: Complaints, screen: dict[str, Any]
) -> None:
    complaints.expect("400")
    page = await open_tab(site, "/settings/", **screen)
    await page.get_by_role("link", name="Your parameters").click()
    await page.fill("#parameter-temperature", "hot")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#parameter-temperature-error")).to_be_visible()
    await page.fill("#parameter-temperature", "0.3")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    await page.goto(site.base_url)
    await page.locator("[data-action=parameters]:visible").click()
    await expect(page.locator("#parameters [data-below]")).to_contain_text("Temperature 0.3")
    await expect(page.locator("#parameter-temperature")).to_have_attribute("placeholder", "0.3")
