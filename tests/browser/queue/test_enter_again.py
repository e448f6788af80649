"""Enter while what was entered before is still on its way: all of it arrives, in order, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

STALLS = "demo-stall"


class Wire:
    """What a page sends; the first prompt is held until it may pass, or gets lost."""

    def __init__(self) -> None:
        self.sent: list[dict[str, list[str]]] = []
        self.may_pass, self.lost = asyncio.Event(), ""

    async def carry(self, route: Route) -> None:
        self.sent.append(parse_qs(route.request.post_data))
        if len(self.sent) == 1:
            await self.may_pass.wait()
            if self.lost == "reply":
                await route.fetch()
            if self.lost:
                await route.abort("connectionreset")
                return
        await route.continue_()

    def of(self, name: str) -> list[str]:
        return [form[name][0] for form in self.sent]


@asynccontextmanager
async def slow(page: Page) -> AsyncIterator[Wire]:
    wire = Wire()
    await page.route("**/send/", wire.carry)
    yield wire
    await page.unroute("**/send/")


async def enter(chat: Chat, *texts: str) -> None:
    """Types after what stands in the box, as somebody who does not wait."""
    for text in texts:
        await chat.box.press_sequentially(text)
        await chat.box.press("Enter")


async def test_what_is_entered_meanwhile_follows_each_once_with_its_own_key_and_model(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.choose(STALLS)
    async with slow(chat.page) as wire:
        await enter(chat, "Uno")
        await chat.box.press("Enter")  # the same again, in impatience
        await chat.choose("demo-brief")
        await enter(chat, "Due")
        await chat.box.fill("Tre")  # in the place of all that the box holds
        await chat.box.press("Enter")
        await chat.box.press_sequentially("not entered")
        await expect(chat.answers).to_have_count(0)
        wire.may_pass.set()
        await expect(chat.page.locator("[data-queued]")).to_contain_text(["Due", "Tre"])
        await expect(chat.prompts).to_contain_text(["Uno"])
        await expect(chat.box).to_have_value("not entered")
        assert wire.of("prompt") == ["Uno", "Due", "Tre"]
        assert len(set(wire.of("key"))) == 3
        assert wire.of("model") == [f"demo/{STALLS}", "demo/demo-brief", "demo/demo-brief"]
    await chat.box.fill("")
    await chat.press("stop")


@pytest.mark.parametrize("lost", ["request", "reply"])
async def test_where_the_first_fails_all_comes_back_and_is_sent_again_once(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints, lost: str
) -> None:
    complaints.expect("ERR_CONNECTION_RESET|htmx:(afterRequest|sendError)")
    chat = Chat(await open_tab(shared_site))
    await chat.send("Zero", STALLS)
    async with slow(chat.page) as wire:
        wire.lost = lost
        await enter(chat, "Uno")
        await chat.box.fill("Due")
        await chat.box.press("Enter")
        wire.may_pass.set()
        await expect(chat.box).to_have_value("Uno\n\nDue")
        await chat.box.press("Enter")
        await expect(chat.page.locator("[data-queued]")).to_contain_text(["Uno", "Due"])
        await expect(chat.box).to_have_value("")
        assert wire.of("prompt") == ["Uno", "Uno", "Due"]
        assert wire.of("key")[0] == wire.of("key")[1]
    await chat.press("stop")


async def test_what_was_taken_out_before_its_reply_came_is_sent_when_it_is_entered_again(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("ERR_CONNECTION_RESET|htmx:(afterRequest|sendError|responseError)|409")
    chat = Chat(await open_tab(shared_site))
    await chat.send("Zero", STALLS)
    line = chat.page.locator("[data-queued]")
    async with slow(chat.page) as wire:
        wire.lost = "reply"
        wire.may_pass.set()
        await enter(chat, "Quattro")
        await line.locator("[data-action=remove-queued]").click()
        await expect(line).to_have_count(0)
        await expect(chat.box).to_have_value("Quattro")
        await chat.box.press("Enter")
        await expect(chat.page.locator("#notice")).to_contain_text("taken out of the line")
        await expect(chat.box).to_have_value("Quattro")
        await chat.box.press("Enter")
        await expect(line).to_contain_text(["Quattro"])
        await expect(chat.box).to_have_value("")
    await chat.press("stop")
