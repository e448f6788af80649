"""What a frame costs the browser: `python -m tests.bench.frames`.

CPU milliseconds of Chromium's main thread per frame, in the site's own page with its own scripts,
at answers of growing length: plain text that is appended, an open block that is replaced, and,
for comparison, the whole message replaced each time. The frames are made by the site's renderer
and come from a socket that stands in for the server's. A page that idles is subtracted.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import django
from playwright.async_api import CDPSession, Page, async_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
if not TYPE_CHECKING:
    django.setup()

from conversations import markdown
from conversations.markdown import SetOpen
from streaming.live import fragments
from streaming.live.protocol import FrameRange
from tests.browser.chromium import HOW_TO_FIX, find_chromium
from tests.browser.conftest import FLAGS
from tests.support.site import Site

SIZES = (1_000, 10_000, 50_000, 200_000)
FRAMES = 40
EVERY_MS = 40
GENERATION = 999_999_999
PARAGRAPH = (
    "A queue keeps things *in order*: what comes first is served first. With `push` one is added, "
    "with `pop` one is taken, and **nothing** is lost between the two, however long it waits. "
)
SECTION = (
    f"## How it works\n\n{PARAGRAPH}\n\n- one\n- two\n\n```py\nx = [1, 2]\n```\n\n{PARAGRAPH}\n\n"
)
WORDS = "and so it goes on in plain words for a while "
MAKE = """
from django.contrib.auth.models import User
from tests.support.rows import long_conversation
made = long_conversation(User.objects.first(), 2)
print(made.pk, made.leaf_id)
"""
SOCKET = """
window.WebSocket = class extends EventTarget {
  static OPEN = 1;
  readyState = 1;
  constructor() {
    super();
    window.deliver = (data) => this.tell(new MessageEvent("message", { data }));
    setTimeout(() => this.tell(new Event("open")));
  }
  tell(event) { this.dispatchEvent(event); this[`on${event.type}`]?.(event); }
  send(said) {
    if (JSON.parse(said).type !== "ask") return;
    const { dataset } = document.getElementById("thread").lastElementChild;
    const { message, generation, status } = dataset;
    const stands = { leaf: Number(message), generation: Number(generation), status, after: 0 };
    this.tell(new MessageEvent("message", { data: JSON.stringify({ type: "stands", ...stands }) }));
  }
  close() {}
};"""
PUT = """([name, generation, html]) => {
  const answer = document.getElementById(name);
  answer.innerHTML = html;
  const article = answer.closest("article");
  Object.assign(article.dataset, { status: "running", generation, cursor: 0 });
  article.setAttribute("aria-busy", "true");
  document.querySelector("[data-scroll]").scrollTop = 1e9;
  return new Promise((done) => setTimeout(done, 500));
}"""
PLAY = """([frames, every]) => new Promise((done) => {
  const step = () => {
    if (!frames.length) return done();
    const frame = frames.shift();
    if (frame) window.deliver(frame);
    setTimeout(step, every);
  };
  step();
})"""
CURSOR = """(name) => Number(document.getElementById(name).closest("article").dataset.cursor)"""

Frames = Callable[[str, int], Sequence[str]]


def text_of(size: int) -> str:
    """About that many characters, the last of them an open paragraph."""
    return f"{SECTION * (size // len(SECTION))}It is so "


def appended(text: str, message: int) -> Sequence[str]:
    """Plain words, as the renderer shows them."""
    renderer = markdown.Renderer(fragments.prefix(message))
    renderer.feed(text)
    pieces = [(WORDS * FRAMES)[number * 8 :][:8] for number in range(FRAMES)]
    return [
        fragments.frame(heading(message, number), renderer.feed(piece))
        for number, piece in enumerate(pieces)
    ]


def opened(_: str, message: int) -> Sequence[str]:
    """The open block anew, a paragraph of some hundred characters."""
    tail = f'<span id="{fragments.prefix(message)}-tail"></span></p>'
    block = f"<p>{'A <em>growing</em> line of <code>words</code> ' * 8}"
    return [
        fragments.frame(heading(message, number), [SetOpen(f"{block}{WORDS[:number]}{tail}")])
        for number in range(FRAMES)
    ]


def replaced(text: str, message: int) -> Sequence[str]:
    """The whole message anew, as one that renders everything each time sends it."""
    prefix, frames = fragments.prefix(message), []
    for number in range(FRAMES):
        html = markdown.render(text + (WORDS * FRAMES)[: number * 8 + 8], prefix, complete=False)
        frames.append(f'<div id="{prefix}" hx-swap-oob="innerHTML">{html}</div>')
    return frames


def heading(message: int, number: int) -> FrameRange:
    return FrameRange(message, GENERATION, number, number + 1)


WAYS: dict[str, Frames] = {"append text": appended, "open block": opened, "whole message": replaced}


async def main_thread_ms(cdp: CDPSession) -> float:
    metrics = (await cdp.send("Performance.getMetrics"))["metrics"]
    return 1000 * float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


async def played(page: Page, cdp: CDPSession, frames: Sequence[str]) -> float:
    """Main-thread milliseconds per frame, with what it takes to show it."""
    before = await main_thread_ms(cdp)
    await page.evaluate(PLAY, [list(frames), EVERY_MS])
    return (await main_thread_ms(cdp) - before) / len(frames)


async def measure(page: Page, cdp: CDPSession, message: int, way: str, size: int) -> float:
    text, name = text_of(size), fragments.prefix(message)
    frames = WAYS[way](text, message)
    await page.evaluate(PUT, [name, GENERATION, markdown.render(text, name, complete=False)])
    idle = await played(page, cdp, [""] * FRAMES)
    busy = await played(page, cdp, frames)
    if way != "whole message":
        assert await page.evaluate(CURSOR, name) == FRAMES, "frames were dropped"
    return busy - idle


async def bench(site: Site) -> None:
    chromium = find_chromium()
    assert chromium is not None, HOW_TO_FIX
    assert site.cookies
    conversation, message = site.manage("shell", "-c", MAKE).split()[-2:]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = await browser.new_context()
        await context.add_init_script(SOCKET)
        for name, value in site.cookies.items():
            await context.add_cookies([{"name": name, "value": value, "url": site.base_url}])
        print(f"{'main-thread ms per frame':26}" + "".join(f"{size:>10,}" for size in SIZES))
        for way in WAYS:
            print(f"{way:26}", end="", flush=True)
            for size in SIZES:
                page = await context.new_page()
                await page.goto(f"{site.base_url}/c/{conversation}/")
                cdp = await context.new_cdp_session(page)
                await cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
                spent = await measure(page, cdp, int(message), way, size)
                print(f"{spent:10.2f}", end="", flush=True)
                await page.close()
            print()
        await browser.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        try:
            site.start()
            asyncio.run(bench(site))
        finally:
            site.end()


if __name__ == "__main__":
    main()
