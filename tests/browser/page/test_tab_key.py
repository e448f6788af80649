"""With the keyboard alone: Tab reaches every control and shows where it is, Escape leads back."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.page.test_page import SHORT
from tests.browser.sidebar.test_sidebar import DESKTOP
from tests.support.site import Site

pytestmark = pytest.mark.browser

CONTROLS = """() => [...document.querySelectorAll(
    ":is(#main, #sidebar) :is(a[href], button, input, select, textarea, summary)")]
    .filter(control => !control.disabled && control.tabIndex >= 0 && control.checkVisibility())
    .map(control => control.outerHTML.slice(0, 160))"""
FOCUSED = """() => {
    const control = document.activeElement;
    const looks = () => [control, control.parentElement, control.parentElement?.parentElement]
        .filter(Boolean).map(part => getComputedStyle(part))
        .map(style => [style.outline, style.boxShadow, style.borderColor, style.backgroundColor])
        .join();
    const focused = looks();
    control.blur();
    const plain = looks();
    control.focus({ preventScroll: true, focusVisible: true });
    return { shown: focused !== plain, control: control.outerHTML.slice(0, 160) };
}"""


async def test_tab_reaches_every_control_and_shows_where_it_is(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site, reduced_motion="reduce", **DESKTOP))
    await chat.send("By the keyboard alone", SHORT)
    await chat.until("finished")
    await expect(chat.page.locator("[data-controls]")).to_have_attribute("data-state", "idle")
    controls = set(await chat.page.evaluate(CONTROLS))
    reached, hidden = await tab_through(chat.page, len(controls))
    assert len(controls) > 20
    assert controls - reached == set()
    assert hidden == set()


async def tab_through(page: Page, controls: int) -> tuple[set[str], set[str]]:
    """What Tab reaches from the top of the page on, and what of it does not look focused."""
    reached, hidden = set(), set()
    await page.locator(".skip").focus()
    for _ in range(controls + 10):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(FOCUSED)
        if focused["control"].startswith("<body"):  # past the last control
            break
        reached.add(focused["control"])
        if not focused["shown"]:
            hidden.add(focused["control"])
    return reached, hidden


@pytest.mark.parametrize(
    ("opens", "opened"),
    [
        (".heading__more", "#menu-heading"),
        ("li:has(> [aria-current]) .row__more", "li:has(> [aria-current]) .menu"),
        ("article[data-role=assistant] .foot__more button", ".foot__more .menu"),
    ],
)
async def test_escape_closes_what_a_key_opened_and_the_focus_returns(
    shared_site: Site, open_tab: OpenTab, opens: str, opened: str
) -> None:
    chat = Chat(await open_tab(shared_site, **DESKTOP))
    await chat.send("Open and close", SHORT)
    await chat.until("finished")
    button, menu = chat.page.locator(opens), chat.page.locator(opened)
    await button.focus()
    await chat.page.keyboard.press("Enter")
    await expect(menu).to_be_visible()
    await chat.page.keyboard.press("Tab")
    await expect(menu.locator(":focus")).to_have_count(1)
    await chat.page.keyboard.press("Escape")
    await expect(menu).to_be_hidden()
    await expect(button).to_be_focused()
