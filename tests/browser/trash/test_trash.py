"""What a click deletes comes back by another, in every tab, on a desk and on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.browser.page.test_page import PHONE, SHORT, SILENT
from tests.browser.sidebar.test_sidebar import DESKTOP
from tests.support.site import Site

pytestmark = pytest.mark.browser

both = pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])


async def conversation(site: Site, open_tab: OpenTab, title: str, screen: dict[str, Any]) -> Chat:
    chat = Chat(await open_tab(site, **screen))
    await say(chat, title, SHORT)
    await chat.until("finished")
    return chat


async def delete_open(page: Page) -> None:
    await page.locator(".heading__more").click()
    await page.locator(".menu:popover-open [data-delete]").click()
    await page.wait_for_url("**/?deleted=*")


async def say(chat: Chat, prompt: str, model: str) -> None:
    """By the button, as on a phone Enter begins a line."""
    count = await chat.answers.count()
    await chat.choose(model)
    await chat.box.fill(prompt)
    await chat.button("send").click()
    await expect(chat.answers).to_have_count(count + 1)


def trashed(page: Page, title: str) -> Any:
    return page.locator("[data-trashed]", has_text=title)


@both
async def test_a_message_and_what_follows_are_deleted_and_come_back_in_every_tab(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    here = await conversation(shared_site, open_tab, "First of two", screen)
    await say(here, "Second of two", SHORT)
    await here.until("finished")
    path = here.page.url.removeprefix(shared_site.base_url)
    there = Chat(await open_tab(shared_site, path, in_profile_of=here.page))
    await expect(there.prompts).to_have_count(2)
    await here.prompts.last.hover()
    await here.prompts.last.locator("[data-action=delete]").click()
    for tab in (here, there):
        await expect(tab.prompts).to_have_count(1)
        await expect(tab.button("regenerate").last).to_be_visible()
    await expect(here.page.locator("[data-undo]")).to_contain_text("2 messages moved to the trash")
    await here.button("undo").click()
    for tab in (here, there):
        await expect(tab.prompts).to_have_count(2)
        await expect(tab.answers).to_have_count(2)
    await expect(here.page.locator("[data-undo]")).to_have_count(0)


async def test_an_empty_thread_is_empty_in_every_tab(shared_site: Site, open_tab: OpenTab) -> None:
    here = await conversation(shared_site, open_tab, "Nothing will be left", DESKTOP)
    path = here.page.url.removeprefix(shared_site.base_url)
    there = Chat(await open_tab(shared_site, path, in_profile_of=here.page))
    await expect(there.prompts).to_have_count(1)
    await here.prompts.last.hover()
    await here.prompts.last.locator("[data-action=delete]").click()
    for tab in (here, there):
        await expect(tab.prompts).to_have_count(0)
    await here.button("undo").click()
    for tab in (here, there):
        await expect(tab.answers).to_have_count(1)


@both
async def test_a_deleted_conversation_is_restored_from_the_trash_to_every_tab(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any], complaints: Complaints
) -> None:
    complaints.expect("404")
    title = f"To and from the trash {screen['viewport']['width']}"
    here = await conversation(shared_site, open_tab, title, screen)
    path = here.page.url.removeprefix(shared_site.base_url)
    there = Chat(await open_tab(shared_site, path, in_profile_of=here.page))
    await delete_open(here.page)
    await expect(here.page.locator("[data-undo]")).to_contain_text(title)
    await expect(there.connection).to_contain_text("This conversation was deleted.")
    await here.page.goto(f"{shared_site.base_url}/trash/")
    entry = trashed(here.page, title)
    await expect(entry).to_contain_text("2 messages")
    await entry.locator("[data-action=restore]").click()
    await expect(trashed(here.page, title)).to_have_count(0)
    await expect(there.connection).to_be_hidden()
    await say(there, "It can be continued", SHORT)
    await expect(there.page.locator(".row", has_text=title)).to_have_count(1)


@both
async def test_deleting_for_good_names_what_goes_and_leaves_nothing(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any], complaints: Complaints
) -> None:
    complaints.expect("404")
    title = f"Gone for good {screen['viewport']['width']}"
    chat = await conversation(shared_site, open_tab, title, screen)
    page, path = chat.page, chat.page.url
    await delete_open(page)
    await page.goto(f"{shared_site.base_url}/trash/")
    await trashed(page, title).locator("[data-action=delete-for-good]").click()
    await expect(page.locator(".card")).to_contain_text(
        re.compile(rf"{title}:\s+2 messages, from ")
    )
    await expect(page.locator(".card")).to_contain_text("No copy of the database")
    await page.locator("[data-action=delete-for-good]").click()
    await expect(trashed(page, title)).to_have_count(0)
    reply = await page.goto(path)
    assert reply is not None
    assert reply.status == 404


async def test_another_conversation_is_deleted_from_the_list_without_leaving_the_page(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = await conversation(shared_site, open_tab, "Deleted from the list", DESKTOP)
    page = chat.page
    await page.locator(".sidebar__new").click()
    await chat.box.fill("half a thought")
    row = page.locator(".row", has_text="Deleted from the list")
    for _ in range(2):
        await row.hover()
        await row.locator(".row__more").click()
        await row.locator("[data-delete]").click()
        await expect(row).to_have_count(0)
        await page.locator(".sidebar [data-action=undo]").click()
        await expect(row).to_have_count(1)
        await expect(page.locator("[data-undo]")).to_have_count(0)
    await expect(chat.box).to_have_value("half a thought")


async def test_a_prompt_that_is_deleted_while_it_is_answered_stops_the_answer(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = await conversation(shared_site, open_tab, "Stays", DESKTOP)
    await say(chat, "Goes", SILENT)
    await chat.prompts.last.hover()
    await chat.prompts.last.locator("[data-action=delete]").click()
    await expect(chat.answers).to_have_count(1)
    await expect(chat.button("send")).to_be_visible()
    await chat.button("undo").click()
    await chat.until("cancelled")


@both
async def test_without_script_all_of_it_works(
    site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    page = await open_tab(site, "/", javascript=False, **screen)
    chat = Chat(page)
    await page.locator("[name=prompt]").fill("Plain pages")
    await page.select_option("[data-compose] [name=model]", f"demo/{SHORT}")
    await page.locator("[data-action=send]").click()
    await expect(chat.answers).to_have_count(1)
    path = page.url.partition("#")[0]
    while await chat.answers.last.get_attribute("data-status") == "running":
        await page.reload()
    await chat.answers.last.locator("[data-action=delete]").click()
    await expect(page.locator("[data-undo]")).to_contain_text("1 message moved to the trash")
    await expect(chat.answers).to_have_count(0)
    await page.locator("[data-action=undo]").click()
    await expect(chat.answers).to_have_count(1)
    await delete_open(page)
    await page.locator("[data-action=undo]").click()
    assert page.url.partition("#")[0] == path
    await delete_open(page)
    await page.goto(f"{site.base_url}/trash/")
    await page.locator("[data-action=empty-trash]").click()
    await expect(page.locator(".card")).to_contain_text("1 conversation: 2 messages")
    await page.locator("[data-action=delete-for-good]").click()
    await expect(page.locator(".card")).to_contain_text("Nothing is in the trash.")


@both
async def test_a_temporary_conversation_names_its_hour_and_is_kept_by_one_click(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    chat = Chat(await open_tab(shared_site, **screen))
    await chat.page.locator("[data-action=temporary]").check()
    await expect(chat.page.get_by_text("Gone for good 24 hours after it begins")).to_be_visible()
    await say(chat, "Only for now", SHORT)
    await chat.until("finished")
    line = chat.page.locator("[data-temporary]")
    await expect(line.locator("time")).to_be_visible()
    path = chat.page.url.removeprefix(shared_site.base_url)
    there = await open_tab(shared_site, path, in_profile_of=chat.page)
    await expect(there.locator("[data-temporary]")).to_be_visible()
    await chat.button("keep").click()
    await expect(line).to_have_count(0)
    await expect(there.locator("[data-temporary]")).to_have_count(0)
    await chat.page.reload()
    await expect(line).to_have_count(0)
