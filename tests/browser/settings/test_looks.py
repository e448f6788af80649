"""What style sheets alone decide: prompts in the dark, the line of facts, scrollbars."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

LIGHT_OF = """(place) => {
    for (let at = document.querySelector(place); at; at = at.parentElement) {
        const [red, green, blue, alpha = 1] = getComputedStyle(at).backgroundColor.match(/[\\d.]+/g).map(Number);
        if (alpha > 0) return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
    }
}"""  # noqa: E501 (one expression)
FACTS = """() => [...document.querySelector(".foot__facts").children].map((fact) => {
    const { top, bottom } = fact.getBoundingClientRect();
    return [Math.round(top), Math.round(bottom), getComputedStyle(fact).fontSize].join(" ");
})"""
BARS = """() => ["[data-scroll]", "[data-list]"].map((place) => {
    const { scrollbarColor, scrollbarWidth } = getComputedStyle(document.querySelector(place));
    return scrollbarColor !== "auto" && scrollbarWidth === "thin";
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_what_the_reader_wrote_stands_out_from_the_page(
    shared_site: Site, open_tab: OpenTab, scheme: str
) -> None:
    chat = Chat(await open_tab(shared_site, color_scheme=scheme))
    await chat.send("Hello", "demo-brief")
    await chat.until("finished")
    places = ("main", "article[data-role=user] .message__text")
    page, own = [await chat.page.evaluate(LIGHT_OF, place) for place in places]
    assert abs(page - own) > 0.02


async def test_the_facts_under_an_answer_share_a_line_and_a_size(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("Hello", "demo-brief")
    await chat.until("finished")
    await expect(chat.answer.locator(".foot__facts span").nth(1)).to_be_visible()
    assert len(set(await chat.page.evaluate(FACTS))) == 1


async def test_scrollbars_are_thin_and_of_the_pages_colours_in_every_browser(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site)
    assert await page.evaluate(BARS) == [True, True]


async def test_an_administrator_is_led_to_the_providers_to_connect_a_model(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site)
    await page.get_by_role("link", name="Connect a model").click()
    await page.wait_for_url("**/providers/")
