"""The list in several tabs: a change in one shows in the others, and disturbs nobody there."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.browser.page.test_page import SHORT, SILENT
from tests.browser.sidebar.test_earlier import OLDEST, Sidebar, fill
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.alone]  # heartbeats and frames have deadlines

MARK = "row => { row.dataset.same = 'yes'; }"
RENAME = """
from conversations.models import Conversation
from django.utils import timezone
Conversation.objects.filter(title={title!r}).update(title={name!r})
"""


async def rename(page: Page, title: str, name: str) -> None:
    row = page.locator(".row", has_text=title).first
    await row.hover()
    await row.locator(".row__more").click()
    await row.locator("[data-rename]").click()
    await page.locator(".rename__field").fill(name)
    await page.keyboard.press("Enter")


async def delete(page: Page, title: str) -> None:
    row = page.locator(".row", has_text=title).first
    await row.hover()
    await row.locator(".row__more").click()
    await row.locator("[data-delete]").click()


async def test_rows_dots_and_names_reach_every_tab(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("404")
    here = Chat(await open_tab(shared_site))
    there = await open_tab(shared_site, in_profile_of=here.page)
    row = there.locator(".row", has_text="Live in every tab")
    await here.send("Live in every tab", SILENT)
    await expect(row.locator(".dot--running")).to_be_visible()
    await here.press("stop")
    await expect(row.locator(".dot")).to_have_count(0)
    path = here.page.url.removeprefix(shared_site.base_url)
    third = await open_tab(shared_site, path, in_profile_of=there)
    await rename(there, "Live in every tab", "Named anew in all tabs")
    for page in (here.page, third):
        await expect(page.locator("h1")).to_have_text("Named anew in all tabs")
        await expect(page).to_have_title(re.compile("Named anew in all tabs · Chatsite$"))
        await expect(page.locator(".row", has_text="Named anew in all tabs")).to_have_count(1)
        await expect(page.locator(".row [aria-current]")).to_have_count(1)
    await delete(there, "Named anew in all tabs")
    await expect(here.page.locator(".row", has_text="Named anew")).to_have_count(0)
    await expect(there.locator(".row", has_text="Named anew")).to_have_count(0)


async def test_a_row_that_is_being_renamed_stays_while_others_come_and_go(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("The row in question", SHORT)
    await chat.until("finished")
    page = chat.page
    row = page.locator(".row", has_text="The row in question")
    await row.locator(".row__more").focus()
    await page.keyboard.press("Enter")
    await row.locator("[data-rename]").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("Half a na")
    other = Chat(await open_tab(shared_site, in_profile_of=page))
    await other.send("Something new above it", SHORT)
    await other.until("finished")
    await rename(other.page, "The row in question", "Named elsewhere meanwhile")
    await expect(page.locator(".row", has_text="Something new above it")).to_have_count(1)
    await expect(page.locator("h1")).to_have_text("Named elsewhere meanwhile")
    field = page.locator(".rename__field")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("Half a na")
    await page.keyboard.type("me")
    await page.keyboard.press("Enter")
    await expect(other.page.locator(".row", has_text="Half a name")).to_have_count(1)
    await expect(page.locator(".row", has_text="Half a name")).to_have_count(1)


async def test_what_is_looked_at_stays_where_it_is_and_rows_far_down_are_live_too(
    shared_site: Site, open_tab: OpenTab
) -> None:
    fill(shared_site)
    sidebar = Sidebar(await open_tab(shared_site))
    await sidebar.load_all()
    read = sidebar.row("Past 60.")
    await read.evaluate("row => row.scrollIntoView({ block: 'start' })")
    await read.evaluate(MARK)
    place = await sidebar.place_of(read)
    other = Chat(await open_tab(shared_site, in_profile_of=sidebar.page))
    await other.send("Above all others", SHORT)
    await other.until("finished")
    await expect(sidebar.row("Above all others")).to_have_count(1)
    shared_site.manage("shell", "-c", RENAME.format(title=OLDEST, name="The oldest of all."))
    await expect(sidebar.row("The oldest of all.")).to_have_count(1, timeout=10_000)
    shared_site.manage("shell", "-c", RENAME.format(title="The oldest of all.", name=OLDEST))
    assert abs(await sidebar.place_of(read) - place) <= 1
    await expect(read).to_have_attribute("data-same", "yes")
    await sidebar.expects_nothing_twice()
