"""The reading position stays: after a reload, after Back, by a link, and while text is selected."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect

from tests.browser.chat import Chat
from tests.browser.chromium import find_chromium
from tests.browser.conftest import FLAGS, Complaints, OpenTab, tabs_of
from tests.browser.page.test_page import AT_THE_END, LONG
from tests.browser.stored_conversations import conversation
from tests.browser.thread.test_long_thread import SOURCE, articles
from tests.support.site import Site

pytestmark = pytest.mark.browser

AT_HALF_SPEED = "demo-prefill"
LENGTH = 130
SIGN_IN = re.compile("/login/")
SCROLL = """([number, top]) => {
    const view = document.querySelector("[data-scroll]");
    const message = document.getElementById(`message-${number}`);
    view.scrollTop += message.getBoundingClientRect().top - view.getBoundingClientRect().top - top;
}"""
KEPT = """([number]) => {
    const view = document.querySelector("[data-scroll]");
    const place = history.state?.place;
    const message = place && document.getElementById(`message-${place.message}`);
    const top = message?.getBoundingClientRect().top - view.getBoundingClientRect().top;
    return message?.checkVisibility() && Math.abs(top - place.top) <= 1 && place.message === number;
}"""
PLACE = """([number]) => {
    const view = document.querySelector("[data-scroll]");
    const message = document.getElementById(`message-${number}`);
    return message.getBoundingClientRect().top - view.getBoundingClientRect().top;
}"""
STANDS = """([number, top]) => {
    const view = document.querySelector("[data-scroll]");
    const message = document.getElementById(`message-${number}`);
    const place = message?.getBoundingClientRect().top - view.getBoundingClientRect().top;
    return Math.abs(place - top) <= 1;
}"""
WATCH = """
const number = sessionStorage.watched;
const places = window.places = [];
const look = () => {
    const view = document.querySelector("[data-scroll]");
    const top = (element) => element.getBoundingClientRect().top;
    const shown = view?.querySelector("article") && getComputedStyle(view).visibility;
    if (shown === "visible") {
        const message = document.getElementById(`message-${number}`);
        places.push(message && top(message) - top(view));
    }
    requestAnimationFrame(look);
};
if (number) requestAnimationFrame(look);
"""
"""Records, frame by frame, where a message stands as soon as messages are visible."""

OPEN_WORD = """(answer) => {
    const words = answer.querySelector("[id$=-open]");
    const text = document.createTreeWalker(words, NodeFilter.SHOW_TEXT).nextNode();
    const range = document.createRange();
    range.setStart(text, 0);
    range.setEnd(text, 1);
    const { left, top, height } = range.getBoundingClientRect();
    return [left, top + height / 2];
}"""
TWO_FRAMES = """() => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(done)))"""
SELECTED = "() => getSelection().toString()"
SHOWN_AGAIN = """() => {
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    return document.documentElement.hidden;
}"""
RESTORED = """() => addEventListener("pageshow", () => { sessionStorage.restored = "yes"; })"""
SELECTED_AT = """() => {
    const selection = getSelection();
    return selection.rangeCount ? selection.getRangeAt(0).getBoundingClientRect().top : null;
}"""


async def numbers(page: Page) -> list[int]:
    found: list[int] = await articles(page).evaluate_all(
        "articles => articles.map(({ dataset }) => Number(dataset.message))"
    )
    return found


async def read(page: Page, number: int) -> float:
    """Scrolls until the message's first lines are hidden, and the page has stored the position."""
    await page.hover("[data-scroll]")
    await page.mouse.wheel(0, -1)
    await page.evaluate(SCROLL, [number, -20])
    await page.wait_for_function(KEPT, arg=[number])
    place: float = await page.evaluate(PLACE, [number])
    return place


