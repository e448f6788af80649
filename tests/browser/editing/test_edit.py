"""A prompt is edited in place, and its versions are stepped through, on a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.browser.page.test_page import PHONE
from tests.browser.sidebar.test_sidebar import DESKTOP
from tests.browser.trash.test_trash import conversation, say
from tests.support.site import Site

pytestmark = pytest.mark.browser

SLOW = "demo-slow"

both = pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])


async def open_editor(chat: Chat) -> Locator:
    await chat.prompts.last.hover()
    await chat.prompts.last.locator("[data-action=edit]").click()
    text = chat.page.locator("[data-editor] textarea")
    await expect(text).to_be_focused()
    return text


def steps(message: Locator) -> Locator:
    return message.locator(".siblings__count")


@both
async def test_a_prompt_is_edited_in_every_tab_and_its_versions_stay(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    here = await conversation(shared_site, open_tab, "First words", screen)
    path = here.page.url.removeprefix(shared_site.base_url)
    there = Chat(await open_tab(shared_site, path, in_profile_of=here.page))
    text = await open_editor(here)
    await expect(text).to_have_value("First words")
    await text.fill("Better words")
    await here.page.locator("[data-action=save-edit]").click()
    for tab in (here, there):
        await expect(tab.prompts).to_contain_text("Better words")
        await expect(steps(tab.prompts)).to_have_text("2/2")
        await tab.until("finished")
    await here.prompts.locator("[data-action=previous]").click()
    for tab in (here, there):
        await expect(tab.prompts).to_contain_text("First words")
        await expect(steps(tab.prompts)).to_have_text("1/2")
    await here.page.reload()
    await expect(here.prompts).to_contain_text("First words")


async def test_stepping_away_from_an_answer_does_not_stop_it(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = await conversation(shared_site, open_tab, "Step away", DESKTOP)
    await chat.choose(SLOW)
    await chat.press("regenerate")
    await expect(steps(chat.answer)).to_have_text("2/2")
    await chat.has(20)
    await chat.answer.locator("[data-action=previous]").click()
    await expect(steps(chat.answer)).to_have_text("1/2")
    await expect(chat.answer).to_have_attribute("data-status", "finished")
    await expect(chat.button("stop")).to_be_visible()
    await chat.answer.locator("[data-action=next]").click()
    await expect(chat.answer).to_have_attribute("data-status", "running")
    await chat.read_on(20)
    await chat.answer.locator("[data-action=previous]").click()
    await expect(chat.answer).to_have_attribute("data-status", "finished")
    await chat.press("stop")
    await expect(chat.button("send")).to_be_visible()


async def test_r9_what_is_typed_into_the_editor_outlives_errors_and_reloads(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("409")
    chat = await conversation(shared_site, open_tab, "Half a thought", DESKTOP)
    await say(chat, "Slowly", SLOW)
    text = await open_editor(chat)
    await text.fill("More slowly")
    await text.press("Enter")
    await expect(chat.page.locator("#notice")).to_contain_text("still being written")
    await expect(text).to_have_value("More slowly")
    await text.press("Escape")
    await expect(text).to_have_count(0)
    await expect(chat.prompts.last.locator("[data-action=edit]")).to_be_focused()
    await chat.press("stop")
    await chat.until("cancelled")
    await chat.page.reload()
    text = await open_editor(chat)
    await expect(text).to_have_value("More slowly")
    await chat.page.locator("[data-action=cancel-edit]").click()
    await expect(await open_editor(chat)).to_have_value("Slowly")


@both
async def test_an_answer_is_edited_in_every_tab_and_undone(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    here = await conversation(shared_site, open_tab, "Edit the answer", screen)
    await say(here, "And go on", "demo-brief")
    await here.until("finished")
    path = here.page.url.removeprefix(shared_site.base_url)
    there = Chat(await open_tab(shared_site, path, in_profile_of=here.page))
    original = await here.answers.first.locator("[data-answer]").inner_text()
    await here.answers.first.hover()
    await here.answers.first.locator("[data-action=edit]").click()
    text = here.page.locator("[data-editor] textarea")
    await expect(text).to_be_focused()
    await here.page.locator("[data-action=save-edit]").click()
    await expect(text).to_have_count(0)  # nothing was changed
    await here.answers.first.locator("[data-action=edit]").click()
    await text.fill("Written by *hand*.")
    await here.page.locator("[data-action=save-edit]").click()
    for tab in (here, there):
        await expect(tab.answers.first.locator("[data-answer]")).to_have_text("Written by hand.")
        await expect(tab.answers.first.locator(".life__part--edited")).to_have_count(1)
        await expect(tab.answers.first.locator(".foot__facts")).to_contain_text("edited")
    await expect(here.page.locator("[data-editor]")).to_have_count(0)
    await there.answers.first.hover()
    await there.answers.first.locator("[data-action=undo-edit]").click()
    for tab in (here, there):
        await expect(tab.answers.first.locator("[data-answer]")).to_have_text(original)
