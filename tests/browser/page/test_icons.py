"""Icons are drawn from the one sprite of a page, wherever they come from."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.icons import seen_icons
from tests.support.site import Site

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "profile",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}],
    ids=str,
)
async def test_they_are_drawn_in_pages_replies_and_what_the_socket_brings(
    shared_site: Site, open_tab: OpenTab, profile: dict[str, Any]
) -> None:
    chat = Chat(await open_tab(shared_site, **profile))
    assert await seen_icons(chat.page) == {"new", "search", "send", "tune"}
    await chat.send("Hello", "demo-brief")
    await chat.until("finished")
    await expect(chat.answer.locator(".foot__copy .icon")).to_be_visible()
    live = await seen_icons(chat.page)
    assert live >= {"new", "send", "copy", "again", "edit", "branch", "trash"}
    await chat.page.reload()
    await expect(chat.answer.locator(".foot__copy .icon")).to_be_visible()
    assert await seen_icons(chat.page) == live
