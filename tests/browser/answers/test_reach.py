"""Stop, reattach and resume where that is hard: no deltas, other browsers, a lost connection."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.support.kept import kept_answers
from tests.support.site import Site

pytestmark = pytest.mark.browser


async def test_r5_esc_stops_an_answer_before_its_first_word(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("Are you there?", "demo-silent")
    await chat.page.keyboard.press("Escape")
    await chat.until("cancelled")
    await expect(chat.answer).to_contain_text("Stopped")
    await chat.page.reload()
    await chat.until("cancelled")
    kept = list(kept_answers(shared_site).values())[-1]
    assert kept.text == ""
    assert kept.stop_requested_at is not None
    assert kept.upstream_closed_at is not None


async def test_r5_a_silent_answer_is_stopped_from_another_browser(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("Begin, then think.", "demo-stall")
    await chat.has(50)
    path = chat.page.url.removeprefix(shared_site.base_url)
    elsewhere = Chat(await open_tab(shared_site, path))
    await elsewhere.press("stop")
    for screen in (chat, elsewhere):
        await screen.until("cancelled")
    shown = await chat.text()
    assert shown == await elsewhere.text()
    await chat.page.reload()
    assert await chat.text() == shown


async def test_r6_an_answer_continues_when_its_only_tab_is_closed(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("Go on without me.", "demo-tour")
    read = await chat.read_on()
    path = chat.page.url.removeprefix(shared_site.base_url)
    await chat.page.context.close()
    back = Chat(await open_tab(shared_site, path))
    assert (await back.settled()).startswith(read)
    await back.until("finished")


async def test_a_draft_survives_a_restart_and_the_page_finds_its_way_back(
    site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("WebSocket connection to .* failed|ERR_CONNECTION")
    chat = Chat(await open_tab(site))
    await chat.send("One, two", "demo-brief")
    await chat.until("finished")
    await chat.box.fill("half a thought")
    site.kill()
    await expect(chat.connection).to_contain_text("Reconnecting")
    site.start()
    await expect(chat.connection).to_be_hidden(timeout=40_000)
    await expect(chat.box).to_have_value("half a thought")
    await chat.box.press("Enter")
    await expect(chat.answers).to_have_count(2)
    await chat.until("finished")
    await expect(chat.prompts.last).to_contain_text("half a thought")


async def test_a_resume_shows_its_joint_and_can_be_undone(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("What is backpressure?", "demo-prefill")
    await chat.read_on()
    await chat.press("stop")
    await chat.until("cancelled")
    before = await chat.text()
    await chat.press("resume")
    await chat.read_on()
    await chat.press("stop")
    await chat.until("cancelled")
    await expect(chat.answer.locator(".life__part--resumed")).to_have_count(1)
    await chat.press("undo-resume")
    await expect(chat.answer.locator(".life__part--resumed")).to_have_count(0)
    assert await chat.text() == before


async def test_without_scripts_people_send_read_stop_resume_and_browse(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site, javascript=False))
    await chat.choose("demo-prefill")
    await chat.box.fill("What is backpressure, plainly?")
    await chat.press("send")
    await expect(chat.answer).to_have_attribute("data-status", "running")
    await expect(chat.page.get_by_role("link", name="Refresh the page")).to_be_visible()
    await chat.page.reload()
    await chat.press("stop")
    await expect(chat.answer).to_have_attribute("data-status", "cancelled")
    stopped = await chat.text()
    await chat.press("resume")
    await expect(chat.answer).to_have_attribute("data-status", "running")
    await chat.page.reload()
    assert len(await chat.text()) > len(stopped)
    await chat.press("stop")
    await chat.page.get_by_role("link", name="New chat").first.click()
    row = chat.page.locator("a[data-conversation-link]", has_text="backpressure, plainly")
    await row.click()
    await expect(chat.prompts.last).to_contain_text("What is backpressure, plainly?")
