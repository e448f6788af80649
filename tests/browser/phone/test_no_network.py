"""Without a network a page says so, in the place of the browser's own error, and comes back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.browser.screens import both
from tests.support.site import Site

pytestmark = pytest.mark.browser

KEPT = """async () => {
    const addresses = [];
    for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys())
            addresses.push(new URL(request.url).pathname);
    return addresses;
}"""
IN_CHARGE = "() => navigator.serviceWorker.controller !== null"


@both
async def test_without_a_network_a_page_says_so_and_shows_the_conversation_once_there_is_one(
    site: Site, open_tab: OpenTab, complaints: Complaints, screen: dict[str, Any]
) -> None:
    complaints.expect("ERR_CONNECTION|ERR_INTERNET|WebSocket connection|Failed to load|htmx:")
    chat = Chat(await open_tab(site, service_workers="allow", **screen))
    await chat.send("Hello", "demo-brief")
    await chat.until("finished")
    said = await chat.text()
    page, address = chat.page, chat.page.url
    await page.wait_for_function(IN_CHARGE)

    # The site is gone: this page and every other say so, and nothing of a conversation is kept.
    site.kill()
    await page.reload()
    heading = page.get_by_role("heading", name="No connection to this site")
    await expect(heading).to_be_visible()
    assert page.url == address
    assert await page.evaluate("getComputedStyle(document.querySelector('.card')).borderRadius")
    kept = await page.evaluate(KEPT)
    assert sorted(path.split("/")[1] for path in kept) == ["offline", "static", "static"]

    # It is there again: the page finds that out, and shows what was asked for.
    site.start()
    await expect(heading).to_have_count(0, timeout=15_000)
    await expect(chat.answers).to_have_count(1)
    assert await chat.text() == said
    assert page.url == address

    # A form that did not get through is left to the browser, which can send it again.
    site.kill()
    await page.evaluate(
        "document.body.append(Object.assign(document.createElement('form'),"
        "{method: 'post', action: '/send/', id: 'plain'}))"
    )
    async with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        await page.evaluate("document.getElementById('plain').submit()")
    await expect(heading).to_have_count(0)
