"""What is fetched when it is first used, and what happens where it cannot be fetched."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, Request, Route, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.browser.stored_conversations import conversation
from tests.support.site import Site

pytestmark = pytest.mark.browser

PARAMETERS = re.compile(r"/composer/parameters\.[^/]*js")
SUGGEST = re.compile(r"/titles/suggest\.[^/]*js")
GAUGE = re.compile(r"/pages/composing\.[^/]*js")


def asked(page: Page, script: re.Pattern[str]) -> list[Request]:
    requests: list[Request] = []
    page.on("request", lambda it: requests.append(it) if script.search(it.url) else None)
    return requests


async def test_a_press_whose_script_does_not_come_opens_the_page(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("ERR_FAILED")
    page = await open_tab(shared_site, conversation(shared_site, 2, "Some text."))
    await page.route(PARAMETERS, lambda route: route.abort())
    await page.locator("[data-action=parameters]").click()
    await expect(page).to_have_url(re.compile("/parameters/"))
    await expect(page.locator("[name=system_prompt]")).to_be_visible()


async def test_a_form_whose_script_does_not_come_is_sent_without_it(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("ERR_FAILED|409")
    page = await open_tab(shared_site, conversation(shared_site, 2, "Some text."))
    await page.route(SUGGEST, lambda route: route.abort())
    async with page.expect_navigation():
        await page.locator("[data-action=suggest-title]").first.evaluate("it => it.click()")
    await expect(page).to_have_url(re.compile("/suggest-title/"))


async def test_two_presses_while_the_script_comes_are_one(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, conversation(shared_site, 2, "Some text."))
    scripts, forms = asked(page, PARAMETERS), asked(page, re.compile("/parameters/"))
    link = page.locator("[data-action=parameters]")
    await link.evaluate("it => { it.click(); it.click(); }")
    await expect(page.locator("[name=system_prompt]")).to_be_visible()
    assert (len(scripts), len(forms)) == (1, 1)


async def test_the_gauge_is_fetched_once_however_much_is_typed_meanwhile(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, "/")
    scripts = asked(page, GAUGE)
    await page.locator("#prompt").press_sequentially("Hello there")
    await page.wait_for_load_state("networkidle")
    assert len(scripts) == 1
    assert await page.locator("head script[src*=composing]").count() == 1


async def test_another_model_fetches_the_gauge(shared_site: Site, open_tab: OpenTab) -> None:
    page = await open_tab(shared_site, "/")
    async with page.expect_request(GAUGE):
        await page.locator("#model").select_option(index=1)


async def test_what_is_sent_while_the_gauge_is_fetched_arrives(
    shared_site: Site, open_tab: OpenTab
) -> None:
    """A request of something in the message box takes no turn of the box's own."""
    chat = Chat(await open_tab(shared_site, conversation(shared_site, 2, "Some text.")))
    held: list[Route] = []
    await chat.page.route("**/gauge/*", lambda route: held.append(route))
    async with chat.page.expect_request("**/gauge/*"):
        await chat.choose("demo-brief")
    await chat.box.fill("While it is fetched")
    await chat.submit()
    await expect(chat.answers).to_have_count(2)
    for route in held:
        await route.continue_()
    await chat.until("finished")
