"""An answer that has begun, and that only the test continues, as a socket would."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.support.site import Site

BEGUN = "demo-stall"
"""Writes some words, then nothing more."""

SAY = """
([texts, then]) => {
    const article = document.getElementById("thread").lastElementChild;
    const { message, generation, cursor } = article.dataset;
    const answer = article.querySelector("[data-answer]");
    const changes = new MutationObserver(() => {});
    changes.observe(answer, { subtree: true, childList: true, characterData: true });
    const say = (frame) => {
        const detail = { text: JSON.stringify(frame), by: "socket" };
        document.dispatchEvent(new CustomEvent("chat:message", { detail }));
    };
    const now = performance.now();
    performance.now = () => now; // all of them within one frame, however busy the machine is
    const where = { type: "text", message: Number(message), generation: Number(generation) };
    texts.forEach((text, at) => {
        const from = Number(cursor) + at;
        say({ ...where, from, to: from + 1, text });
    });
    if (then) say(then);
    delete performance.now;
    return [changes.takeRecords().length, answer.textContent];
}"""


async def begun(site: Site, open_tab: OpenTab) -> Chat:
    chat = Chat(await open_tab(site))
    await chat.send("Tell me", BEGUN)
    await chat.has(100)
    await silent(chat)
    return chat


async def silent(chat: Chat) -> None:
    """Waits until no words have come for a while."""
    await expect(chat.answer.locator("[data-silent]")).to_have_count(1)


async def say(chat: Chat, *texts: str, then: dict[str, str] | None = None) -> tuple[int, str]:
    """Brings these words in one go, then a message; how often the answer changed, and its text."""
    changes, text = await chat.page.evaluate(SAY, [texts, then])
    return int(changes), str(text)
