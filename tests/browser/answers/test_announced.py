"""What a screen reader hears of an answer: its start, and how it ended, each once."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

LISTEN = """() => {
    window.heard = [];
    const line = document.querySelector("[data-live]");
    new MutationObserver(() => line.textContent && heard.push(line.textContent))
        .observe(line, { childList: true, characterData: true, subtree: true });
}"""
WRITING = "The answer is being written."


async def expects_announcements(page: Page, *sentences: str) -> None:
    """Waits until so many sentences were announced, and compares how they begin."""
    await page.wait_for_function("(size) => heard.length >= size", arg=len(sentences))
    heard: list[str] = await page.evaluate("heard.splice(0)")
    told = [said[: len(sentence)] for said, sentence in zip(heard, sentences, strict=True)]
    assert told == list(sentences)


async def listening(site: Site, open_tab: OpenTab) -> Chat:
    chat = Chat(await open_tab(site))
    await chat.send("Hello", "demo-brief")
    await chat.until("finished")
    await chat.page.reload()
    await chat.page.evaluate(LISTEN)
    return chat


async def test_each_end_is_told_as_what_it_was_and_once(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = await listening(shared_site, open_tab)
    for model, ending in {
        "demo-brief": "The answer is complete.",
        "demo-length": "Cut by length The answer reached the token limit.",
        "demo-refusal": "Refused The model declined to answer this.",
        "demo-broken": "No answer The provider had an error.",
        "demo-filter": "Withheld The provider's filter withheld",
        "demo-empty": "The answer is empty",
    }.items():
        await chat.send("And?", model)
        await expects_announcements(chat.page, WRITING, ending)


async def test_a_stop_a_resume_its_undo_and_another_answer_are_told_apart(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = await listening(shared_site, open_tab)
    await chat.send("What is backpressure?", "demo-prefill")
    await chat.read_on()
    await chat.press("stop")
    await expects_announcements(chat.page, WRITING, "The answer was stopped.")
    await chat.press("resume")
    await chat.read_on()
    await chat.press("stop")
    await expects_announcements(chat.page, "The answer continues.", "The answer was stopped.")
    await chat.press("undo-resume")
    await expects_announcements(chat.page, "The resume was undone.")
    await chat.choose("demo-brief")
    await chat.press("regenerate")
    await expects_announcements(chat.page, WRITING, "The answer is complete.")
    await chat.press("previous")
    await expects_announcements(chat.page, "Answer 1 of 2")
