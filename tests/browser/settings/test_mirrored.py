"""The whole page from right to left, its words in Arabic letters: nothing leaves its place."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.screens import DESKTOP, both, show_list
from tests.support.site import Site

pytestmark = pytest.mark.browser

MIRROR = """() => {
    const letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي";
    const arabic = (text) => text.replace(/[A-Za-z]/g, (letter) => letters[letter.charCodeAt(0) % letters.length]);
    Object.assign(document.documentElement, { lang: "ar", dir: "rtl" });
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const { currentNode: node } = walk;
        if (!node.parentElement.closest("pre, code, math, script, style")) node.data = arabic(node.data);
    }
    for (const field of document.querySelectorAll("[placeholder]")) field.placeholder = arabic(field.placeholder);
    return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));
}"""  # noqa: E501 (JavaScript)
OUTSIDE = """() => [...document.querySelectorAll("a, button, select, input, textarea, h1, h2, p, li, td, th")]
    .filter((each) => each.checkVisibility({ opacityProperty: true, visibilityProperty: true })
        && !each.closest(".visually-hidden, .skip, pre, .table, [data-scroll-x]"))
    .filter((each) => {
        const { left, right, width } = each.getBoundingClientRect();
        const clip = each.closest("nav, .chips, .prose, details, table") ?? document.documentElement;
        const fits = clip.getBoundingClientRect();
        return width > 0 && (left < Math.min(-1, fits.left - 1) || right > Math.max(innerWidth, fits.right) + 1);
    }).map((each) => each.outerHTML.slice(0, 120))"""  # noqa: E501 (JavaScript)
OVERLAPS = """(place) => {
    const parts = [...document.querySelectorAll(`${place} :is(a, button, select, textarea)`)]
        .filter((each) => each.checkVisibility({ visibilityProperty: true }))
        .filter((each) => each.offsetWidth > 1);
    const apart = (one, other) => one.right <= other.left + 1 || other.right <= one.left + 1
        || one.bottom <= other.top + 1 || other.bottom <= one.top + 1;
    return parts.flatMap((one, at) => parts.slice(at + 1)
        .filter((other) => !one.contains(other) && !other.contains(one)
            && !apart(one.getBoundingClientRect(), other.getBoundingClientRect()))
        .map((other) => `${one.outerHTML.slice(0, 80)} / ${other.outerHTML.slice(0, 80)}`));
}"""
PAGES = (
    *("/settings/", "/parameters/", "/models/", "/usage/", "/prompts/", "/providers/", "/trash/"),
    "/tools/",
)


async def mirror(page: Page) -> None:
    await page.evaluate(MIRROR)
    width, inner = await page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert width <= inner, page.url
    assert await page.evaluate(OUTSIDE) == [], page.url


async def place(page: Page, of: str) -> tuple[float, float]:
    """The left and the right edge of what is seen."""
    box = await page.locator(of).first.bounding_box()
    assert box is not None
    return box["x"], box["x"] + box["width"]


@both
async def test_a_conversation_is_mirrored_whole(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    chat = Chat(await open_tab(shared_site, reduced_motion="reduce", **screen))
    await chat.send("From the other side")
    await chat.until("finished")
    page, width = chat.page, screen["viewport"]["width"]
    await mirror(page)
    for part in (".top", "[data-compose]"):
        assert await page.evaluate(OVERLAPS, part) == [], part
    _, end = await place(page, "[data-compose]")
    start, _ = await place(page, ".controls__send")
    model, _ = await place(page, ".composer__model, [data-models]")
    assert start < model < end, "the button to send stands at the left, the model at the right"
    assert await chat.box.evaluate("box => getComputedStyle(box).direction") == "rtl"
    code = page.locator("pre code").first
    assert await code.evaluate("code => getComputedStyle(code).direction") == "ltr"
    prose = page.locator(".prose p").first
    assert await prose.evaluate("text => getComputedStyle(text).direction") == "rtl"
    await show_list(page)
    _, edge = await place(page, "#sidebar")
    assert edge == width
    await mirror(page)
    if screen is DESKTOP:
        return
    await expect(page.locator("#sidebar .row").first).to_be_in_viewport()


@both
async def test_other_pages_are_mirrored_whole(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    page = await open_tab(shared_site, **screen)
    for path in PAGES:
        await page.goto(shared_site.base_url + path)
        await mirror(page)
