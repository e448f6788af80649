"""Words are shown at once, or together where they come faster than the display shows them."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.answers.words import begun, say
from tests.browser.conftest import OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

LOOKED_AT = """(isLookedAt) => {
    const state = { visibilityState: isLookedAt ? "visible" : "hidden", hidden: !isLookedAt };
    for (const [name, value] of Object.entries(state))
        Object.defineProperty(document, name, { get: () => value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def words(number: int) -> list[str]:
    return [f" word{at}" for at in range(number)]


async def test_the_first_of_many_words_is_shown_at_once_and_the_rest_together(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = await begun(shared_site, open_tab)
    before = await chat.text()
    assert await say(chat, *words(20)) == (1, f"{before} word0")
    answer = chat.answer.locator("[data-answer]")
    await expect(answer).to_have_text(before + "".join(words(20)), use_inner_text=False)


async def test_a_page_that_nobody_looks_at_changes_seldom_and_shows_all_when_it_is_looked_at(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = await begun(shared_site, open_tab)
    before = await chat.text()
    await chat.page.evaluate(LOOKED_AT, False)
    assert await say(chat, *words(100)) == (3, before + "".join(words(96)))
    await chat.page.evaluate(LOOKED_AT, True)
    assert await chat.text() == before + "".join(words(100))


async def test_nothing_passes_words_that_wait(shared_site: Site, open_tab: OpenTab) -> None:
    chat = await begun(shared_site, open_tab)
    before = await chat.text()
    changes, text = await say(chat, *words(9), then={"type": "stands"})
    assert changes == 2
    assert text == before + "".join(words(9))
