"""Text that is typed and not sent: kept for the person who typed it, or the page says it is not."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

REFUSED = """
Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("Refused", "SecurityError"); } });
"""
DROP = """(field) => {
    const data = new DataTransfer();
    data.items.add(new File(["x"], "notes.txt", { type: "text/plain" }));
    const target = field ? document.querySelector("#prompt") : document.body;
    return ["dragover", "drop"].map((name) => target.dispatchEvent(
        new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true })));
}"""
OTHERS = """() => {
    const main = document.querySelector("[data-person]").dataset;
    localStorage.setItem(`draft:${Number(main.person) + 1}:new`, "Not for your eyes");
}"""


async def expects_draft_in_a_new_chat(page: Page, text: str) -> None:
    await page.goto(page.url.split("/c/")[0].rstrip("/") + "/")
    await expect(Chat(page).box).to_have_value(text)


async def test_a_draft_is_kept_through_a_sign_out_and_is_nobody_elses(
    site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(site))
    await chat.page.evaluate(OTHERS)
    await expects_draft_in_a_new_chat(chat.page, "")
    await chat.box.fill("Half a thought")
    await chat.page.get_by_role("button", name="Sign out").click()
    await chat.page.wait_for_url("**/login/**")
    await expect(chat.page.get_by_text("kept in this browser")).to_be_visible()
    await chat.page.goto(site.manage("enter_link").split()[-1])
    await expects_draft_in_a_new_chat(chat.page, "Half a thought")


async def test_nobody_who_typed_nothing_is_told_that_it_is_kept(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, "/login/", signed_in=False)
    await expect(page.get_by_role("heading")).to_be_visible()
    await expect(page.get_by_text("kept in this browser")).to_be_hidden()


async def test_a_browser_that_refuses_to_store_is_worked_with_and_it_is_said_once(
    shared_site: Site, open_tab: OpenTab
) -> None:
    first = await open_tab(shared_site)
    await first.context.add_init_script(REFUSED)
    chat = Chat(await open_tab(shared_site, in_profile_of=first))
    notice = chat.page.locator("#notice")
    await chat.box.fill("Half a thought")
    await expect(notice).to_contain_text("not kept as a draft")
    await chat.page.evaluate("document.getElementById('notice').replaceChildren()")
    await chat.box.fill("Half a thought more")
    await chat.box.fill("")
    await expect(notice).to_be_empty()
    await chat.send("Hello", "demo-brief")
    await chat.until("finished")


@pytest.mark.parametrize("field", [True, False])
async def test_a_dropped_file_does_not_leave_the_page(
    shared_site: Site, open_tab: OpenTab, field: bool
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.box.fill("Half a thought")
    assert await chat.page.evaluate(DROP, field) == [False, False]
    await expect(chat.page.locator("[data-file][data-state=ready]")).to_contain_text("notes.txt")
    await expect(chat.box).to_have_value("Half a thought")


async def test_a_page_that_is_signed_out_says_what_is_true_of_drafts(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("40[13]")
    first = await open_tab(shared_site)
    await first.context.add_init_script(REFUSED)
    chat = Chat(await open_tab(shared_site, in_profile_of=first))
    await chat.box.fill("Do not lose me")
    await chat.page.context.clear_cookies()
    await chat.box.press("Enter")
    await expect(chat.page.locator("#notice")).to_contain_text("copy what you typed first")
    await expect(chat.box).to_have_value("Do not lose me")
