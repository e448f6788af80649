"""Accounts in the browser, with and without scripts: added, signed in, out, changed, reset."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

FIRST, SECOND, THIRD = "a first long word", "a second long word", "a third long word"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "color_scheme": "dark",
}
WIDE = "() => document.documentElement.scrollWidth > innerWidth"


async def add_person(page: Page, name: str) -> str:
    """Adds somebody as an administrator does; the link that the page shows."""
    await page.get_by_role("link", name="People").click()
    await page.get_by_role("link", name="Add a person").click()
    await page.get_by_label("Name").fill(name)
    await page.get_by_role("button", name="Add").click()
    return await page.locator("[data-link]").inner_text()


async def set_password(page: Page, link: str, password: str) -> None:
    await page.goto(link)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_label("Password, once more").fill(password)
    await page.get_by_role("button", name="Set it and sign in").click()


async def sign_in(page: Page, name: str, password: str) -> None:
    await page.fill("input[name=login]", name)
    await page.fill("input[type=password]", password)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def sign_out(page: Page) -> None:
    if not await page.get_by_role("button", name="Sign out").is_visible():
        await page.get_by_role("button", name="Conversations").click()
    await page.get_by_role("button", name="Sign out").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
async def test_an_account_from_its_link_to_its_new_password(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints, javascript: bool
) -> None:
    name = f"ada-{javascript}".lower()
    chief = await open_tab(shared_site, javascript=javascript)
    link = await add_person(chief, name)

    # The link sets a password and signs in, once.
    page = await open_tab(shared_site, signed_in=False, javascript=javascript, **PHONE)
    await set_password(page, link, FIRST)
    await expect(page).to_have_url(f"{shared_site.base_url}/")
    complaints.expect("403 \\(Forbidden\\)")
    await page.goto(link)
    await expect(page.get_by_role("heading")).to_have_text("This link does not work")
    assert (await page.goto(f"{shared_site.base_url}/people/")).status == 404  # type: ignore[union-attr]
    complaints.expect("404 \\(Not Found\\)")

    # Out and in again; what was wanted comes after the password.
    await page.goto(shared_site.base_url)
    await sign_out(page)
    await page.goto(f"{shared_site.base_url}/password/change/")
    await sign_in(page, name, "a wrong one")
    await expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    if javascript:
        assert await page.evaluate(WIDE) is False
    await sign_in(page, name, FIRST)
    await expect(page).to_have_url(f"{shared_site.base_url}/password/change/")

    # A change holds here, and ends every other sign-in.
    other = await open_tab(shared_site, "/login/", signed_in=False, javascript=javascript)
    await sign_in(other, name, FIRST)
    await page.get_by_label("Password now").fill(FIRST)
    await page.get_by_label("New password", exact=True).fill(SECOND)
    await page.get_by_label("New password, once more").fill(SECOND)
    await page.get_by_role("button", name="Change").click()
    await expect(page.get_by_role("status")).to_contain_text("Your password is changed.")
    await other.goto(f"{shared_site.base_url}/password/change/")
    await expect(other.get_by_role("heading")).to_have_text("Sign in")

    # An administrator resets it, by another link.
    await chief.goto(f"{shared_site.base_url}/people/")
    row = chief.locator("[data-person]").filter(has_text=name)
    await row.locator("[data-action=link]").click()
    await set_password(other, await chief.locator("[data-link]").inner_text(), THIRD)
    await page.goto(f"{shared_site.base_url}/login/")
    await sign_in(page, name, THIRD)
    await expect(page).to_have_url(f"{shared_site.base_url}/")


async def test_r12_pages_that_are_open_elsewhere_end_and_those_of_this_browser_stay(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("401 \\(Unauthorized\\)")
    chief = await open_tab(shared_site)
    link = await add_person(chief, "grace")
    here = await open_tab(shared_site, signed_in=False)
    await set_password(here, link, FIRST)
    await here.wait_for_url(f"{shared_site.base_url}/")  # and its scripts run
    chat = Chat(here)
    await chat.send("Hello", "demo-brief")
    await chat.until("finished")
    thread = here.url.removeprefix(shared_site.base_url)
    elsewhere = await open_tab(shared_site, f"/login/?next={thread}", signed_in=False)
    await sign_in(elsewhere, "grace", FIRST)
    await expect(elsewhere).to_have_url(here.url)
    changing = await open_tab(shared_site, "/password/change/", in_profile_of=here)
    await changing.get_by_label("Password now").fill(FIRST)
    await changing.get_by_label("New password", exact=True).fill(SECOND)
    await changing.get_by_label("New password, once more").fill(SECOND)
    await changing.get_by_role("button", name="Change").click()
    banner = elsewhere.locator("[data-connection]")
    await expect(banner).to_contain_text("You are signed out.")
    await banner.get_by_role("link").click()
    await sign_in(elsewhere, "grace", SECOND)
    await expect(elsewhere).to_have_url(here.url)
    await chat.send("Still here", "demo-brief")
    await expect(elsewhere.locator("article[data-role=user]").last).to_contain_text("Still here")
    await expect(here.locator("[data-connection]")).to_be_hidden()

    # A role that was changed is told, and the page that is loaded then has no message box.
    await chief.goto(f"{shared_site.base_url}/people/")
    row = chief.locator("[data-person]").filter(has_text="grace")
    await row.get_by_label("Role of grace").select_option("read-only")
    await row.locator("[data-action=role]").click()
    told = here.locator("[data-connection]")
    await expect(told).to_contain_text("This page is out of date.")
    await told.get_by_role("link").click()
    await expect(here.locator("[data-reads-only]")).to_have_text("Your account may only read.")
    await expect(here.locator("article[data-role=user]").last).to_contain_text("Still here")
    await expect(here.get_by_label("Message", exact=True)).to_be_hidden()
