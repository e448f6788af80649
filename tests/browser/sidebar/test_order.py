"""Keeping conversations in order: pin, archive, projects, in every tab."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.screens import PHONE, both, name_of, show_list
from tests.support.site import Site

pytestmark = pytest.mark.browser

MAKE = """
from django.contrib.auth.models import User
from conversations.models import Conversation
for title in {titles!r}:
    Conversation.objects.create(owner=User.objects.first(), title=title)
"""


def make(site: Site, *titles: str) -> None:
    assert site.cookies  # its owner exists from then on
    site.manage("shell", "-c", MAKE.format(titles=titles))


def row(page: Page, title: str) -> Locator:
    return page.locator(".row", has=page.locator(f"[data-title]:text-is({title!r})"))


async def choose(page: Page, title: str, action: str) -> None:
    """Opens the menu of a row and presses that, with the keyboard alone."""
    await row(page, title).locator(".row__more").focus()
    await page.keyboard.press("Enter")
    await row(page, title).locator(f"[data-action={action}]").focus()
    await page.keyboard.press("Enter")


@both
async def test_a_conversation_is_pinned_moved_and_archived_in_every_tab(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    name = name_of(screen)
    kept, project = f"Kept in order, {name}", f"Thesis, {name}"
    make(shared_site, kept)
    page = await open_tab(shared_site, **screen)
    other = await open_tab(shared_site, in_profile_of=page)
    await show_list(page)
    await choose(page, kept, "pin")
    for each in (page, other):
        await expect(row(each, kept)).to_have_attribute("data-pinned", "")
    await choose(page, kept, "move")
    await page.get_by_placeholder("New project").fill(project)
    await page.keyboard.press("Enter")
    for each in (page, other):
        await expect(row(each, kept).locator(".row__project")).to_have_text(project)
        await expect(each.locator("[data-project]", has_text=project)).to_have_count(1)
    await choose(page, kept, "archive")
    for each in (page, other):
        await expect(row(each, kept)).to_have_count(0)
    await page.locator("[data-action=undo]").click()
    for each in (page, other):
        await expect(row(each, kept)).to_have_count(1)
    await show_list(other)
    await choose(other, kept, "archive")
    await expect(row(page, kept)).to_have_count(0)
    await page.goto(f"{shared_site.base_url}/archive/")
    await expect(row(page, kept)).to_be_visible()
    await choose(page, kept, "archive")
    await expect(row(page, kept)).to_have_count(0)
    await other.locator("[data-project]", has_text=project).locator("a").first.click()
    await expect(other.locator(".row")).to_have_count(1)
    await row(other, kept).locator("a").first.click()
    await expect(other.locator(".heading__title")).to_have_text(kept)
    await expect(other.locator(".row")).to_have_count(1)  # the project's list stays


async def test_without_script_menus_are_forms_and_pages(
    shared_site: Site, open_tab: OpenTab
) -> None:
    make(shared_site, "Without a script")
    page = await open_tab(shared_site, "/", javascript=False)
    await choose(page, "Without a script", "pin")
    await expect(row(page, "Without a script")).to_have_attribute("data-pinned", "")
    await choose(page, "Without a script", "move")
    await page.get_by_placeholder("New project").fill("Plain pages")
    await page.keyboard.press("Enter")
    await expect(row(page, "Without a script").locator(".row__project")).to_have_text("Plain pages")
    await page.get_by_role("link", name="Plain pages", exact=True).click()
    await choose(page, "Without a script", "archive")
    await expect(row(page, "Without a script")).to_have_count(0)


async def select(page: Page, titles: list[str], screen: dict[str, Any]) -> None:
    """A run of rows with Shift; on a phone one after the other, by taps on the rows."""
    await show_list(page)
    await page.locator("[data-action=select]").click()
    if screen is PHONE:
        for title in titles:
            await row(page, title).locator("a").first.tap()
    else:
        await row(page, titles[0]).locator("a").first.click()
        await row(page, titles[-1]).locator("a").first.click(modifiers=["Shift"])
    await expect(page.locator("[data-selected]")).to_have_text(f"{len(titles)} selected")


@both
async def test_many_are_selected_archived_moved_and_deleted(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    name = name_of(screen)
    titles = [f"Number {number} of a {name}" for number in range(1, 6)]
    make(shared_site, *titles)
    page = await open_tab(shared_site, **screen)
    other = await open_tab(shared_site, in_profile_of=page)
    many = other.locator(".row", has_text=f"of a {name}")
    await select(page, titles[:3], screen)
    await page.locator("[data-action=move-selected]").click()
    await page.get_by_placeholder("New project").fill(f"From a {name}")
    await page.keyboard.press("Enter")
    await expect(many.locator(".row__project")).to_have_count(3)
    for action, count in (("archive-selected", 3), ("delete-selected", 2)):
        await show_list(page)
        await page.locator("[data-action=select]").click()
        for title in titles[3:] if action == "archive-selected" else titles[2:3]:
            await row(page, title).get_by_role("checkbox").check()
        await page.locator(f"[data-action={action}]").click()
        await expect(many).to_have_count(count)
    await page.locator("[data-action=undo]").click()
    await expect(many).to_have_count(3)
    await select(page, titles[:2], screen)
    if screen is PHONE:
        await page.locator("[data-selection]").get_by_role("link", name="Cancel").tap()
    else:
        await page.keyboard.press("Escape")
    await expect(page.locator("[data-selection]")).to_be_hidden()


async def test_without_script_many_are_selected_on_a_page_of_its_own(
    shared_site: Site, open_tab: OpenTab
) -> None:
    titles = ("Scriptless one", "Scriptless two")
    make(shared_site, *titles)
    page = await open_tab(shared_site, "/", javascript=False)
    for action in ("archive-selected", "delete-selected"):
        await page.locator("[data-action=select]").click()
        await row(page, titles[action == "delete-selected"]).get_by_role("checkbox").check()
        await page.locator(f"[data-action={action}]").click()
    await expect(page.get_by_text("Scriptless two").first).to_be_visible()  # in the trash
    await page.goto(shared_site.base_url)
    await expect(page.locator(".row", has_text="Scriptless")).to_have_count(0)
