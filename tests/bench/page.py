"""How late a delta is in the page of a real Chromium: from upstream's write to the changed DOM."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from tests.bench.readers import Lateness
from tests.browser.chat import Chat
from tests.browser.chromium import find_chromium
from tests.browser.conftest import FLAGS
from tests.upstream import Upstream

# Each stamp counts once, at the first change of the page that holds it.
WATCH = """() => {
  window.late = [];
  let seen = 0;
  new MutationObserver(() => {
    const now = (performance.timeOrigin + performance.now()) / 1000;
    const text = document.getElementById("thread").textContent.slice(-400);
    for (const [, stamp] of text.matchAll(/⟨([0-9.]+)⟩/g)) {
      if (Number(stamp) <= seen) continue;
      seen = Number(stamp);
      window.late.push(now - seen);
    }
  }).observe(document.getElementById("thread"), {subtree: true, childList: true, characterData: true});
}"""


async def lateness_in_chromium(upstream: Upstream, model: str, seconds: float) -> Lateness:
    with tempfile.TemporaryDirectory() as folder, upstream.site(Path(folder), model) as site:
        async with async_playwright() as playwright:
            chromium = playwright.chromium
            browser = await chromium.launch(executable_path=find_chromium(), args=FLAGS)
            context = await browser.new_context()
            for name, value in site.cookies.items():
                await context.add_cookies([{"name": name, "value": value, "url": site.base_url}])
            page = await context.new_page()
            await page.goto(site.base_url)
            chat = Chat(page)
            await chat.send("Write.", model)
            await chat.read_on()
            await page.evaluate(WATCH)
            await asyncio.sleep(1 + seconds)
            late = await page.evaluate("() => window.late")
            await browser.close()
    return Lateness(seconds=late[50:])
