"""How the page behaves when people use it, apart from the life of an answer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

LONG, SHORT, SILENT = "demo-tour", "demo-brief", "demo-wait"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
AT_THE_END = """() => {
    const view = document.querySelector("[data-scroll]");
    return view.scrollHeight - view.scrollTop - view.clientHeight < 48;
}"""
SELECT_THE_FIRST = """() => getSelection().selectAllChildren(
    document.querySelector("article[data-role=assistant] [data-answer] p"))"""
MOVING = """() => document.getAnimations()
    .filter((animation) => animation instanceof CSSAnimation)
    .flatMap(({ effect }) =>
    Object.keys(effect.getKeyframes()[0])
        .filter((name) => !["offset", "computedOffset", "easing", "composite"].includes(name))
        .map((name) => `${effect.target instanceof SVGElement ? "SVG" : "HTML"} ${name}`))"""
TOO_SMALL = """() => [...document.querySelectorAll("button, select, textarea, nav a, .menu a")]
    .filter((element) => element.checkVisibility())
    .map((element) => [element.className, element.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < 44 || box.height < 44))
    .map(([name, box]) => `${name} ${box.width} x ${box.height}`)"""


async def test_a_message_after_a_stop_is_sent_and_not_taken_for_another_stop(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("Wait for it", SILENT)
    await chat.page.keyboard.press("Escape")
    await chat.until("cancelled")
    await chat.send("And now answer", SHORT)
    await chat.until("finished")
    await expect(chat.prompts.last).to_contain_text("And now answer")
    await expect(chat.box).to_have_value("")


async def test_a_run_that_was_resumed_at_once_shows_stop_until_it_ends(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("Tell me", LONG)
    await chat.read_on(100)
    await chat.press("stop")
    await chat.until("cancelled")
    await expect(chat.page.locator("#controls")).to_have_attribute("data-state", "stopped")
    await chat.press("resume")
    await chat.until("running")
    stopped_is_over = chat.page.locator(".controls__stopped:visible")
    await expect(stopped_is_over).to_have_count(0)
    await chat.read_on(400)
    await expect(chat.page.locator("#controls")).to_have_attribute("data-state", "running")
    await chat.press("stop")
    await chat.until("cancelled")
    await expect(chat.page.locator("#controls")).to_have_attribute("data-state", "idle")


async def test_shift_enter_breaks_the_line_and_the_box_grows(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    before = await chat.box.bounding_box()
    await chat.box.press_sequentially("one")
    for _ in range(3):
        await chat.box.press("Shift+Enter")
    await expect(chat.box).to_have_value("one\n\n\n")
    after = await chat.box.bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"] * 2


async def test_a_draft_survives_a_reload_and_leaves_once_it_is_sent(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("Hello", SHORT)
    await chat.until("finished")
    await chat.box.fill("A thought that is not done")
    await chat.page.reload()
    await expect(chat.box).to_have_value("A thought that is not done")
    await chat.send("A thought that is done", SHORT)
    await chat.until("finished")
    await chat.page.reload()
    await expect(chat.box).to_have_value("")


async def test_a_refused_message_stays_in_the_box_with_the_reason_next_to_it(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("400")
    chat = Chat(await open_tab(shared_site))
    long = "x" * 300_000
    await chat.box.fill(long)
    await chat.box.press("Enter")
    await expect(chat.page.locator("#notice")).to_contain_text("262,144")
    await expect(chat.box).to_have_value(long)


async def test_a_signed_out_person_keeps_what_was_typed(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("40[13]")
    chat = Chat(await open_tab(shared_site))
    sessions = re.compile("session")
    await chat.page.context.clear_cookies(name=sessions)
    await chat.box.fill("Do not lose me")
    await chat.box.press("Enter")
    await expect(chat.page.locator("#notice")).to_contain_text("signed out")
    await expect(chat.box).to_have_value("Do not lose me")


async def test_the_view_follows_a_reader_at_the_end_and_leaves_the_others_alone(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("A long one", LONG)
    await chat.read_on(1500)
    await chat.page.wait_for_function(AT_THE_END)  # text is there a moment before the view moves
    await chat.page.mouse.move(700, 300)
    await chat.page.mouse.wheel(0, -400)
    jump = chat.page.locator("[data-jump]")
    await expect(jump).to_be_visible()
    read = chat.answer.locator("p").first
    before = await read.bounding_box()
    await chat.until("finished")
    assert await read.bounding_box() == before
    await jump.click()
    await expect(jump).to_be_hidden()
    await chat.page.wait_for_function(AT_THE_END)


async def test_selected_text_stays_selected_where_it_stands_while_more_comes(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("A long one", LONG)
    await chat.read_on(300)
    await chat.page.evaluate(SELECT_THE_FIRST)
    selected = await chat.page.evaluate("getSelection().toString()")
    assert selected
    await chat.read_on(600)
    assert await chat.page.evaluate("getSelection().toString()") == selected
    await chat.until("finished")
    assert await chat.page.evaluate("getSelection().toString()") == selected


async def test_a_fold_that_was_opened_stays_open_to_the_end(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("Think", "demo-thinks")
    await chat.answer.locator("details.think summary").first.click()
    await chat.until("finished")
    await expect(chat.answer.locator("details.think").first).to_have_attribute("open", "")


async def test_a_conversation_is_renamed_in_place_and_deleted_with_an_undo(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    # Until it leaves, the page of what was deleted may ask where its thread stands.
    complaints.expect(r"404 \(Not Found\) \(.*/standing/\?")
    chat = Chat(await open_tab(shared_site))
    await chat.send("A name to be changed", SHORT)
    await chat.until("finished")
    page, row = chat.page, chat.page.locator("li:has(> [aria-current])")
    await page.locator(".heading__more").click()
    await page.locator(".menu:popover-open [data-rename]").click()
    await expect(page.locator(".rename__field")).to_be_focused()  # its script comes when it is used
    await page.keyboard.type("A better name")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("A better name")
    await expect(row).to_contain_text("A better name")
    await expect(page).to_have_title(re.compile("A better name · Chatsite$"))
    await page.locator(".heading__more").click()
    await page.locator(".menu:popover-open [data-delete]").click()
    await expect(page).to_have_url(re.compile(r"/\?deleted=\d+$"))
    await expect(page.locator(".row", has_text="A better name")).to_have_count(0)
    await expect(page.locator("[data-undo]")).to_contain_text("A better name")
    await page.locator("[data-action=undo]").click()
    await expect(page.locator("h1")).to_have_text("A better name")
    await expect(row).to_contain_text("A better name")


async def test_another_answer_is_written_next_to_the_first_and_both_can_be_read(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("Say it twice", SHORT)
    await chat.until("finished")
    first = await chat.answer.get_attribute("id")
    await chat.press("regenerate")
    await expect(chat.answer).not_to_have_attribute("id", first or "")
    await chat.until("finished")
    await expect(chat.answers).to_have_count(1)
    await chat.press("previous")
    await expect(chat.answer).to_have_attribute("id", first or "")
    await chat.press("next")
    await expect(chat.answer).not_to_have_attribute("id", first or "")


async def test_a_phone_has_its_list_in_a_drawer_and_nothing_too_small_to_touch(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site, **PHONE))
    await chat.choose(SHORT)
    await chat.box.fill("Hello from a phone")
    await chat.box.press("Enter")
    await expect(chat.box).to_have_value("Hello from a phone\n")
    await chat.button("send").tap()
    await chat.until("finished")
    page, drawer = chat.page, chat.page.locator("#sidebar")
    await expect(drawer).to_be_hidden()
    await page.locator(".top__nav").tap()
    await expect(drawer.locator("[aria-current=page]")).to_be_visible()
    assert await page.evaluate(TOO_SMALL) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await drawer.locator(".sidebar__close").tap()
    await expect(drawer).to_be_hidden()


async def test_the_drawer_and_the_menus_need_no_script(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, javascript=False, **PHONE)
    await page.locator("textarea[name=prompt]").fill("Hello without a script")
    await page.select_option("select[name=model]", f"demo/{SHORT}")
    await page.locator("[data-action=send]").tap()
    await page.locator(".top__nav").tap()
    await page.locator("li:has(> [aria-current]) .row__more").tap()
    await page.locator(".menu:popover-open [data-rename]").tap()
    await page.locator("input[name=title]").fill("Plain and simple")
    await page.get_by_role("button", name="Save").tap()
    await expect(page.locator("h1")).to_have_text("Plain and simple")


async def test_a_screen_reader_hears_the_start_and_the_end_in_one_line(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    live = chat.page.locator("[data-live]")
    await chat.send("First", SHORT)
    await chat.until("finished")
    await chat.send("Then wait", SILENT)
    await expect(live).to_have_text("The answer is being written.")
    await expect(chat.answer).to_have_attribute("aria-busy", "true")
    await chat.press("stop")
    await expect(live).to_have_text("The answer was stopped.")
    await expect(chat.answer).not_to_have_attribute("aria-busy", "true")
    await expect(chat.box).to_be_focused()


async def test_what_moves_while_an_answer_is_awaited_is_no_work_for_the_page(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("Wait for it", SILENT)
    moving = await chat.page.evaluate(MOVING)
    assert moving
    assert {what for what in moving if what != "HTML opacity"} == set()
    await chat.press("stop")
    await chat.until("cancelled")


async def test_nothing_moves_for_who_asked_for_less_motion(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site, reduced_motion="reduce"))
    await chat.send("Wait for it", SILENT)
    assert await chat.page.evaluate(MOVING) == []
    await chat.press("stop")
    await chat.until("cancelled")
