"""What matters most every day, in a real Firefox, as a person does it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.firefox.browser import Firefox
from tests.support.firefox.tab import Tab
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.firefox]

BOX = "[data-compose] textarea[name=prompt]"
PROMPT, ANSWER = (
    f"#thread > :nth-last-child(1 of [data-role={role}])" for role in ("user", "assistant")
)
MODEL = "[data-compose] select[name=model]"
TITLE = "h1.heading__title"
CHOOSE = """(selector, value) => {
  const list = document.querySelector(selector);
  list.value = value;
  list.dispatchEvent(new Event("change", { bubbles: true }));
}"""
COUNT = "(selector, count) => document.querySelectorAll(selector).length === count"
SHOWS = "(selector, text) => document.querySelector(selector)?.textContent.includes(text)"
HAS = """(selector, kept, more) => {
  const text = document.querySelector(`${selector} [data-answer]`)?.textContent ?? "";
  return text.startsWith(kept) && text.length >= kept.length + more;
}"""


OPEN = 200
"""So far back a mark may be open where an answer is cut: it reads otherwise once it is closed."""


@asynccontextmanager
async def new_chat(firefox: Firefox, site: Site) -> AsyncIterator[Tab]:
    assert site.cookies  # the owner exists from then on
    async with firefox.tab(site) as tab:
        yield tab


async def send(tab: Tab, prompt: str, model: str) -> None:
    await tab.evaluate(CHOOSE, MODEL, f"demo/{model}")
    await tab.click(BOX)
    await tab.press(*prompt, "Enter")


async def ended(tab: Tab, status: str = "finished") -> None:
    await tab.until_there(f"{ANSWER}[data-status={status}]")


async def test_an_answer_is_stopped_and_resumed_at_the_same_character(
    shared_site: Site, firefox: Firefox
) -> None:
    async with new_chat(firefox, shared_site) as tab:
        await send(tab, "Stop in Firefox", "demo-tour")
        await tab.until(HAS, ANSWER, "", 2 * OPEN)
        await tab.click("[data-action=stop]")
        await ended(tab, "cancelled")
        [kept] = await tab.texts(f"{ANSWER} [data-answer]")
        await tab.click(f"{ANSWER} [data-action=resume]")
        await tab.until(HAS, ANSWER, kept[:-OPEN], 2 * OPEN)
        await tab.click("[data-action=stop]")
        await ended(tab, "cancelled")


async def test_an_edited_prompt_is_the_second_of_two(shared_site: Site, firefox: Firefox) -> None:
    async with new_chat(firefox, shared_site) as tab:
        await send(tab, "First words in Firefox", "demo-brief")
        await ended(tab)
        await tab.click(f"{PROMPT} [data-action=edit]")
        await tab.until("() => document.activeElement.matches('[data-editor] textarea')")
        await tab.press("End", *" and better ones")
        await tab.click("[data-action=save-edit]")
        await tab.until(SHOWS, f"{PROMPT} .siblings__count", "2/2")
        await tab.until(SHOWS, PROMPT, "First words in Firefox and better ones")
        await ended(tab)
        await tab.click(f"{PROMPT} [data-action=previous]")
        await tab.until(SHOWS, f"{PROMPT} .siblings__count", "1/2")
        assert await tab.texts(f"{PROMPT} .message__text") == ["First words in Firefox"]


async def test_a_prompt_in_line_is_sent_once_the_answer_has_ended(
    shared_site: Site, firefox: Firefox
) -> None:
    async with new_chat(firefox, shared_site) as tab:
        await send(tab, "Before the line in Firefox", "demo-wait")
        await tab.until_there("[data-action=stop]")
        await send(tab, "In line in Firefox", "demo-brief")
        await tab.until(SHOWS, "[data-queued]", "In line in Firefox")
        await tab.until(COUNT, "#thread > [data-role=assistant]", 2)
        await ended(tab)
        await tab.until(COUNT, "[data-queued]", 0)
        assert await tab.texts(f"{PROMPT} .message__text") == ["In line in Firefox"]


async def test_what_is_deleted_comes_back_by_undo(shared_site: Site, firefox: Firefox) -> None:
    async with new_chat(firefox, shared_site) as tab:
        await send(tab, "Deleted in Firefox", "demo-brief")
        await ended(tab)
        await tab.click(f"{PROMPT} [data-action=delete]")
        await tab.until(COUNT, "#thread > [data-role]", 0)
        await tab.click("[data-undo] [data-action=undo]")
        await tab.until(COUNT, "#thread > [data-role]", 2)
        await tab.until(COUNT, "[data-undo]", 0)


async def test_the_palette_opens_a_conversation(shared_site: Site, firefox: Firefox) -> None:
    async with new_chat(firefox, shared_site) as tab:
        await send(tab, "Wombats in Firefox", "demo-brief")
        await ended(tab)
        await tab.goto(shared_site.base_url)
        await tab.click(BOX)
        await tab.hold("Control", "k")
        await tab.until("() => document.activeElement.id === 'palette-box'")
        await tab.press(*"wombats", "Enter")
        await tab.until(SHOWS, TITLE, "Wombats in Firefox")
