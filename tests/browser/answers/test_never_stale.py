"""R17: a page that can be looked at shows where its thread stands, whatever it missed.

A relay between browser and site silences, closes and refuses sockets, as networks do. After each
fault the page has 8 s, or 2 s once somebody looks at it again; then it shows what the database
holds. No frame of any socket may hold what the database does not.

The deadlines are the promise itself, so these tests run alone: nothing else uses the machine.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.asleep import asleep
from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.support.history import LOOKED_AT_SECONDS, History, ended
from tests.support.isolation.alone import OthersMeanwhile
from tests.support.kept import kept_answers
from tests.support.network.wire import Upgrades, Wire, open_wire
from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.alone]

FEW, SOME, ENDLESS = "demo-brief", "demo-load-100-20-200", "demo-load-50-20-9999"
CODE, IN_FOUR, IN_ONE, COLOURED = (
    "demo-code-2047-64",
    "demo-code-2047-512",
    "demo-code-512-512",
    "demo-code-68-4",
)
MODELS = (FEW, SOME, ENDLESS, CODE, IN_FOUR, IN_ONE, COLOURED)
HIDDEN_SECONDS = 30.0
BY_GET = re.compile("brought up to date every few seconds")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def wire() -> AsyncIterator[Wire]:
    async with open_wire() as wire:
        yield wire


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(
    wire: Wire, upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """A site that browsers reach through the wire."""
    folder = tmp_path_factory.mktemp("wired")
    with upstream.site(folder, *MODELS, through=wire.url) as site:
        wire.target = site.port
        await asyncio.to_thread(getattr, site, "cookies")  # the wire is on this loop
        yield site


@pytest.fixture
def history() -> History:
    return History()


@pytest_asyncio.fixture(loop_scope="session")
async def chat(site: Site, wire: Wire, open_tab: OpenTab, history: History) -> AsyncIterator[Chat]:
    """A conversation with one answer, in a tab that is connected through the wire."""
    wire.upgrades = "let through"
    chat = Chat(history.listen(await open_tab(site)))
    await chat.send("Hello", FEW)
    await chat.until("finished")
    yield chat


async def expects_agreement(history: History, site: Site, chat: Chat, within: float = 8.0) -> None:
    """Waits until the answer has ended; it must then be shown in time."""
    await ended(site, chat.page)
    await history.expects_agreement(site, chat.page, within)


HIDE = """() => {
    for (const [name, value] of [["visibilityState", "hidden"], ["hidden", true]])
        Object.defineProperty(document, name, { get: () => value });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


# The socket dies


async def test_r17_a_socket_that_falls_silent_hides_no_end_and_is_renewed(
    site: Site, wire: Wire, chat: Chat, history: History
) -> None:
    await chat.send("Tell me some.", SOME)
    await chat.read_on()
    sockets = len(history.sockets)
    wire.swallow()
    await expects_agreement(history, site, chat)
    await chat.send("And then?", ENDLESS)
    await chat.has(500)
    assert len(history.sockets) == sockets + 1
    await chat.press("stop")


async def test_r17_where_every_socket_falls_silent_the_page_lives_by_get_and_says_so(
    site: Site, wire: Wire, chat: Chat, history: History
) -> None:
    await chat.send("Tell me some.", SOME)
    await chat.read_on()
    wire.upgrades = "swallowed"
    wire.swallow()
    await expects_agreement(history, site, chat)
    await expect(chat.connection).to_contain_text(BY_GET)


async def test_r17_a_hidden_page_shows_within_30_s_what_a_dead_socket_kept_from_it(
    site: Site, wire: Wire, chat: Chat, history: History
) -> None:
    await chat.send("Tell me some.", SOME)
    await chat.read_on()
    await chat.page.evaluate(HIDE)
    wire.swallow()
    await expects_agreement(history, site, chat, HIDDEN_SECONDS)


@pytest.mark.parametrize("code", [1000, 1001, None, 1009, 4000])
async def test_r17_no_close_code_ends_what_a_page_hears(
    site: Site, wire: Wire, chat: Chat, history: History, code: int | None
) -> None:
    await chat.send("Tell me some.", SOME)
    await chat.read_on()
    sockets = len(history.sockets)
    wire.close(code)
    await expects_agreement(history, site, chat)
    assert len(history.sockets) == sockets + 1
    await expect(chat.connection).to_be_hidden()


async def test_r17_what_another_tab_sends_is_seen_though_nothing_ran_when_the_socket_died(
    site: Site, wire: Wire, chat: Chat, history: History, open_tab: OpenTab
) -> None:
    path = chat.page.url.removeprefix(site.base_url)
    other = Chat(await open_tab(site, path, in_profile_of=chat.page))
    wire.swallow()
    await other.send("And this?", FEW)
    await expects_agreement(history, site, chat)


@pytest.mark.parametrize("upgrades", ["refused", "stripped", "answered with a page"])
async def test_r17_where_no_socket_gets_through_the_page_lives_by_get_and_says_so(
    site: Site,
    wire: Wire,
    chat: Chat,
    history: History,
    complaints: Complaints,
    upgrades: Upgrades,
) -> None:
    complaints.expect("WebSocket connection to .* failed")
    wire.upgrades = upgrades
    await chat.page.reload()
    await chat.send("Tell me some.", SOME)
    await expects_agreement(history, site, chat)
    await expect(chat.connection).to_contain_text("does not get through")
    await chat.send("And then?", ENDLESS)
    await chat.read_on()
    await chat.press("stop")
    await chat.until("cancelled")
    await expect(chat.button("resume")).to_be_visible()
    await expects_agreement(history, site, chat)


async def test_l3_a_page_beyond_the_limit_of_sockets_lives_by_get_and_says_so(
    site: Site, wire: Wire, chat: Chat, history: History
) -> None:
    await chat.send("Tell me some.", SOME)
    sockets = len(history.sockets)
    wire.close(4008)
    await expects_agreement(history, site, chat)
    await expect(chat.connection).to_contain_text("Too many pages are open")
    await expect(chat.connection).to_contain_text(BY_GET)
    assert len(history.sockets) == sockets


# The page sleeps


async def test_r17_a_page_that_was_frozen_for_a_minute_shows_an_answer_of_2_mib_when_it_wakes(
    site: Site, chat: Chat, history: History, others_meanwhile: OthersMeanwhile
) -> None:
    async with asleep(chat.page), Visitor(site) as visitor:
        answers = asyncio.create_task(chat.answers.count())
        await visitor.send("All of it.", f"demo/{CODE}", chat.page.url.split("/")[-2])
        kept = await ended(site, chat.page)
        assert len(kept.text) == 2047 * 1024
        async with others_meanwhile():
            await asyncio.sleep(60)  # a frozen minute is what is tested
        assert not answers.done(), "the page is awake"
    await answers
    await chat.page.evaluate("document.dispatchEvent(new Event('resume'))")
    await history.expects_agreement(site, chat.page, LOOKED_AT_SECONDS)


# Nothing is too large


@pytest.mark.parametrize("model", [IN_ONE, IN_FOUR, COLOURED])
async def test_r17_no_answer_is_too_large_for_the_page_that_watches_it(
    site: Site, chat: Chat, history: History, model: str
) -> None:
    await chat.send("All of the code.", model)
    await expects_agreement(history, site, chat)
    await expect(chat.connection).to_be_hidden()


async def test_r17_the_longest_prompt_is_seen_in_a_second_tab(
    site: Site, chat: Chat, history: History, open_tab: OpenTab
) -> None:
    path = chat.page.url.removeprefix(site.base_url)
    other = Chat(history.listen(await open_tab(site, path, in_profile_of=chat.page)))
    longest = '"' * 262_144
    await chat.send(longest, FEW)
    for tab in (chat, other):
        await expects_agreement(history, site, tab)
        assert await tab.prompts.last.locator(".message__text").text_content() == longest


# What the server says


async def test_a_stop_that_is_lost_says_so_and_the_answer_continues(
    site: Site, chat: Chat, complaints: Complaints
) -> None:
    complaints.expect("ERR_FAILED|htmx:")
    await chat.send("Go on.", ENDLESS)
    await chat.read_on()
    await chat.page.route("**/stop/", lambda route: route.abort())
    await chat.press("stop")
    notice = chat.page.locator("#notice")
    await expect(notice).to_contain_text("Not stopped")
    await expect(chat.page.locator("#controls")).to_have_attribute("data-state", "running")
    await chat.page.unroute("**/stop/")
    await chat.press("stop")
    await chat.until("cancelled")
    await expect(notice).to_be_empty()


async def test_a_conversation_deleted_elsewhere_says_so_and_links_to_a_new_one(
    site: Site, chat: Chat, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("404")
    path = chat.page.url.removeprefix(site.base_url)
    other = await open_tab(site, path, in_profile_of=chat.page)
    await chat.box.fill("half a thought")
    await other.goto(f"{chat.page.url}delete/")
    await other.locator("[type=submit]").click()
    await expect(chat.connection).to_contain_text("This conversation was deleted.", timeout=8000)
    await expect(chat.box).to_have_value("half a thought")
    await chat.connection.get_by_role("link").click()
    await expect(chat.page).to_have_url(site.base_url + "/")


async def test_a_message_is_sent_though_the_page_missed_that_the_answer_ended(
    site: Site, wire: Wire, chat: Chat, history: History
) -> None:
    await chat.send("Tell me some.", SOME)
    await chat.read_on()
    await chat.page.route("**/standing/**", lambda route: route.abort())
    wire.swallow()
    await ended(site, chat.page)
    await chat.send("And this?", FEW)
    assert len(kept_answers(site)) > 2
    await expect(chat.answers.nth(1)).to_have_attribute("data-status", "finished")
    await chat.page.unroute("**/standing/**")
    await expects_agreement(history, site, chat)
