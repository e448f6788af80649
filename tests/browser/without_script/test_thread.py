"""Without script: a conversation is led, put otherwise, branched, searched and put in line."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenTab
from tests.browser.sidebar.test_sidebar import DESKTOP
from tests.browser.without_script.plain_page import LONG, SHORT, SILENT, PlainPage, somebody
from tests.support.site import Site

pytestmark = pytest.mark.browser


async def test_a_conversation_is_led_without_script(shared_site: Site, open_tab: OpenTab) -> None:
    page = await somebody(shared_site, open_tab, "plain-thread", **DESKTOP)
    await stopped_resumed_and_retried(page)
    await put_otherwise(page)
    await branched(page)
    await searched(page)
    await in_line(page)
    await deleted_in_part(page)


async def stopped_resumed_and_retried(page: PlainPage) -> None:
    chat = page.chat
    await page.send("What is backpressure?", LONG)
    await page.page.reload()
    await page.press("Stop")
    await page.until("cancelled")
    await page.press("Resume")
    await page.page.reload()
    await page.press("Stop")
    await page.until("cancelled")
    await page.button("Undo resume").click()
    await expect(chat.answer.locator(".life__part--resumed")).to_have_count(0)
    await page.follow(page.link("New chat").first)
    await page.send("Nobody answers this", SILENT)
    await page.press("Stop")
    await page.until("cancelled")
    await page.press("Retry")
    await page.press("Stop")
    await page.until("cancelled")
    await expect(chat.answers).to_have_count(1)


async def put_otherwise(page: PlainPage) -> None:
    chat = page.chat
    await page.follow(page.link("New chat").first)
    await page.answers("Name a fruit")
    await page.tool(chat.prompts.last, "edit")
    await page.page.get_by_label("Your prompt").fill("Name a quince")
    await page.follow(page.card.get_by_role("button", name="Send"))
    await page.until("finished")
    await expect(chat.prompts.last).to_contain_text("Name a quince")
    await chat.prompts.last.hover()
    await chat.prompts.last.get_by_role("button", name="Previous prompt").click()
    await expect(chat.prompts.last).to_contain_text("Name a fruit")
    await page.button("Next prompt").click()
    await expect(chat.prompts.last).to_contain_text("Name a quince")

    before = await chat.text()
    await page.tool(chat.answer, "edit")
    await page.page.get_by_label("The answer, as Markdown").fill("A quince is a fruit.")
    await page.button("Save").click()
    await expect(chat.answer).to_contain_text("A quince is a fruit.")
    await page.button("Undo edit").click()
    await expect(chat.answer.locator("[data-answer]")).to_have_text(before)

    await page.answer_menu(chat.answer, "choose-model")
    await page.page.get_by_label("Another answer from").select_option(f"demo/{LONG}")
    await page.press("Regenerate")
    await page.press("Stop")
    await page.until("cancelled")
    await expect(chat.answer.locator(".foot__facts")).to_contain_text(LONG)
    await page.button("Previous answer").click()
    await expect(chat.answer.locator("[data-answer]")).to_have_text(before)


async def branched(page: PlainPage) -> None:
    chat = page.chat
    await page.heading_menu("Branches…")
    await page.page.locator("[data-branch]", has_text="Name a fruit").click()
    await page.button("Show this branch").click()
    await expect(chat.prompts.last).to_contain_text("Name a fruit")
    forked_from = page.page.url
    await page.tool(chat.answer, "branch")
    await expect(page.page).not_to_have_url(forked_from)
    await expect(chat.prompts.last).to_contain_text("Name a fruit")
    await page.tool(chat.prompts.last, "quote")
    await expect(chat.box).to_have_value(re.compile("^> Name a fruit"))


async def searched(page: PlainPage) -> None:
    box = page.page.get_by_label("Search everything")
    await box.fill("quince")
    await box.press("Enter")
    await page.page.locator(".facet", has_text=re.compile("code", re.IGNORECASE)).first.click()
    await expect(page.page.locator("a[data-hit]")).to_have_count(0)
    await page.page.locator("[data-chip-on]").click()
    await page.page.locator("a[data-hit]", has_text="Name a").first.click()
    found = page.page.locator("[data-found]")
    await expect(found).to_contain_text("quince")
    await expect(found).to_be_in_viewport()
    await page.link("Latest messages").click()
    await page.link("Find in this conversation").click()
    find = page.page.locator("[data-find] input")
    await find.fill("name")
    await find.press("Enter")
    await expect(page.page.locator("[data-found-count]")).to_contain_text(re.compile(r"\d of \d"))
    await page.page.locator("[data-find-close]").click()
    await expect(page.chat.box).to_be_visible()


async def in_line(page: PlainPage) -> None:
    rows = page.page.locator("[data-queued]")
    await page.follow(page.link("New chat").first)
    await page.send("First of all", SILENT)
    for text in ("Second in line", "Third in line", "Fourth in line"):
        await page.send(text, SHORT)
    await expect(rows).to_have_count(3)
    await rows.last.get_by_role("button", name="Edit").click()
    await page.page.get_by_label("Prompt in line").fill("Fifth in line")
    await page.button("Save").click()
    await rows.last.get_by_role("button", name="Move up").click()
    await expect(rows).to_contain_text(["Second", "Fifth", "Third"])
    await rows.first.get_by_role("button", name="Move down").click()
    await expect(rows).to_contain_text(["Fifth", "Second", "Third"])
    await rows.last.get_by_role("button", name="Take out of the line").click()
    await expect(rows).to_have_count(2)
    await page.button("Undo").click()
    await expect(rows).to_have_count(3)
    await rows.last.get_by_role("button", name="Take out of the line").click()
    await page.follow(rows.first.get_by_role("button", name="Stop and send"))
    while await rows.count():
        await page.page.reload()
    await page.until("finished")
    sent = ["First of all", "Fifth in line", "Second in line"]
    await expect(page.chat.prompts).to_contain_text(sent)
    await expect(page.chat.answers.first).to_have_attribute("data-status", "cancelled")


async def deleted_in_part(page: PlainPage) -> None:
    answers = page.chat.answers
    before = await answers.count()
    await page.tool(page.chat.answer, "delete")
    await expect(answers).to_have_count(before - 1)
    await page.page.locator("#undo-thread").get_by_role("button", name="Undo").click()
    await expect(answers).to_have_count(before)
