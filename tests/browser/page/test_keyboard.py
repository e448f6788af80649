"""With the keyboard alone: the focus is on the next act, and an input method keeps its keys."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.page.test_page import LONG, PHONE, SHORT, SILENT
from tests.support.site import Site

pytestmark = pytest.mark.browser

TABLET: dict[str, Any] = PHONE | {"viewport": {"width": 1024, "height": 768}}
PHYSICAL, PROCESSED = {"Enter": 13, "Escape": 27}, 229
WATCH_FOCUS = """() => {
    window.nowhere = [];
    const look = () => {
        if (document.activeElement === document.body) window.nowhere.push(performance.now());
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


async def press(chat: Chat, action: str) -> None:
    """Presses the button with the keyboard, as if it had been reached with it."""
    await chat.button(action).last.focus()
    await chat.page.keyboard.press("Enter")


async def expects_focus_on(page: Page, action: str) -> None:
    await expect(page.locator(f"[data-action={action}]:focus")).to_be_visible()


async def expects_focus_was_never_lost(page: Page) -> None:
    assert await page.evaluate("nowhere") == []


async def keys(page: Page, key: str, code: int = PROCESSED) -> None:
    """A key as the page gets it from an input method, or with its own code without one."""
    session = await page.context.new_cdp_session(page)
    event = {"key": key, "code": key, "windowsVirtualKeyCode": code}
    await session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **event})
    await session.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})


async def compose(page: Page, text: str) -> None:
    """Begins to compose a word, without an end."""
    session = await page.context.new_cdp_session(page)
    length = len(text)
    word = {"text": text, "selectionStart": length, "selectionEnd": length}
    await session.send("Input.imeSetComposition", word)


@pytest.mark.parametrize("screen", [{}, TABLET], ids=["desktop", "tablet"])
async def test_the_focus_goes_where_the_next_act_is(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    chat = Chat(await open_tab(shared_site, **screen))
    page, after_stop = chat.page, "resume" if screen else None
    await chat.choose(LONG)
    await chat.box.fill("Tell me")
    await chat.button("send").focus()
    await page.keyboard.press("Enter")
    await expect(chat.answers).to_have_count(1)
    await chat.read_on(100)
    await chat.button("stop").focus()
    await page.evaluate(WATCH_FOCUS)
    await page.keyboard.press("Enter")
    await chat.until("cancelled")
    await (expects_focus_on(page, after_stop) if after_stop else expect(chat.box).to_be_focused())
    await press(chat, "resume")
    await expects_focus_on(page, "stop")
    await chat.read_on(300)
    await page.keyboard.press("Enter")
    await chat.until("cancelled")
    await press(chat, "undo-resume")
    await expect(chat.button("undo-resume")).to_have_count(0)
    await expects_focus_on(page, "resume")
    await press(chat, "regenerate")
    await expects_focus_on(page, "stop")
    await chat.read_on(100)
    await press(chat, "stop")
    await chat.until("cancelled")
    await press(chat, "previous")
    await expects_focus_on(page, "next")
    await page.keyboard.press("Enter")
    await expects_focus_on(page, "previous")
    await expects_focus_was_never_lost(page)


async def test_retry_leads_to_stop_and_the_end_to_the_box(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("Wait for it", SILENT)
    await press(chat, "stop")
    await chat.until("cancelled")
    await chat.choose(SHORT)
    await chat.page.evaluate(WATCH_FOCUS)
    await press(chat, "retry")
    await expects_focus_on(chat.page, "stop")
    await press(chat, "stop")
    await expect(chat.box).to_be_focused()
    await expects_focus_was_never_lost(chat.page)


@pytest.mark.alone
async def test_rename_and_a_deletion_leave_the_focus_in_the_list(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("To be deleted", SHORT)
    await chat.until("finished")
    page = chat.page
    await page.locator(".sidebar__new").click()
    await expect(chat.answers).to_have_count(0)
    await chat.send("To be kept", SHORT)
    await chat.until("finished")
    row = page.locator(".row", has_text="To be kept")
    gone = page.locator(".row", has_text="To be deleted").first
    await page.evaluate(WATCH_FOCUS)
    await row.locator(".row__more").focus()
    await page.keyboard.press("Enter")
    await row.locator("[data-rename]").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".rename__field")).to_be_focused()  # its script comes when it is used
    await page.keyboard.type("A name of its own")
    await page.keyboard.press("Enter")
    row = page.locator(".row", has_text="A name of its own")
    await expect(row.locator("a.row__link")).to_be_focused()
    await gone.locator(".row__more").focus()
    await page.keyboard.press("Enter")
    await gone.locator("[data-delete]").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-undo]")).to_contain_text("To be deleted")
    await expect(page.locator("a.row__link:focus")).to_be_visible()
    await expects_focus_was_never_lost(page)


async def test_an_input_methods_enter_and_escape_are_not_ours(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    page = chat.page
    await chat.send("Wait for it", SILENT)
    await chat.box.focus()
    await compose(page, "にほ")
    await keys(page, "Escape")
    await keys(page, "Enter")
    await expect(chat.answer).to_have_attribute("data-status", "running")
    await expect(chat.box).to_have_value("にほ")
    await page.keyboard.insert_text("日本")
    await expect(chat.box).to_have_value("日本")
    await keys(page, "Enter")
    await expect(chat.prompts).to_have_count(1)
    await keys(page, "Escape", PHYSICAL["Escape"])
    await chat.until("cancelled")


async def test_a_name_is_not_saved_while_a_word_of_it_is_composed(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    page = chat.page
    await chat.send("First name", SHORT)
    await chat.until("finished")
    await page.locator(".heading__more").click()
    await page.locator(".menu:popover-open [data-rename]").click()
    field = page.locator(".rename__field")
    await expect(field).to_be_focused()
    await compose(page, "にほ")
    await keys(page, "Escape")
    await keys(page, "Enter")
    await field.evaluate("field => field.form.requestSubmit()")
    await field.evaluate("field => field.dispatchEvent(new FocusEvent('blur'))")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("にほ")
    await page.keyboard.insert_text("日本")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("日本")


async def test_the_box_is_not_emptied_under_a_word_that_is_being_composed(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    page = chat.page
    await chat.send("Hello", SHORT)
    await chat.until("finished")
    composed = asyncio.Event()

    async def hold(route: Route) -> None:
        await composed.wait()
        await route.continue_()

    await page.route("**/send/", hold)
    await chat.box.fill("Once more")
    await chat.box.press("Enter")
    await compose(page, "にほ")
    await expect(chat.box).to_have_value("Once moreにほ")
    composed.set()
    await expect(chat.answers).to_have_count(2)
    await expect(chat.box).to_have_value("Once moreにほ")
    await page.keyboard.insert_text("日本")
    await expect(chat.box).to_have_value("日本")


async def test_enter_sends_on_a_tablet_once_a_keyboard_was_used(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site, **TABLET))
    await chat.choose(SHORT)
    await chat.box.focus()
    await chat.page.keyboard.insert_text("Typed on glass")
    await chat.page.keyboard.press("Enter")
    await expect(chat.box).to_have_value("Typed on glass\n")
    await chat.page.keyboard.press("ArrowUp")
    await chat.page.keyboard.press("Enter")
    await chat.until("finished")
    await expect(chat.prompts).to_contain_text("Typed on glass")
