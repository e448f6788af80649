"""Without script: the list is kept in order, what is deleted comes back, and people set things."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenTab
from tests.browser.page.test_page import PHONE
from tests.browser.sidebar.test_sidebar import DESKTOP
from tests.browser.without_script.plain_page import (
    OTHER_PASSWORD,
    PASSWORD,
    SHORT,
    PlainPage,
    somebody,
)
from tests.support.site import Site

pytestmark = pytest.mark.browser


async def test_on_a_phone_conversations_are_named_kept_and_deleted_without_script(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await somebody(shared_site, open_tab, "plain-phone", **PHONE)
    await named(page)
    await put_in_order(page)
    await deleted_and_restored(page)


async def test_projects_selections_and_settings_need_no_script(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await somebody(shared_site, open_tab, "plain-list", **DESKTOP)
    await page.answers("About quinces")
    await page.answers_anew("About medlars")
    await put_in_a_project(page)
    await selected(page)
    await temporary(page)
    await set_and_signed_out(page, "plain-list")


async def named(page: PlainPage) -> None:
    await page.answers("About quinces")
    await page.answers_anew("About medlars")
    await page.menu("About medlars", "Rename")
    await page.page.get_by_label("Title").fill("Medlars")
    await page.button("Save").click()
    await expect(page.page.locator("h1")).to_have_text("Medlars")
    await page.heading_menu("Suggest a title")
    await page.page.get_by_label("Title").fill("Medlars and more")
    await page.button("Use this title").click()
    await expect(page.page.locator("h1")).to_have_text("Medlars and more")
    await page.fits()


async def put_in_order(page: PlainPage) -> None:
    await page.menu("About quinces", "Pin")
    await expect(page.row("About quinces")).to_have_attribute("data-pinned", "")
    await page.menu("About quinces", "Unpin")
    await page.menu("About quinces", "Archive")
    await page.drawer()
    await expect(page.row("About quinces")).to_have_count(0)
    await page.link("Archive").click()
    await page.menu("About quinces", "Take out of the archive")
    await page.drawer()
    await page.link("All conversations").click()
    await page.drawer()
    await expect(page.row("About quinces")).to_be_visible()


async def put_in_a_project(page: PlainPage) -> None:
    await page.link("New project").click()
    await page.card.get_by_role("textbox").fill("Fruit")
    await page.card.locator("button[type=submit]").click()
    await page.project_menu("Fruit", "Rename")
    await page.card.get_by_role("textbox").fill("Old fruit")
    await page.card.locator("button[type=submit]").click()
    await page.drawer()
    await page.link("All conversations").click()
    await page.menu("About quinces", "Move to a project…")
    await page.button("Old fruit").click()
    await page.drawer()
    await expect(page.row("About quinces").locator(".row__project")).to_have_text("Old fruit")
    await page.project_menu("Old fruit", "Delete…")
    await page.button("Delete").click()
    await page.drawer()
    await expect(page.page.locator("[data-project]")).to_have_count(0)
    await expect(page.row("About quinces")).to_be_visible()


async def selected(page: PlainPage) -> None:
    await page.link("Select").click()
    await page.drawer()
    for title in ("About quinces", "About medlars"):
        await page.row(title).get_by_label(f"Select {title}").check()
    await page.button("Move…").click()
    await expect(page.card).to_contain_text("and 1 more")
    await page.page.get_by_placeholder("New project").fill("All of it")
    await page.button("Move").click()
    await page.drawer()
    await expect(page.page.locator(".row__project")).to_have_text(["All of it", "All of it"])
    await page.link("Select").click()
    await page.drawer()
    await page.row("About quinces").get_by_label("Select About quinces").check()
    await page.sidebar.get_by_role("button", name="Delete", exact=True).click()
    await page.page.locator("[data-trashed]").get_by_role("button", name="Restore").click()
    await expect(page.page.locator(".desk__told")).to_contain_text("About quinces")
    await page.link("About quinces").click()


async def deleted_and_restored(page: PlainPage) -> None:
    await page.drawer()
    await page.follow(page.row("About quinces").locator(".row__link"))
    await page.heading_menu("Delete")
    await page.page.locator("#undo-thread").get_by_role("button", name="Undo").click()
    await expect(page.page.locator("h1")).to_have_text("About quinces")
    await page.menu("About quinces", "Delete")
    await page.drawer()
    await page.link("Trash").click()
    await page.link("Delete for good…").click()
    await expect(page.card).to_contain_text("About quinces")
    await page.fits()
    await page.page.locator("[data-action=delete-for-good]").click()
    await expect(page.card).to_contain_text("Nothing is in the trash.")
    await page.link("Back to your chats").click()


async def temporary(page: PlainPage) -> None:
    await page.follow(page.link("New chat").first)
    await page.page.get_by_label("Temporary").check()
    await page.send("Only for now", SHORT)
    await expect(page.page.locator("[data-temporary]")).to_contain_text("goes for good on")
    await page.button("Keep it").click()
    await expect(page.page.locator("[data-temporary]")).to_have_count(0)


async def set_and_signed_out(page: PlainPage, name: str) -> None:
    await page.drawer()
    await page.link("Settings").click()
    await page.page.get_by_label("Model that gives titles").select_option(f"demo/{SHORT}")
    await page.page.locator("#titles").get_by_role("button", name="Save").click()
    await expect(page.page.locator("#titles-told")).to_have_text("Saved.")
    await page.page.get_by_label("Keyboard shortcuts").uncheck()
    await page.page.locator("#keyboard").get_by_role("button", name="Save").click()
    await expect(page.page.get_by_label("Keyboard shortcuts")).not_to_be_checked()
    await expect(page.page.locator("#title-model")).to_have_value(f"demo/{SHORT}")
    await page.link("Change the password").click()
    await page.page.locator("[name=oldpassword]").fill(PASSWORD)
    await page.page.locator("[name=password1]").fill(OTHER_PASSWORD)
    await page.page.locator("[name=password2]").fill(OTHER_PASSWORD)
    await page.button("Change").click()
    await expect(page.page.locator(".desk__told")).to_be_visible()
    await page.link("Back").click()
    await page.drawer()
    await page.button("Sign out").click()
    await page.sign_in(name, OTHER_PASSWORD)
    await page.drawer()
    await expect(page.row("About medlars")).to_be_visible()
