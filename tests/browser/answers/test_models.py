"""Which model writes next: another one resumes an answer, or the chosen one regenerates it."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

PLACES = """() => [...document.querySelectorAll("article, .cutbar, .cutbar *, .foot, #composer")]
    .filter((element) => !element.closest("[popover]"))
    .map((element) => element.getBoundingClientRect())
    .map(({ x, y, width, height }) => [x, y, width, height])"""


async def stopped(shared_site: Site, open_tab: OpenTab) -> Chat:
    chat = Chat(await open_tab(shared_site))
    await chat.send("What is backpressure?", "demo-prefill")
    await chat.read_on()
    await chat.press("stop")
    await chat.until("cancelled")
    return chat


async def test_the_models_to_resume_with_open_over_the_page_and_esc_closes_them(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = await stopped(shared_site, open_tab)
    opener = chat.answer.get_by_role("button", name="Resume with…")
    models = chat.answer.get_by_label("Resume with", exact=True)
    before = await chat.page.evaluate(PLACES)
    await opener.click()
    await expect(models).to_be_focused()
    assert await chat.page.evaluate(PLACES) == before
    await chat.page.keyboard.press("Escape")
    await expect(models).to_be_hidden()
    await expect(opener).to_be_focused()
    await expect(chat.answer).to_have_attribute("data-status", "cancelled")
    await opener.press("Enter")
    await models.select_option("demo/demo-brief")
    await chat.press("resume-with")
    await chat.until("finished")
    await expect(chat.answer.locator(".foot__facts")).to_contain_text("Three sentences")


async def test_an_answer_is_written_anew_by_the_model_in_the_box_which_the_button_names(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = await stopped(shared_site, open_tab)
    await expect(chat.button("regenerate")).to_have_text("Regenerate with demo-prefill")
    await chat.choose("demo-brief")
    await expect(chat.button("regenerate")).to_have_text("Regenerate with Three sentences")
    await chat.press("regenerate")
    await expect(chat.answer).to_have_attribute("data-status", "finished")
    await expect(chat.answer.locator(".foot__facts")).to_contain_text("Three sentences")
    await expect(chat.button("regenerate")).to_have_text("Regenerate with Three sentences")
