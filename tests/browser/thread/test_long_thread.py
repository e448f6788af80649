"""A long conversation in a tab: earlier messages come in, and what is read stays where it is."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.stored_conversations import conversation
from tests.support.site import Site

pytestmark = pytest.mark.browser

SOURCE = "Some *words* & `code`:\n\n```py\nif x < 1:\n\treturn '<b>'\n\n# end\n```\n\nEnd."
CODE = "if x < 1:\n\treturn '<b>'\n\n# end\n"
SCROLL_TO = """(message, top) => {
    document.querySelector("[data-scroll]").scrollTop = top;
    return message.getBoundingClientRect().top;
}"""
TWO_FRAMES = """() => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(done)))"""


def articles(page: Page) -> Locator:
    return page.locator("#thread > article")


async def place_of(message: Locator) -> float:
    await message.page.evaluate(TWO_FRAMES)
    place: float = await message.evaluate("(element) => element.getBoundingClientRect().top")
    return place


@pytest.mark.parametrize("way", ["the top", "near the top"])
async def test_earlier_messages_come_in_above_what_is_read(
    shared_site: Site, open_tab: OpenTab, way: str
) -> None:
    page = await open_tab(shared_site, conversation(shared_site, 130, SOURCE))
    await expect(articles(page)).to_have_count(40)
    await page.evaluate(TWO_FRAMES)
    read = page.locator(f"#{await articles(page).first.get_attribute('id')}")
    before = await read.evaluate(SCROLL_TO, 0 if way == "the top" else 30)
    await expect(articles(page)).to_have_count(80)
    assert abs(await place_of(read) - before) <= 1
    await expect(articles(page)).to_have_count(80)
    await expect(page.locator("#earlier")).to_have_count(1)


async def test_without_script_earlier_messages_are_a_page(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, conversation(shared_site, 60, SOURCE), javascript=False)
    await page.locator("#earlier a").click()
    await expect(articles(page)).to_have_count(20)
    await expect(page.locator("#earlier")).to_have_count(0)
    await page.get_by_text("Latest messages").click()
    await expect(articles(page)).to_have_count(40)


async def test_copy_gives_the_source(shared_site: Site, open_tab: OpenTab) -> None:
    page = await open_tab(shared_site, conversation(shared_site, 2, SOURCE))
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer = articles(page).last
    await answer.locator("[data-copy]").click()
    await expect(answer.locator("[data-copy] [data-label]")).to_have_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == SOURCE
    await answer.locator("[data-copy-code]").click()
    await expect(answer.locator("[data-copy-code]")).to_have_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == CODE


async def test_a_block_of_code_names_its_language_and_wraps_on_demand(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, conversation(shared_site, 2, SOURCE))
    answer = articles(page).last
    await expect(answer.get_by_text("py", exact=True)).to_be_visible()
    wrap, code = answer.locator("[data-wrap]"), answer.locator("pre")
    for pressed, style in (("false", "pre"), ("true", "pre-wrap"), ("false", "pre")):
        await expect(wrap).to_have_attribute("aria-pressed", pressed)
        await expect(code).to_have_css("white-space", style)
        await wrap.click()
