"""The text of a message is copied, quoted and branched; another model answers again."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenTab
from tests.browser.page.test_page import PHONE
from tests.browser.sidebar.test_sidebar import DESKTOP
from tests.browser.trash.test_trash import conversation
from tests.support.site import Site

pytestmark = pytest.mark.browser

both = pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
SELECT = """place => {
    const range = document.createRange();
    const text = document.createTreeWalker(place, NodeFilter.SHOW_TEXT).nextNode();
    range.setStart(text, 0);
    range.setEnd(text, 7);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return String(getSelection());
}"""


@both
async def test_a_person_quotes_copies_branches_and_asks_another_model(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    chat = await conversation(shared_site, open_tab, "Where do rivers end?", screen)
    page, answer = chat.page, chat.answer
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    # Some words of the answer are quoted, then the whole prompt below them.
    words = await answer.locator("[data-answer]").evaluate(SELECT)
    await answer.locator("[data-action=quote]").click()
    await expect(chat.box).to_have_value(f"> {words}\n\n")
    await expect(chat.box).to_be_focused()
    await chat.prompts.last.locator("[data-action=quote]").click()
    await expect(chat.box).to_have_value(f"> {words}\n\n> Where do rivers end?\n\n")
    await chat.box.fill("")

    # The prompt and the answer are copied, the answer with its marks or without.
    await chat.prompts.last.locator("[data-action=copy]").click()
    await expect(chat.prompts.last.locator("[data-copied=Copied]")).to_have_count(1)
    assert await page.evaluate("navigator.clipboard.readText()") == "Where do rivers end?"
    await answer.get_by_role("button", name="More about this answer").click()
    await answer.locator("[data-action=copy-text]").click()
    await expect(answer.locator("[data-copied=Copied]")).to_have_count(1)
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied.split() == (await answer.locator("[data-answer]").inner_text()).split()

    # Another model, chosen in the menu, writes another answer.
    await answer.locator("[data-action=choose-model]").click()
    menu = page.locator("[data-chooser]")
    await menu.locator("select").select_option("demo/demo-unicode")
    await menu.locator("[data-action=regenerate-with]").click()
    await expect(chat.answer.locator(".siblings__count")).to_have_text("2/2")
    await expect(menu).to_be_hidden()
    await chat.until("finished")
    await expect(chat.answer.locator(".foot__facts")).to_contain_text("demo-unicode")

    # A branch is a conversation of its own, with the same text.
    first = page.url
    before = await chat.text()
    await chat.answer.locator("[data-action=branch]").click()
    await expect(page.locator("h1.heading__title")).to_have_text("Branch of Where do rivers end?")
    assert page.url != first
    assert await chat.text() == before
    await expect(page.locator("[data-siblings]")).to_have_count(0)
