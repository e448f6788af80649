"""A page that was opened under another address than the site's, as through a forwarded port."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.support.network.relay import relay
from tests.support.site import Site

pytestmark = pytest.mark.browser


async def test_it_names_the_address_under_which_text_is_live_and_shows_it_all_the_same(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("fetched from elsewhere|WebSocket")
    chat = Chat(await open_tab(shared_site))
    async with relay(shared_site.base_url) as forwarded:
        await chat.page.goto(f"http://127.0.0.1:{forwarded.port}/")
        await chat.send("Hello", "demo-brief")
        await chat.until("finished")
        link = chat.connection.get_by_role("link", name=shared_site.origin)
        thread = chat.page.url.partition("/c/")[2]
        await expect(link).to_have_attribute("href", f"{shared_site.origin}/c/{thread}")
        await link.click()
    await expect(chat.page).to_have_url(f"{shared_site.origin}/c/{thread}")
    await expect(chat.connection).to_be_hidden()
