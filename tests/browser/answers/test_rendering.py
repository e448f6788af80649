"""After every frame of an answer a browser shows what it would show after a reload."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import django_htmx
import pytest
from playwright.async_api import Browser, Page

from conversations.markdown import Operation, Renderer, render
from streaming.live import fragments
from streaming.live.answers import rendered_answer
from streaming.live.answers.changes import TextChanged
from streaming.live.protocol import FrameRange
from tests.conversations.markdown.documents import document

pytestmark = pytest.mark.browser

HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.js"
MESSAGE = 7
PREFIX = rendered_answer.prefix(MESSAGE)
DOCUMENTS = 16
# Swaps HTML as the socket extension of htmx does, and shows JSON frames as stream.js does.
APPLY = """
htmx.config.includeIndicatorStyles = false;
htmx.defineExtension("ours", { init: (api) => { window.api = api; } });
window.apply = (frame) => {
  if (frame.startsWith("{")) {
    const { type, text } = JSON.parse(frame);
    if (type === "open") document.getElementById("answer-7-open").innerHTML = text;
    else document.getElementById("answer-7-tail").append(text);
    return;
  }
  const settling = api.makeSettleInfo(document.body);
  for (const part of [...api.makeFragment(frame).children]) {
    api.oobSwap(api.getAttributeValue(part, "hx-swap-oob") || "true", part, settling);
  }
  api.settleImmediately(settling.tasks);
};
window.shown = (answer) => {
  const copy = answer.cloneNode(true);
  const tail = copy.querySelector("#answer-7-tail");
  tail?.replaceWith(...tail.childNodes, document.createComment("tail"));
  copy.normalize();
  for (const element of copy.querySelectorAll('[class=""]')) element.removeAttribute("class");
  return copy.innerHTML;
};
window.reloaded = (html) => {
  const answer = document.createElement("div");
  answer.innerHTML = html;
  return shown(answer);
};
"""


async def test_a_browser_shows_after_every_frame_what_a_reload_shows(browser: Browser) -> None:
    async with await browser.new_page() as page:
        await page.set_content("<!doctype html><body></body>")
        await page.add_script_tag(path=HTMX)
        await page.add_script_tag(content=APPLY)
        random = Random(4)
        for seed in range(DOCUMENTS):
            await _play(page, document(seed), random)


async def _play(page: Page, text: str, random: Random) -> None:
    renderer = Renderer(PREFIX)
    start = f'<div id="{PREFIX}">{renderer.html()}</div>'
    await page.evaluate("html => { document.body.innerHTML = html; }", start)
    place = 0
    while place < len(text):
        length = random.randint(1, 20)
        operations = renderer.feed(text[place : place + length])
        place += length
        whole = render(text[:place], PREFIX, complete=False)
        await _expects_same_as_reload(page, _frame(place, operations), whole)
    await _expects_same_as_reload(page, _frame(0, renderer.finish()), render(text, PREFIX))


def _frame(place: int, operations: list[Operation]) -> str:
    return fragments.frame(_heading(place), [TextChanged("", operations)])


async def _expects_same_as_reload(page: Page, frame: str, whole: str) -> None:
    shown, reloaded = await page.evaluate(
        f"""([frame, whole]) => {{
            apply(frame);
            return [shown(document.getElementById({json.dumps(PREFIX)})), reloaded(whole)];
        }}""",
        [frame, whole],
    )
    assert shown == reloaded, frame


def _heading(place: int) -> FrameRange:
    return FrameRange(message=MESSAGE, generation=1, start=place, end=place + 1)
