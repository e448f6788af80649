"""What ends while somebody looks elsewhere: dots, a quiet line, the title, notifications."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.page.test_page import SHORT
from tests.browser.page.test_page import SILENT as WAIT
from tests.browser.screens import both, name_of, show_list
from tests.support.site import Site

pytestmark = pytest.mark.browser

LOOK = """isHidden => {
    const state = { visibilityState: isHidden ? "hidden" : "visible", hidden: isHidden };
    for (const [name, value] of Object.entries(state))
        Object.defineProperty(document, name, { get: () => value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


async def look_away(page: Page) -> None:
    """As if another tab was in front of this one."""
    await page.evaluate(LOOK, True)


async def look_again(page: Page) -> None:
    await page.evaluate(LOOK, False)


@both
async def test_what_ended_unseen_is_unread_in_every_tab_until_its_page_is_looked_at(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    prompt = f"Ends before my eyes at a {name_of(screen)}"
    here = Chat(await open_tab(shared_site, **screen))
    there = await open_tab(shared_site, in_profile_of=here.page)
    await show_list(there)
    await here.send(prompt, SHORT)
    await here.until("finished")
    row = there.locator(".row", has_text=prompt)
    await expect(row).to_have_attribute("data-state", "")
    await look_away(here.page)
    await here.send("And once more, unseen", SHORT)
    await here.until("finished")
    await expect(row).to_have_attribute("data-state", "unread")
    await expect(row.locator(".dot")).to_be_visible()
    await look_again(here.page)
    await expect(row).to_have_attribute("data-state", "")
    await expect(row.locator(".dot")).to_have_count(0)


async def test_without_script_a_page_that_is_shown_was_seen(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    for prompt in ("Read without script", "Unseen, then"):
        await chat.send(prompt, SHORT)
        await chat.until("finished")
        await look_away(chat.page)
    path = chat.page.url.removeprefix(shared_site.base_url)
    await chat.page.close()
    plain = await open_tab(shared_site, "/", javascript=False)
    row = plain.locator(".row", has_text="Read without script")
    await expect(row).to_have_attribute("data-state", "unread")
    await plain.goto(shared_site.base_url + path)
    await plain.goto(shared_site.base_url)
    await expect(row).to_have_attribute("data-state", "")


NOTIFY = """() => {
    window.notified = [];
    window.Notification = class extends EventTarget {
        static permission = "granted";
        constructor(title, { body, tag }) { super(); notified.push([title, body, tag]); }
    };
}"""
GRANT = "() => localStorage.setItem('notifications', 'on')"
SHOWN = "() => window.notified"


@both
async def test_an_answer_that_ends_elsewhere_is_said_marked_and_notified(
    site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    """Two answers run in two conversations, begun from one page; nobody else's end there."""
    name = name_of(screen)
    first, second = f"The first of two at a {name}", f"The second of two at a {name}"
    chat = Chat(await open_tab(site, **screen))
    page = chat.page
    for prompt in (first, second):
        await page.goto(site.base_url)
        await chat.send(prompt, WAIT)
    await page.goto(site.base_url)
    await page.evaluate(NOTIFY)
    await page.evaluate(GRANT)
    rows = page.locator(".row", has_text=f"of two at a {name}")
    assert [await row.get_attribute("data-state") for row in await rows.all()] == ["running"] * 2
    lines = page.locator("[data-elsewhere] [data-ended]")
    await expect(lines).to_have_count(2, timeout=30_000)
    await expect(lines.filter(has_text=first)).to_contain_text("is complete")
    await expect(lines.filter(has_text=first)).to_be_in_viewport(ratio=1)
    await expect(page).to_have_title("(2) Chatsite")
    for row in await rows.all():
        await expect(row).to_have_attribute("data-state", "unread")
    shown = await page.evaluate(SHOWN)
    assert {(title, body) for title, body, _ in shown} == {
        (title, "The answer is complete.") for title in (first, second)
    }
    other = await open_tab(site, in_profile_of=page)
    await show_list(other)
    await other.locator(".row", has_text=first).locator("a").first.click()
    await expect(page).to_have_title("(1) Chatsite")
    await page.locator("[data-elsewhere]").get_by_role("button", name="Close").click()
    await expect(lines).to_have_count(0)
    await expect(page).to_have_title("Chatsite")


@both
async def test_what_ends_here_while_nobody_looks_marks_the_title_until_somebody_does(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    chat = Chat(await open_tab(shared_site, **screen))
    await chat.send("Ends behind my back", SHORT)
    await chat.until("finished")
    await look_away(chat.page)
    await chat.send("Once more", SHORT)
    await expect(chat.page).to_have_title("(1) Ends behind my back · Chatsite")
    await look_again(chat.page)
    await expect(chat.page).to_have_title("Ends behind my back · Chatsite")


ASKED = """
window.asked = 0;
window.Notification = class {
    static permission = "default";
    static async requestPermission() { asked += 1; return this.permission = "granted"; }
};
"""


async def test_notifications_are_switched_on_by_a_press_in_one_browser(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, "/settings/")
    switch, told = page.locator("[data-action=notifications]"), page.locator("[data-told]")
    await page.add_init_script(ASKED)
    await page.reload()
    assert await page.evaluate("() => [asked, localStorage.getItem('notifications')]") == [0, None]
    await expect(told).to_contain_text("Not asked yet")
    await expect(switch).to_have_text("Allow notifications")
    await switch.press("Enter")
    await expect(told).to_contain_text("shows a notification")
    assert await page.evaluate("() => [asked, localStorage.getItem('notifications')]") == [1, "on"]
    await switch.press("Enter")
    await expect(told).to_have_text("Notifications are allowed, and switched off in this browser.")
    await expect(switch).to_have_text("Switch on")
    assert await page.evaluate("() => [asked, localStorage.getItem('notifications')]") == [1, None]


STATES = {
    "delete window.Notification": "cannot show notifications",
    "window.Notification = class { static permission = 'denied' }": "choose Allow",
    "window.Notification = class { static permission = 'default';"
    " constructor() { throw new TypeError('Illegal constructor') } }": "cannot show notifications",
}


@pytest.mark.parametrize("browser_with", STATES, ids=["none", "blocked", "pages-may-not"])
async def test_where_no_notification_can_be_had_the_settings_say_why_and_have_no_button(
    shared_site: Site, open_tab: OpenTab, browser_with: str
) -> None:
    page = await open_tab(shared_site, "/settings/")
    await page.add_init_script(browser_with)
    await page.reload()
    await expect(page.locator("[data-told]")).to_contain_text(STATES[browser_with])
    await expect(page.locator("[data-action=notifications]")).to_be_hidden()
