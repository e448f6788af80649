"""What a visit costs: `python -m tests.bench.pages`.

The first visit of a new conversation and of one with 40 messages: requests and bytes over the wire,
layout shift, and the largest paint over a slow network (150 ms, 1.6 Mbit/s). Then, on loopback and
over that network, how soon another conversation is painted after a press of 80 ms, and how soon the
one before after Back.
Exits non-zero where requests, bytes or layout shift are over their budget.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests import ROOT
from tests.browser.chromium import find_chromium
from tests.browser.conftest import FLAGS
from tests.browser.stored_conversations import conversation
from tests.browser.weight import MOST_BYTES, MOST_REQUESTS, SLOW, Visit, visit
from tests.support.site import Site

MESSAGES = 40
ANSWER = (ROOT / "docs/rendering.md").read_text("utf-8")[:1500]
TIMES = 7
PRESSED_MS = 80
PAINTED_AIM_MS = 700
SWITCHED_AIM_MS = 100

REMEMBER = """
for (const name of ["pointerdown", "click", "popstate"]) {
  addEventListener(name, () => { window[name] = performance.now(); }, { capture: true });
}
"""
WATCH = """() => {
  const main = document.querySelector("[data-conversation]");
  window.shown = new Promise((done) => new MutationObserver(() => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now()); // the frame is painted
    port2.postMessage(null);
  })).observe(main, { attributeFilter: ["data-conversation"] }));
}"""
SINCE = """async (names) => {
  const shown = await window.shown;
  return names.map((name) => shown - window[name]);
}"""


async def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        try:
            site.start()
            paths = [conversation(site, MESSAGES, ANSWER) for _ in range(2)]
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=find_chromium(),
                    args=FLAGS,
                    ignore_default_args=["--disable-back-forward-cache"],
                )
                failed = await first_visits(browser, site, {"new": "/", "40 messages": paths[0]})
                await switches(browser, site, paths)
                await switches(browser, site, paths, SLOW)
                await browser.close()
        finally:
            site.end()
    return failed


async def first_visits(browser: Browser, site: Site, paths: dict[str, str]) -> int:
    failed = 0
    for name, path in paths.items():
        visits = [await first_visit(browser, site, path) for _ in range(TIMES)]
        painted = median(each.painted_ms for each in visits)
        heaviest = max(visits, key=lambda each: each.bytes)
        shift = max(sum(moved[0] for moved in each.moved) for each in visits)
        print(
            f"{name:12} {heaviest.requests} requests (budget {MOST_REQUESTS}), "
            f"{heaviest.bytes:,} bytes (budget {MOST_BYTES:,}), layout shift {shift:g} (budget 0), "
            f"largest paint p50 {painted:.0f} ms (aim {PAINTED_AIM_MS})",
            flush=True,
        )
        excess = [line for each in visits for line in each.excess()]
        failed += bool(excess)
        print(*sorted(set(excess)), sep="\n", end="\n" if excess else "")
    return failed


async def first_visit(browser: Browser, site: Site, path: str) -> Visit:
    context = await signed_in(browser, site)
    try:
        return await visit(await context.new_page(), site.base_url + path, SLOW)
    finally:
        await context.close()


async def signed_in(browser: Browser, site: Site) -> BrowserContext:
    context = await browser.new_context()
    for name, value in site.cookies.items():
        await context.add_cookies([{"name": name, "value": value, "url": site.base_url}])
    return context


async def switches(
    browser: Browser, site: Site, paths: list[str], network: Mapping[str, Any] | None = None
) -> None:
    context = await signed_in(browser, site)
    await context.add_init_script(REMEMBER)
    page = await context.new_page()
    await page.goto(site.base_url + paths[0], wait_until="networkidle")
    if network is not None:
        wire = await context.new_cdp_session(page)
        await wire.send("Network.enable")
        await wire.send("Network.emulateNetworkConditions", dict(network))
    pressed, clicked, back = [], [], []
    for _ in range(TIMES):
        await page.evaluate(WATCH)
        await press(page, paths[1])
        since = await page.evaluate(SINCE, ["pointerdown", "click"])
        pressed.append(since[0])
        clicked.append(since[1])
        await page.evaluate(WATCH)
        await page.evaluate("history.back()")
        back += await page.evaluate(SINCE, ["popstate"])
    print(
        f"another conversation{' over the slow network' if network else ''}: "
        f"painted p50 {median(pressed):.0f} ms after the press, "
        f"{median(clicked):.0f} ms after its end (aim {SWITCHED_AIM_MS}); "
        f"back: p50 {median(back):.0f} ms",
        flush=True,
    )
    await context.close()


async def press(page: Page, path: str) -> None:
    await page.locator(f'[data-conversation-link][href="{path}"]').hover()
    await page.mouse.down()
    await page.wait_for_timeout(PRESSED_MS)
    await page.mouse.up()
    await page.wait_for_url(f"**{path}")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
