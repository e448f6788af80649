"""R14 in a real Chromium: hostile text runs nothing and fetches nothing, stored or as it comes.

Whatever would run calls a function that is not there, and whatever would be fetched is refused by
the policy; both are complaints of the browser, which fail every test.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.async_api import expect

from streaming.forms import storable
from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.browser.sidebar.test_elsewhere import GRANT, NOTIFY, SHOWN, look_away
from tests.browser.stored_conversations import conversation
from tests.support.hostile.corpus import BLOCKS, EVIL, LINES, POLYGLOT
from tests.support.site import Site
from tests.support.upstream import PROVIDER

pytestmark = pytest.mark.browser

ALL = storable("\n\n".join([*LINES.values(), *BLOCKS.values()]))
TITLED = """
from conversations.models import Conversation
Conversation.objects.filter(pk={pk!r}).update(title={title!r})
"""
REACHES_OUT = f"""() => [...document.querySelectorAll("[src], [srcset], link[href], form[action]")]
    .filter((one) => one.outerHTML.includes("{EVIL}")).map((one) => one.outerHTML)"""


async def test_r14_stored_text_runs_nothing_and_fetches_nothing(
    shared_site: Site, open_tab: OpenTab
) -> None:
    path = conversation(shared_site, 2, ALL)
    pk = path.split("/")[2]
    shared_site.manage("shell", "-c", TITLED.format(pk=pk, title=POLYGLOT))
    page = await open_tab(shared_site, path)
    await expect(page.locator("[data-answer]").first).to_contain_text("evil()")
    assert POLYGLOT in await page.title()
    assert await page.evaluate(REACHES_OUT) == []
    await page.goto(shared_site.base_url)
    await expect(page.get_by_text(POLYGLOT).first).to_be_attached()
    assert await page.evaluate(REACHES_OUT) == []


class Speaker(BaseHTTPRequestHandler):
    """An upstream that says all of it, in pieces that end within words, tags and addresses."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        pieces = [ALL[start : start + 7] for start in range(0, len(ALL), 7)]
        chunks = [{"choices": [{"delta": {"content": piece}}]} for piece in pieces]
        events = [*(json.dumps(chunk) for chunk in chunks), "[DONE]"]
        self._send("text/event-stream", "".join(f"data: {event}\n\n" for event in events))

    def _send(self, kind: str, said: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(said.encode())))
        self.end_headers()
        for start in range(0, len(said), 2000):
            self.wfile.write(said[start : start + 2000].encode())
            time.sleep(0.02)  # so that it comes in many frames

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def speaking_site(tmp_path: Path) -> Iterator[Site]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Speaker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    providers = tmp_path / "providers.toml"
    url = f"http://127.0.0.1:{server.server_port}"
    providers.write_text(PROVIDER.format(url=url, models=json.dumps(["speaker"])))
    site = Site(tmp_path / "data", CHAT_PROVIDERS=str(providers))
    try:
        site.start()
        yield site
    finally:
        site.end()
        server.shutdown()
        server.server_close()


async def test_r14_streamed_text_runs_nothing_and_fetches_nothing(
    speaking_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(speaking_site))
    await chat.send("Speak", "speaker")
    await chat.until("finished")
    await expect(chat.answer).to_contain_text("evil()")
    assert await chat.page.evaluate(REACHES_OUT) == []


async def test_r14_news_of_an_answer_and_notifications_are_words(
    speaking_site: Site, open_tab: OpenTab
) -> None:
    """What a conversation is called stands in both, on the pages of others."""
    chat = Chat(await open_tab(speaking_site))
    elsewhere = await open_tab(speaking_site, in_profile_of=chat.page)
    await elsewhere.evaluate(NOTIFY)
    await elsewhere.evaluate(GRANT)
    await look_away(chat.page)
    await chat.send(POLYGLOT, "speaker")
    line = elsewhere.locator("[data-elsewhere] [data-ended]")
    await expect(line.locator("b")).to_have_text(POLYGLOT)
    assert await line.locator("b").evaluate("line => line.children.length") == 0
    [[title, body, _]] = await elsewhere.evaluate(SHOWN)
    assert (title, body) == (POLYGLOT, "The answer is complete.")
    assert await elsewhere.evaluate(REACHES_OUT) == []


async def test_what_the_policy_stops_is_a_complaint_that_fails_a_test(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect(EVIL)
    complaints.expect("CSP img-src")
    page = await open_tab(shared_site)
    await page.evaluate(f"document.body.append(Object.assign(new Image(), {{src: '//{EVIL}/'}}))")
    await page.wait_for_timeout(0)
    await page.evaluate("new Promise((done) => setTimeout(done, 100))")
    assert any("CSP img-src" in heard for heard in complaints.heard)
