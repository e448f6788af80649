"""What stands next to an answer's text: tool cards, reasoning, details, usage."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

IN_ORDER = """() => [...document.querySelectorAll(".answer :is(.think, .prose)")]
    .map((part) => [part.classList[0], part.textContent.replace(/\\s+/g, " ").trim()])"""
ARGUMENTS = "[data-tool] code"
COUNT_NODES = """(selector) => {
    const grown = document.querySelector(selector);
    return grown?.textContent.length > 20 && grown.childNodes.length;
}"""
DISTANCE = """(text, below) => {
    const lower = text.closest("article").querySelector(below);
    return lower.getBoundingClientRect().top - text.getBoundingClientRect().bottom;
}"""


async def ask(page: Page, model: str) -> None:
    await page.select_option("select[name=model]", f"demo/{model}")
    await page.fill("textarea[name=prompt]", "Hello")
    await page.press("textarea[name=prompt]", "Enter")


async def ended(page: Page) -> None:
    last = page.locator("article[data-role=assistant]").last
    await expect(last).to_have_attribute("data-status", "finished", timeout=60_000)


async def test_what_follows_an_answer_keeps_its_distance(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.send("A text, then tools", "demo-tools")
    await chat.until("finished")
    await chat.send("A list, cut off", "demo-tour")
    await chat.read_on(300)
    await chat.page.keyboard.press("Escape")
    await chat.until("cancelled")
    assert await chat.answers.first.locator("[data-answer]").evaluate(DISTANCE, ".tool") > 8
    assert await chat.answer.locator("[data-answer]").evaluate(DISTANCE, ".cutbar") > 8


async def test_arguments_grow_in_one_text_node(shared_site: Site, open_tab: OpenTab) -> None:
    page = await open_tab(shared_site)
    await ask(page, "demo-tools")
    nodes = await page.wait_for_function(COUNT_NODES, arg=ARGUMENTS, polling="raf")
    assert await nodes.json_value() == 1
    await ended(page)
    await expect(page.locator("[data-tool]")).to_have_count(2)
    await expect(page.locator("[data-tool]").first).to_contain_text("no tool was offered")


async def test_an_open_fold_of_thoughts_stays_open_and_learns_its_time(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site)
    await ask(page, "demo-thinks")
    folds = page.locator("details.think")
    await folds.first.locator("summary").click()
    await expect(folds).to_have_count(2)
    await folds.last.locator("summary").click()
    await ended(page)
    for fold in (folds.first, folds.last):
        await expect(fold).to_have_attribute("open", "")
        await expect(fold.locator("summary")).to_have_text(re.compile(r"Thought for \d+ s"))
    await expect(folds.last).to_contain_text("so yes.")


async def test_thoughts_and_texts_stand_as_they_came_live_and_after_a_reload(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site)
    await ask(page, "demo-thinks")
    await expect(page.locator("details.think")).to_have_count(2)
    await ended(page)
    live = await page.evaluate(IN_ORDER)
    assert [kind for kind, _ in live] == ["think", "prose", "think", "prose"]
    await page.reload()
    assert await page.evaluate(IN_ORDER) == live

    # All of its texts are quoted.
    await page.locator("article[data-role=assistant] [data-action=quote]").click()
    quoted = await page.locator("[data-compose] textarea[name=prompt]").input_value()
    texts = "".join(text for kind, text in live if kind == "prose")
    assert "".join(quoted.replace(">", "").split()) == "".join(texts.split())


async def test_details_come_when_they_are_opened(shared_site: Site, open_tab: OpenTab) -> None:
    page = await open_tab(shared_site)
    await ask(page, "demo-brief")
    await ended(page)
    await page.locator("details summary", has_text="Details").click()
    await expect(page.locator("[data-generation-details]")).to_contain_text("demo-brief (Demo)")
    await page.locator(".heading__more").click()
    await expect(page.locator(".heading .menu__note")).to_contain_text("tokens in")


async def test_moments_are_told_in_the_readers_own_time(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, timezone_id="Asia/Kolkata", locale="de-DE")
    await ask(page, "demo-brief")
    await ended(page)
    began = await page.locator(".life title").last.text_content() or ""
    await page.locator("details summary", has_text="Details").click()
    time = page.locator("[data-generation-details] time").first
    moment = datetime.fromisoformat(await time.get_attribute("datetime") or "")
    there = moment.astimezone(ZoneInfo("Asia/Kolkata"))
    await expect(time).to_have_text(f"{there:%d.%m.%Y}, {there:%H:%M:%S}")
    assert f"{there:%H:%M}" in began


async def test_the_recording_is_switched_in_the_menu(shared_site: Site, open_tab: OpenTab) -> None:
    page = await open_tab(shared_site)
    await ask(page, "demo-brief")
    await ended(page)
    await page.locator(".heading__more").click()
    await page.locator("[data-action=record]").click()
    await expect(page.locator("#notice")).to_contain_text("is recorded")
    await ask(page, "demo-brief")
    await expect(page.locator("article[data-role=assistant]")).to_have_count(2)
    await ended(page)
    await page.locator("details summary", has_text="Details").last.click()
    async with page.expect_download() as download:
        await page.locator(".detail a[download]").click()
    assert (await download.value).suggested_filename.endswith(".chat.txt")


async def test_details_are_a_page_without_script(shared_site: Site, open_tab: OpenTab) -> None:
    page = await open_tab(shared_site)
    await ask(page, "demo-brief")
    await ended(page)
    plain = await open_tab(
        shared_site, page.url.removeprefix(shared_site.base_url), javascript=False
    )
    await plain.locator("details summary", has_text="Details").click()
    await plain.get_by_role("link", name="Open the details").click()
    await expect(plain.locator("[data-generation-details]")).to_contain_text("demo-brief (Demo)")
    await plain.get_by_role("link", name="Back to the answer").click()
    await expect(plain.locator("article[data-role=assistant]")).to_have_count(1)
