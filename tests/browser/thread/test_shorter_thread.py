"""A thread that becomes shorter: its end may come into view without anybody scrolling there."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.page.test_page import SHORT
from tests.browser.stored_conversations import conversation
from tests.support.site import Site

pytestmark = pytest.mark.browser

FOLLOWING = "[data-scroll][data-following]"


async def to_top(chat: Chat) -> None:
    await chat.page.mouse.move(700, 300)
    await chat.page.mouse.wheel(0, -100_000)
    await expect(chat.page.locator("[data-jump]")).to_be_visible()


async def expects_the_end(chat: Chat) -> None:
    """The view follows, and nothing is offered that would lead where it is."""
    await expect(chat.page.locator(FOLLOWING)).to_have_count(1)
    await expect(chat.page.locator("[data-jump]")).to_be_hidden()


async def test_nothing_leads_to_the_latest_message_once_it_is_in_view(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site, conversation(shared_site, 2, "Words.\n\n" * 60)))
    page = chat.page

    # An edited prompt has a short answer.
    await to_top(chat)
    await chat.prompts.hover()
    await chat.prompts.locator("[data-action=edit]").click()
    await page.locator("[data-editor] [name=model]").select_option(f"demo/{SHORT}")
    await page.locator("[data-editor] textarea").fill("Say less")
    await page.locator("[data-action=save-edit]").click()
    await expect(chat.prompts).to_contain_text("Say less")
    await expects_the_end(chat)
    await chat.until("finished")

    # The version before it has a long one, and the next one is short again.
    await chat.prompts.locator("[data-action=previous]").click()
    await expect(chat.answer).to_contain_text("Words.")
    await to_top(chat)
    await chat.prompts.locator("[data-action=next]").click()
    await expect(chat.prompts).to_contain_text("Say less")
    await expects_the_end(chat)

    # Another tab shows the long one; here it goes, and comes back.
    path = page.url.removeprefix(shared_site.base_url)
    there = Chat(await open_tab(shared_site, path, in_profile_of=page))
    await there.prompts.locator("[data-action=previous]").click()
    await expect(chat.answer).to_contain_text("Words.")
    await page.bring_to_front()
    await to_top(chat)
    await there.prompts.hover()
    await there.prompts.locator("[data-action=delete]").click()
    await expect(chat.answer).not_to_contain_text("Words.")
    await expects_the_end(chat)
    await there.button("undo").click()
    await expect(chat.answer).to_contain_text("Words.")

    # The window grows until all is in view.
    await page.set_viewport_size({"width": 1280, "height": 600})
    await to_top(chat)
    await page.set_viewport_size({"width": 1280, "height": 8000})
    await expects_the_end(chat)
