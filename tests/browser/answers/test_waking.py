"""R17 on a phone: after the page was frozen, the phone slept or changed networks, all is shown.

A phone that sleeps keeps no socket either, so it falls silent here.
The deadline is the promise itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page

from tests.browser.asleep import asleep
from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.browser.screens import both
from tests.support.history import LOOKED_AT_SECONDS, History, ended
from tests.support.network.wire import Wire, open_wire
from tests.support.site import Site
from tests.support.upstream import Upstream

pytestmark = [pytest.mark.browser, pytest.mark.alone]

SOME = "demo-load-100-20-200"
NO_NETWORK = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
ANOTHER = NO_NETWORK | {"offline": False, "latency": 60}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def wire() -> AsyncIterator[Wire]:
    async with open_wire() as wire:
        yield wire


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(
    wire: Wire, upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """A site that browsers reach through the wire."""
    with upstream.site(tmp_path_factory.mktemp("wired"), SOME, through=wire.url) as site:
        wire.target = site.port
        await asyncio.to_thread(getattr, site, "cookies")  # the wire is on this loop
        yield site


async def wakes(page: Page) -> None:
    await page.evaluate("document.dispatchEvent(new Event('resume'))")


@both
async def test_r17_after_a_page_was_frozen_or_the_network_changed_the_answer_is_whole_in_2_s(
    site: Site, wire: Wire, open_tab: OpenTab, complaints: Complaints, screen: dict[str, Any]
) -> None:
    complaints.expect("WebSocket connection to .* failed|ERR_INTERNET_DISCONNECTED|ERR_NETWORK")
    history = History()
    wire.upgrades = "let through"
    chat = Chat(history.listen(await open_tab(site, **screen)))

    # The page is frozen in the middle of an answer, and its socket falls silent.
    await chat.send("Tell me some.", SOME)
    await chat.read_on()
    async with asleep(chat.page):
        wire.swallow()
        await ended(site, chat.page)
    await wakes(chat.page)
    await history.expects_agreement(site, chat.page, LOOKED_AT_SECONDS)

    # The network is lost in the middle of the next one, and another is found.
    await chat.send("And then?", SOME)
    await chat.read_on()
    cdp = await chat.page.context.new_cdp_session(chat.page)
    await cdp.send("Network.enable")
    await cdp.send("Network.emulateNetworkConditions", NO_NETWORK)
    wire.swallow()
    await ended(site, chat.page)
    await cdp.send("Network.emulateNetworkConditions", ANOTHER)
    await history.expects_agreement(site, chat.page, LOOKED_AT_SECONDS)

    # Both at once: it sleeps, and wakes in another network.
    await chat.send("And now?", SOME)
    await chat.read_on()
    async with asleep(chat.page):
        lost = asyncio.create_task(cdp.send("Network.emulateNetworkConditions", NO_NETWORK))
        wire.swallow()
        await ended(site, chat.page)
        found = asyncio.create_task(cdp.send("Network.emulateNetworkConditions", ANOTHER))
    await asyncio.gather(lost, found)
    await wakes(chat.page)
    await history.expects_agreement(site, chat.page, LOOKED_AT_SECONDS)
