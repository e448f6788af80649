"""Where nothing was joined, a browser follows the imports of a page's entries itself."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Route, expect

from tests import ROOT
from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

ENTRY = re.compile(r"/static/pages/(\w+)\.\w{12}\.(js|css)$")
TYPES = {"js": "text/javascript", "css": "text/css"}


async def serve_as_written(route: Route) -> None:
    entry = ENTRY.search(route.request.url)
    assert entry is not None
    source = (ROOT / "static/pages" / f"{entry[1]}.{entry[2]}").read_text("utf-8")
    await route.fulfill(body=source, content_type=TYPES[entry[2]])


async def test_a_page_of_separate_files_looks_and_works_the_same(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    look = "getComputedStyle(document.querySelector('[data-action=send]')).backgroundColor"
    joined = await chat.page.evaluate(look)
    requested: list[str] = []
    chat.page.on("request", lambda request: requested.append(request.url))
    await chat.page.route(ENTRY, serve_as_written)
    await chat.page.reload()
    assert await chat.page.evaluate(look) == joined
    own = [url for url in requested if "/static/js/" in url or "/static/css/" in url]
    assert len(own) == len(set(own)) > 30
    await chat.send("Hello", "demo-brief")
    await chat.until("finished")
    await expect(chat.answer.locator(".foot__copy")).to_be_visible()
