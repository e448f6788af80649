"""How late a delta is in the page: from upstream's write to the text in Chromium's document.

`python -m tests.bench.browser`: one answer, in a page that nobody touches.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from tests.bench.support.readers import Lateness
from tests.browser.chromium import find_chromium
from tests.browser.conftest import FLAGS
from tests.support.site import Site
from tests.support.upstream import Upstream

RATE = 50
SECONDS = 8

WATCH = """
() => {
  window.seen = [];
  const answer = document.querySelector("[data-answer]");
  new MutationObserver((changes) => {
    const now = (performance.timeOrigin + performance.now()) / 1000;
    for (const change of changes) {
      const added = change.type === "characterData" ? [change.target] : change.addedNodes;
      for (const node of added) window.seen.push([now, node.textContent.slice(-120)]);
    }
  }).observe(answer, { childList: true, characterData: true, subtree: true });
}
"""


async def main() -> None:
    upstream = Upstream()
    model = f"demo-clock-{RATE}-{RATE * (SECONDS + 10)}"
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            upstream.site(Path(folder), model) as site,
        ):
            lateness = await watch(site)
    finally:
        upstream.program.end()
    print(
        f"In Chromium's page, one answer at {RATE} deltas a second: "
        f"p50 {lateness.percentile(50):.1f} ms, p99 {lateness.percentile(99):.1f} ms, "
        f"{len(lateness.seconds)} deltas"
    )


async def watch(site: Site) -> Lateness:
    lateness = Lateness()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        page = await browser.new_page()
        await begin(page, site.enter_url)
        await page.wait_for_timeout(2000)
        await page.evaluate(WATCH)
        await page.wait_for_timeout(SECONDS * 1000)
        for now, text in await page.evaluate("window.seen"):
            lateness.see(0, text, now)
            lateness.counting = True  # the first shows what came before anybody looked
        await browser.close()
    return lateness


async def begin(page: Page, enter_url: str) -> None:
    """Sign in and have an answer written."""
    await page.goto(enter_url)
    await page.fill("textarea[name=prompt]", "Go.")
    await page.press("textarea[name=prompt]", "Enter")
    await page.wait_for_selector("article[data-role=assistant][data-status=running]")


if __name__ == "__main__":
    asyncio.run(main())
