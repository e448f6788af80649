"""Prompts in line as a person uses them: while an answer is written, in two tabs, on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.screens import PHONE, both
from tests.support.site import Site

pytestmark = pytest.mark.browser

STALLS, ANSWERS = "demo-stall", "demo-brief"


def rows(chat: Chat) -> Locator:
    return chat.page.locator("[data-queued]")


def act(chat: Chat, text: str, action: str) -> Locator:
    return rows(chat).filter(has_text=text).locator(f"[data-action={action}]")


async def height_of(button: Locator) -> float:
    """Of one that is shown; if its row is replaced just then, of the one in its place."""
    while (box := await button.bounding_box()) is None:
        await expect(button).to_be_visible()
    return box["height"]


async def put_in_line(chat: Chat, text: str) -> None:
    before = await rows(chat).count()
    await chat.choose(ANSWERS)
    await chat.box.fill(text)
    await chat.submit()
    await expect(rows(chat)).to_have_count(before + 1)
    await expect(chat.box).to_have_value("")


@both
async def test_prompts_wait_in_every_tab_are_changed_and_sent(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    # While an answer is written Enter, or the button, puts the next prompts in line.
    chat = Chat(await open_tab(shared_site, **screen))
    await chat.send("One", STALLS)
    await chat.has(20)
    await expect(chat.box).to_have_attribute("placeholder", "Next: sent when this answer ends")
    for text in ("Two", "Three", "Four"):
        await put_in_line(chat, text)

    # Another tab shows them at once. What is moved there is moved here, and keeps the focus.
    path = chat.page.url.removeprefix(shared_site.base_url)
    other = Chat(await open_tab(shared_site, path, in_profile_of=chat.page))
    await expect(rows(other)).to_have_count(3)
    await act(other, "Four", "move-up").focus()
    await other.page.keyboard.press("Enter")
    await expect(rows(chat)).to_contain_text(["Two", "Four", "Three"])
    await expect(act(other, "Four", "move-up")).to_be_focused()

    # What is typed into a row stays there while the line changes around it; Enter saves it.
    await act(chat, "Four", "edit-queued").click()
    editor = rows(chat).locator("textarea")
    await expect(editor).to_be_focused()
    await editor.fill("Four, in other words")
    await act(other, "Three", "remove-queued").click()
    await expect(rows(chat)).to_have_count(2)
    await expect(editor).to_have_value("Four, in other words")
    if screen is PHONE:
        await act(chat, "Save", "save-queued").tap()
    else:
        await editor.press("Enter")
    await expect(rows(other)).to_contain_text(["Two", "Four, in other words"])

    # What was taken out comes back, and all of it is there after a reload.
    await other.page.locator("#queue [data-action=undo]").click()
    await expect(rows(chat)).to_have_count(3)
    await chat.page.reload()
    await expect(rows(chat)).to_contain_text(["Two", "Four, in other words", "Three"])

    # An editor whose row is gone gives what was typed to the message box.
    await act(chat, "Three", "edit-queued").click()
    await editor.fill("Three, not to be lost")
    await act(other, "Cancel", "leave-queued").click()
    await act(other, "Three", "remove-queued").click()
    await expect(chat.box).to_have_value("Three, not to be lost")
    await chat.box.fill("")


@both
async def test_a_stop_holds_the_line_until_one_click_sends_it(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    chat = Chat(await open_tab(shared_site, **screen))
    await chat.send("One", STALLS)
    await chat.has(20)
    for text in ("Two", "Three"):
        await put_in_line(chat, text)
    await chat.press("stop")
    queue = chat.page.locator("#queue")
    await expect(queue).to_contain_text("Held, because the answer was stopped.")
    await expect(chat.answers).to_have_count(1)
    await act(chat, "Two", "send-now").click()
    await expect(chat.answers).to_have_count(3)
    await chat.until("finished")
    await expect(chat.prompts).to_contain_text(["One", "Two", "Three"])
    await expect(queue).to_be_hidden()


async def test_stop_and_send_is_one_tap_on_a_phone(shared_site: Site, open_tab: OpenTab) -> None:
    chat = Chat(await open_tab(shared_site, **PHONE))
    await chat.choose(STALLS)
    await chat.box.fill("One")
    await chat.page.locator("[data-action=send]").tap()
    await expect(chat.answers).to_have_count(1)
    await chat.has(20)
    stop = await chat.button("stop").bounding_box()
    await chat.box.fill("Two")
    await chat.choose(ANSWERS)
    assert await chat.button("stop").bounding_box() == stop
    await chat.page.get_by_role("button", name="Put in line").tap()
    await expect(rows(chat)).to_have_count(1)
    for action in ("edit-queued", "remove-queued", "send-now"):
        assert await height_of(act(chat, "Two", action)) >= 44
    await expect(act(chat, "Two", "send-now")).to_have_text("Stop and send")
    await act(chat, "Two", "send-now").tap()
    await expect(chat.answers).to_have_count(2)
    await chat.until("finished")
    await expect(chat.answers.first).to_have_attribute("data-status", "cancelled")
    await expect(rows(chat)).to_have_count(0)


async def test_without_script_a_prompt_waits_and_is_sent_by_its_form(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site, javascript=False))
    await chat.choose(STALLS)
    await chat.box.fill("One")
    await chat.press("send")
    await chat.choose(ANSWERS)
    await chat.box.fill("Two")
    await chat.press("send")
    await expect(rows(chat)).to_have_count(1)
    await act(chat, "Two", "edit-queued").click()
    await rows(chat).locator("textarea").fill("Two, changed")
    await act(chat, "Save", "save-queued").click()
    await act(chat, "Two, changed", "send-now").click()
    await expect(chat.prompts).to_contain_text(["One", "Two, changed"])
    await expect(chat.answers.first).to_have_attribute("data-status", "cancelled")
