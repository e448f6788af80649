"""A model suggests a title, or gives it: seen by somebody with two tabs open."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.page.test_page import PHONE, SHORT
from tests.support.site import Site

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desktop", "phone"])
async def test_a_suggested_title_is_changed_and_taken_and_every_tab_shows_it(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    chat = Chat(await open_tab(shared_site, **screen))
    page = chat.page
    await chat.choose(SHORT)
    await chat.box.fill("How do taps work?")
    await chat.press("send")
    await chat.until("finished")
    other = await open_tab(
        shared_site, page.url.removeprefix(shared_site.base_url), in_profile_of=page
    )
    await page.bring_to_front()
    await page.locator(".heading__more").click()
    await page.locator("[data-action=suggest-title]").click()
    field = page.locator("dialog[data-title-offer] [data-offered-title]")
    await expect(field).to_be_focused()
    await expect(page.locator("h1.heading__title")).to_have_text("How do taps work?")
    await field.fill("About taps")
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog[data-title-offer]")).to_be_hidden()
    for tab in (page, other):
        await expect(tab.locator("h1.heading__title")).to_have_text("About taps")
        await expect(tab).to_have_title(re.compile("About taps · Chatsite$"))
        await expect(tab.locator("[aria-current] [data-title]")).to_have_text("About taps")


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desktop", "phone"])
async def test_a_model_that_stalls_over_a_title_is_cancelled_at_once(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    """The server's own reply to the request comes then: it does not wait for the model."""
    chat = Chat(await open_tab(shared_site, **screen))
    page, dialog = chat.page, chat.page.locator("dialog[data-title-offer]")
    await chat.send("Why do taps stall?", "demo-stall")
    await chat.press("stop")
    await chat.until("cancelled")
    for cancel in (dialog.get_by_role("button", name="Cancel").click, escape(page)):
        await page.locator(".heading__more").click()
        await page.locator("[data-action=suggest-title]").click()
        await expect(dialog).to_contain_text("Asking a model…")
        async with page.expect_response(re.compile("/suggest-title/$")):
            await cancel()
            await expect(dialog).to_be_hidden()
    await expect(page.locator("h1.heading__title")).to_have_text("Why do taps stall?")


def escape(page: Page) -> Callable[[], Coroutine[Any, Any, None]]:
    return lambda: page.keyboard.press("Escape")


async def test_a_chosen_model_gives_the_title_after_the_first_answer(
    site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(site, "/settings/")
    await page.get_by_label("Model that gives titles").select_option(f"demo/{SHORT}")
    await expect(page.locator("#titles-told")).to_have_text("Saved.")
    await page.goto(site.base_url)
    chat = Chat(page)
    await chat.send("How do taps work?", SHORT)
    await chat.until("finished")
    heading = page.locator("h1.heading__title")
    await expect(heading).not_to_have_text("How do taps work?")
    title = await heading.text_content()
    assert title
    await expect(page).to_have_title(re.compile(f"{re.escape(title)} · Chatsite$"))
    await expect(page.locator("[aria-current] [data-title]")).to_have_text(title)


async def test_without_script_a_title_is_suggested_on_a_page(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, javascript=False)
    await page.locator("#prompt").fill("How do taps work?")
    await page.locator("select[name=model]").select_option(f"demo/{SHORT}")
    await page.locator("[data-action=send]").click()
    conversation = page.url.partition("#")[0]
    await page.goto(f"{conversation}rename/")
    await page.locator("[data-action=suggest-title]").click()
    await expect(page.locator("[data-offered-title]")).to_have_value(re.compile(r"\w"))
    await page.locator("[data-offered-title]").fill("About taps")
    await page.locator("[data-action=take-title]").click()
    await expect(page.locator("h1.heading__title")).to_have_text("About taps")
