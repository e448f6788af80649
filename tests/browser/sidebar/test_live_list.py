"""The list in several tabs: a change in one shows in the others, and disturbs nobody there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.browser.page.test_page import SHORT, SILENT
from tests.browser.screens import both, name_of, show_list
from tests.browser.sidebar.test_earlier import OLDEST, Sidebar, fill
from tests.support.site import Site

pytestmark = pytest.mark.browser

ASK = """() => document.dispatchEvent(
    new CustomEvent("chat:say", { detail: { type: "ask" } }))"""
MARK = "row => { row.dataset.same = 'yes'; }"
INTERRUPTED = """
from django.contrib.auth.models import User
from tests.support.rows import left_behind
run = left_behind(User.objects.first(), provider="demo", model={model!r})
run.conversation.title = {title!r}
run.conversation.save(update_fields=["title"])
"""
RENAME = """
from conversations.models import Conversation
from django.utils import timezone
Conversation.objects.filter(title={title!r}).update(title={name!r})
"""


async def rename(page: Page, title: str, name: str) -> None:
    await show_list(page)
    row = page.locator(".row", has_text=title).first
    await row.hover()
    await row.locator(".row__more").click()
    await row.locator("[data-rename]").click()
    await page.locator(".rename__field").fill(name)
    await page.keyboard.press("Enter")


async def delete(page: Page, title: str) -> None:
    await show_list(page)
    row = page.locator(".row", has_text=title).first
    await row.hover()
    await row.locator(".row__more").click()
    await row.locator("[data-delete]").click()


@both
async def test_rows_dots_and_names_reach_every_tab(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints, screen: dict[str, Any]
) -> None:
    complaints.expect("404")
    prompt, name = f"Live in each {name_of(screen)}", f"Named anew at each {name_of(screen)}"
    here = Chat(await open_tab(shared_site, **screen))
    there = await open_tab(shared_site, in_profile_of=here.page)
    await show_list(there)
    row = there.locator(".row", has_text=prompt)
    await here.send(prompt, SILENT)
    await expect(row.locator(".dot--running")).to_be_visible()
    await here.press("stop")
    await expect(row.locator(".dot")).to_have_count(0)
    path = here.page.url.removeprefix(shared_site.base_url)
    third = await open_tab(shared_site, path, in_profile_of=there)
    await rename(there, prompt, name)
    for page in (here.page, third):
        await expect(page.locator("h1")).to_have_text(name)
        await expect(page).to_have_title(re.compile(f"{name} · Chatsite$"))
        await expect(page.locator(".row", has_text=name)).to_have_count(1)
        await expect(page.locator(".row [aria-current]")).to_have_count(1)
    await delete(there, name)
    await expect(here.page.locator(".row", has_text=name)).to_have_count(0)
    await expect(there.locator(".row", has_text=name)).to_have_count(0)


@both
async def test_an_interrupted_answer_has_its_dot_until_it_is_resumed(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    title = f"Broken off at each {name_of(screen)}"
    chat = Chat(await open_tab(shared_site, **screen))
    row = chat.page.locator(".row", has_text=title)
    await show_list(chat.page)
    shared_site.manage("shell", "-c", INTERRUPTED.format(title=title, model=SHORT))
    await expect(row).to_have_attribute("data-state", "interrupted", timeout=30_000)
    await expect(row.locator(".dot--interrupted")).to_be_visible()
    await row.locator("a").first.click()
    await chat.press("resume")
    await chat.until("finished")
    await show_list(chat.page)
    await expect(row).to_have_attribute("data-state", "")
    await expect(row.locator(".dot")).to_have_count(0)


@both
async def test_a_row_that_is_being_renamed_stays_while_others_come_and_go(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    name = name_of(screen)
    title, new, typed = f"The {name} row", f"A new {name} row above it", f"Half a {name} name"
    chat = Chat(await open_tab(shared_site, **screen))
    await chat.send(title, SHORT)
    await chat.until("finished")
    page = chat.page
    await show_list(page)
    row = page.locator(".row", has_text=title)
    await row.locator(".row__more").focus()
    await page.keyboard.press("Enter")
    await row.locator("[data-rename]").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".rename__field")).to_be_focused()
    await page.keyboard.type(typed[:-2])
    other = Chat(await open_tab(shared_site, in_profile_of=page))
    await other.send(new, SHORT)
    await other.until("finished")
    await rename(other.page, title, "Named elsewhere meanwhile")
    await expect(page.locator(".row", has_text=new)).to_have_count(1)
    await expect(page.locator("h1")).to_have_text("Named elsewhere meanwhile")
    field = page.locator(".rename__field")
    await expect(field).to_be_focused()
    await expect(field).to_have_value(typed[:-2])
    await page.keyboard.type(typed[-2:])
    await page.keyboard.press("Enter")
    await expect(other.page.locator(".row", has_text=typed)).to_have_count(1)
    await expect(page.locator(".row", has_text=typed)).to_have_count(1)


async def test_a_press_that_waits_for_its_script_counts_though_the_row_changes_meanwhile(
    shared_site: Site, open_tab: OpenTab
) -> None:
    title = "Pressed while the script is on its way"
    chat = Chat(await open_tab(shared_site))
    await chat.send(title, SHORT)
    await chat.until("finished")
    other = await open_tab(shared_site, in_profile_of=chat.page)
    held: list[Route] = []
    await chat.page.route("**/sidebar/rename*.js", lambda route: held.append(route))
    row = chat.page.locator(".row", has_text=title)
    await row.locator(".row__more").click()
    await row.locator("[data-rename]").click()
    there = other.locator(".row", has_text=title)
    await there.locator(".row__more").click()
    await there.locator("[data-action=pin]").click()
    await expect(row).to_have_attribute("data-pinned", "")
    await row.locator("[data-rename]").click()
    [route] = held
    await route.continue_()
    await expect(row.locator(".rename__field")).to_have_count(1)
    await expect(row.locator(".rename__field")).to_be_focused()


@both
async def test_what_is_looked_at_stays_where_it_is_and_rows_far_down_are_live_too(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    """Also when the page has said how many rows it shows: the last one does not fall out."""
    fill(shared_site)
    sidebar = Sidebar(await open_tab(shared_site, **screen))
    await sidebar.show()
    await sidebar.load_all()
    await sidebar.page.evaluate(ASK)
    read = sidebar.row("Past 60.")
    await read.evaluate("row => row.scrollIntoView({ block: 'start' })")
    await read.evaluate(MARK)
    place = await sidebar.place_of(read)
    other = Chat(await open_tab(shared_site, in_profile_of=sidebar.page))
    above = f"Above all others at the {name_of(screen)}"
    await other.send(above, SHORT)
    await other.until("finished")
    await expect(sidebar.row(above)).to_have_count(1)
    shared_site.manage("shell", "-c", RENAME.format(title=OLDEST, name="The oldest of all."))
    await expect(sidebar.row("The oldest of all.")).to_have_count(1)
    shared_site.manage("shell", "-c", RENAME.format(title="The oldest of all.", name=OLDEST))
    assert abs(await sidebar.place_of(read) - place) <= 1
    await expect(read).to_have_attribute("data-same", "yes")
    await sidebar.expects_nothing_twice()
