"""One answer's whole life, as its reader lives it."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from streaming.demo.behaviours.texts import essay
from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.support.kept import kept_answers
from tests.support.site import Site

pytestmark = pytest.mark.browser

PROMPT = "How does a river delta form?"


async def test_an_answer_is_sent_stopped_killed_and_still_ends_whole(
    site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("WebSocket connection to .* failed|ERR_CONNECTION")

    # Somebody sends a prompt, and the answer starts.
    chat = Chat(await open_tab(site))
    await chat.send(PROMPT, "demo-prefill")
    read = await chat.read_on()

    # A reload in the middle: all that was read is there at once, and more comes.
    await chat.page.reload()
    assert (await chat.settled()).startswith(read)
    await chat.read_on()

    # A second tab shows the same. Stop there, and both have stopped at the same character.
    path = chat.page.url.removeprefix(site.base_url)
    other = Chat(await open_tab(site, path, in_profile_of=chat.page))
    await other.read_on()
    await other.press("stop")
    await chat.until("cancelled")
    await other.until("cancelled")
    assert await chat.text() == await other.text()
    stopped_at = only_answer(site)
    assert essay(PROMPT).startswith(stopped_at)

    # Resume there; then the server is killed.
    await chat.press("resume")
    await chat.read_on()
    assert only_answer(site).startswith(stopped_at)
    site.kill()
    await expect(chat.connection).to_contain_text("Reconnecting")
    read, died_at = await chat.settled(), only_answer(site)

    # It is started again: the tab reconnects, has lost nothing, and says what happened.
    site.start()
    await chat.until("interrupted")
    assert (await chat.settled()).startswith(read)
    assert only_answer(site) == died_at
    await expect(chat.connection).to_be_hidden()

    # Resume once more, to the end: the text is that of an answer without interruptions.
    await chat.press("resume")
    await chat.until("finished")
    await other.until("finished")
    assert only_answer(site) == essay(PROMPT)
    assert await chat.text() == await other.text()
    await chat.page.reload()
    assert await chat.text() == await other.text()


def only_answer(site: Site) -> str:
    """What the database holds of the one answer there is."""
    texts = {kept.message: kept.text for kept in kept_answers(site).values()}
    (text,) = texts.values()
    return text
