"""What pulses next to an answer pulses while words are due, and not while they come."""

from __future__ import annotations

import pytest

from tests.browser.answers.words import begun, say, silent
from tests.browser.conftest import OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

MOVING = """() => document.getAnimations()
    .map(({ effect }) => effect.pseudoElement ?? effect.target.className).sort()"""
STILL = "document.getAnimations().length === 0"


async def test_nothing_pulses_while_words_come_and_all_that_waits_for_them_does(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = await begun(shared_site, open_tab)
    moving = await chat.page.evaluate(MOVING)
    assert moving.count("::before") == moving.count("::after") == 1  # the margin and the caret
    assert any("dot" in name for name in moving)
    await say(chat, " and")
    await chat.page.wait_for_function(STILL)
    await silent(chat)
    assert await chat.page.evaluate(MOVING) == moving