@pytest_asyncio.fixture(loop_scope="session")
async def open_tab_with_memory(complaints: Complaints) -> AsyncIterator[OpenTab]:
    """Tabs of a browser with a back/forward cache; in the other ones it is switched off."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(),
            args=FLAGS,
            ignore_default_args=["--disable-back-forward-cache"],
        )
        async with tabs_of(browser, complaints) as open_tab:
            yield open_tab
        await browser.close()


async def there_and_back(page: Page) -> None:
    """To another document."""
    await page.get_by_role("link", name="Settings").click()
    await expect(page).to_have_url(re.compile("/settings/"))
    await page.go_back(wait_until="commit")


async def there_and_back_in_place(page: Page) -> None:
    await page.locator(".sidebar__new").click()
    await expect(page.locator(".welcome")).to_be_visible()
    await page.evaluate(f"() => {{ {WATCH} }}")
    await page.go_back(wait_until="commit")


async def reload(page: Page) -> None:
    await page.reload()


WAYS: dict[str, Callable[[Page], Awaitable[None]]] = {
    "reload": reload,
    "back": there_and_back,
    "back in place": there_and_back_in_place,
}


@pytest.mark.parametrize(
    ("way", "memory", "far"),
    [
        ("reload", False, False),
        ("reload", False, True),
        ("back", False, True),
        ("back", True, False),
        ("back in place", False, False),
        ("back in place", False, True),
    ],
)
async def test_the_reading_position_is_there_with_the_first_frame_after_coming_back(
    shared_site: Site,
    open_tab: OpenTab,
    open_tab_with_memory: OpenTab,
    way: str,
    memory: bool,
    far: bool,
) -> None:
    opened = open_tab_with_memory if memory else open_tab
    path = conversation(shared_site, LENGTH, SOURCE)
    page = await opened(shared_site, path)
    newest = await numbers(page)
    number = newest[0] - 50 if far else newest[7]
    if far:
        page = await opened(shared_site, f"{path}#message-{number}", in_profile_of=page)
        await page.wait_for_function(STANDS, arg=[number, 16])
    await page.context.add_init_script(WATCH)
    await page.evaluate("number => { sessionStorage.watched = number; }", number)
    before = await read(page, number)
    await WAYS[way](page)
    await page.wait_for_function(STANDS, arg=[number, before])
    places = await page.evaluate("places")
    assert [place for place in places if place is None or abs(place - before) > 1] == []


async def test_who_left_at_the_end_comes_back_to_it_and_follows(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("A long one", AT_HALF_SPEED)
    await chat.read_on(1500)
    await chat.page.reload()
    await chat.read_on(300)
    await chat.page.wait_for_function(AT_THE_END)
    await chat.press("stop")
    await chat.until("cancelled")


@pytest.mark.parametrize("back", [8, 100], ids=["on the page", "farther up"])
async def test_a_link_to_a_message_shows_it_below_the_header(
    shared_site: Site, open_tab: OpenTab, back: int
) -> None:
    path = conversation(shared_site, LENGTH, SOURCE)
    page = await open_tab(shared_site, path)
    number = (await numbers(page))[-1] - back
    page = await open_tab(shared_site, f"{path}#message-{number}", in_profile_of=page)
    await page.wait_for_function(STANDS, arg=[number, 16])
    await page.evaluate(f"location.hash = 'message-{number + 2}'")
    await page.wait_for_function(STANDS, arg=[number + 2, 16])
    await page.go_back()
    await page.wait_for_function(STANDS, arg=[number, 16])


async def test_a_link_to_a_message_that_is_not_in_the_thread_says_so(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, conversation(shared_site, 60, SOURCE) + "#message-999999999")
    await expect(page.locator("#notice")).to_contain_text("not in the thread")
    await expect(page.locator("[data-scroll]")).to_have_css("visibility", "visible")


async def begin_to_select(chat: Chat) -> tuple[float, float]:
    """Drags over text that is still growing; again, if the text moved away below the pointer."""
    mouse = chat.page.mouse
    while True:
        left, top = await chat.answer.evaluate(OPEN_WORD)
        await mouse.move(left, top)
        await mouse.down()
        await mouse.move(left + 60, top, steps=3)
        at_once = await chat.page.evaluate(SELECTED)
        await chat.page.evaluate(TWO_FRAMES)
        if at_once and await chat.page.evaluate(SELECTED) == at_once:
            return left, top
        await mouse.up()


async def test_what_is_being_selected_is_neither_scrolled_away_nor_replaced(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    page = chat.page
    await chat.send("A long one", LONG)
    await chat.read_on(900)
    await page.wait_for_function(AT_THE_END)
    left, top = await begin_to_select(chat)
    selected, place = await page.evaluate(SELECTED), await page.evaluate(SELECTED_AT)
    await chat.read_on(800)
    assert await page.evaluate(SELECTED) == selected
    assert abs(await page.evaluate(SELECTED_AT) - place) <= 1
    await page.mouse.move(left + 60, top + 60, steps=3)
    await page.mouse.up()
    longer, place = await page.evaluate(SELECTED), await page.evaluate(SELECTED_AT)
    assert longer.startswith(selected)
    assert len(longer) > len(selected)
    await chat.until("finished")
    assert await page.evaluate(SELECTED) == longer
    assert abs(await page.evaluate(SELECTED_AT) - place) <= 1


async def sign_out_here(page: Page) -> None:
    await page.locator("[data-logout] button").click()
    await expect(page).to_have_url(SIGN_IN)


async def sign_out_elsewhere(page: Page) -> None:
    await page.locator(".sidebar__new").click()
    await expect(page.locator(".welcome")).to_be_visible()
    other = await page.context.new_page()
    await other.goto(page.url)
    await sign_out_here(other)
    await other.close()


@pytest.mark.parametrize("sign_out", [sign_out_here, sign_out_elsewhere])
async def test_back_after_a_sign_out_shows_nothing(
    shared_site: Site,
    open_tab_with_memory: OpenTab,
    complaints: Complaints,
    sign_out: Callable[[Page], Awaitable[None]],
) -> None:
    complaints.expect("401 .*/c/")  # of Back after the session has ended
    path = conversation(shared_site, 2, SOURCE)
    link = shared_site.manage("enter_link").split()[-1]
    enter = link.removeprefix(shared_site.base_url)
    page = await open_tab_with_memory(shared_site, enter, signed_in=False)
    await page.goto(shared_site.base_url + path)
    await expect(articles(page)).to_have_count(2)
    await page.evaluate(RESTORED)
    await sign_out(page)
    await page.go_back(wait_until="commit")
    await expect(page).to_have_url(SIGN_IN)
    await expect(articles(page)).to_have_count(0)
    assert await page.evaluate("sessionStorage.restored ?? null") is None


async def test_a_page_that_a_browser_kept_all_the_same_is_hidden_until_the_sign_in_is_checked(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, conversation(shared_site, 2, SOURCE))
    await page.evaluate(SHOWN_AGAIN)
    await expect(articles(page).last).to_be_visible()
    await page.context.clear_cookies(name=re.compile("session"))
    assert await page.evaluate(SHOWN_AGAIN) is True
    await expect(page).to_have_url(SIGN_IN)
    await expect(articles(page)).to_have_count(0)
