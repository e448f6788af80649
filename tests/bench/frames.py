"""What a delta costs the browser: `python -m tests.bench.frames`.

CPU milliseconds of Chromium's main thread per delta, in pages of the site whose answers grow by 50
words a second and are 1,000 to 20,000 words long, and in three such pages at once; next to a bare
page of 1,000 words at the same time, which appends the same words to one paragraph. The sum is
counted without a trace; a trace after it tells into which parts it falls. Fails where a ratio is
over its budget.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.async_api import Browser, Page, async_playwright

from tests.bench.browser import begin
from tests.bench.support.long_answers import BARE_PAGE, RATE, Ports, model, served
from tests.bench.support.main_thread import PARTS, Work, busy_ms, counters, main_threads, trace
from tests.browser.chromium import HOW_TO_FIX, find_chromium
from tests.browser.conftest import FLAGS
from tests.support.site import Site

LENGTHS = (1_000, 5_000, 20_000)
TABS = 3
ROUNDS = 3
SECONDS = 2.5
SETTLE_SECONDS = 2
DISPLAY_HZ = 60
SHOWS = "words => document.body.textContent.length > words * 5"
PROVIDER = """
[[provider]]
name = "Long"
format = "chat"
base_url = "http://127.0.0.1:{port}/v1"
models = ["{model}"]
"""

MOST_TIMES_BARE = 1.6
MOST_GROWTH = 1.25
MOST_FRAMES = 1.1
"""Per frame of the display."""


@dataclass(frozen=True, slots=True)
class Column:
    """A page: CPU milliseconds per delta, their parts, and frames per frame of the display."""

    title: str
    total: float
    bare: float
    """Of the bare page at the same time."""
    parts: dict[str, float]
    frames: float


@asynccontextmanager
async def answer(browser: Browser, site: Site, words: int) -> AsyncIterator[Page]:
    """A page of the site with an answer of that length that is being written."""
    async with await browser.new_context() as context:
        for name, value in site.cookies.items():
            await context.add_cookies([{"name": name, "value": value, "url": site.base_url}])
        page = await context.new_page()
        await begin(page, site.base_url)
        await page.wait_for_function(SHOWS, arg=words)
        yield page


@dataclass(frozen=True, slots=True)
class Bench:
    """The browser, and what serves its pages."""

    browser: Browser
    folder: Path
    ports: Ports

    async def measure(self, title: str, pages: Sequence[Page] = ()) -> Column:
        """What a page spends, of several that which spends most; without pages, the bare one."""
        async with self.bare() as yardstick:
            await asyncio.sleep(SETTLE_SECONDS)
            base, *totals = await asyncio.gather(*map(spent, [yardstick, *pages]))
            works = [] if pages else await self.trace()
        works = (works or await self.trace())[: len(pages) or 1]
        total = max(totals, default=base)
        traced = sum(works[0].parts.values())
        parts = {part: works[0].parts.get(part, 0) / traced * total for part in PARTS}
        return Column(title, total, base, parts, _frames(works))

    async def trace(self) -> list[Work]:
        return main_threads(await trace(self.browser, SECONDS))

    @asynccontextmanager
    async def bare(self) -> AsyncIterator[Page]:
        file, words = self.folder / "bare.html", LENGTHS[0]
        file.write_text(BARE_PAGE % {"port": self.ports.bare, "words": words})
        async with await self.browser.new_context() as context:
            page = await context.new_page()
            await page.goto(file.as_uri())
            await page.wait_for_function(SHOWS, arg=words)
            yield page

    @asynccontextmanager
    async def answers(self, words: int, tabs: int) -> AsyncIterator[list[Page]]:
        """Tabs, each with an answer of that length that is being written."""
        async with in_site(self.folder, self.ports, words) as site, AsyncExitStack() as stack:
            yield [
                await stack.enter_async_context(answer(self.browser, site, words))
                for _ in range(tabs)
            ]

    async def columns(self) -> AsyncIterator[Column]:
        yield await self.measure("bare")
        for words in LENGTHS:
            async with self.answers(words, 1) as pages:
                yield await self.measure(f"{words:,} words", pages)
        async with self.answers(LENGTHS[0], TABS) as pages:
            yield await self.measure(f"{TABS} tabs", pages)


async def spent(page: Page) -> float:
    cdp = await page.context.new_cdp_session(page)
    await counters(cdp)
    found = []
    for _ in range(ROUNDS):
        before = await busy_ms(cdp)
        await asyncio.sleep(SECONDS)
        found.append((await busy_ms(cdp) - before) / (SECONDS * RATE))
    return median(found)


def _frames(works: Iterable[Work]) -> float:
    return max(work.frames for work in works) / (SECONDS * DISPLAY_HZ)


def show(columns: Sequence[Column]) -> None:
    print(f"{'main-thread ms per delta':26}" + "".join(f"{one.title:>14}" for one in columns))
    for part in PARTS:
        if any(one.parts[part] >= 0.005 for one in columns):
            print(f"{part:26}" + "".join(f"{one.parts[part]:14.2f}" for one in columns))
    for name, values in {
        "together": [one.total for one in columns],
        "the bare page meanwhile": [one.bare for one in columns],
        "times the bare page": times_bare(columns),
        "frames per display frame": [one.frames for one in columns],
    }.items():
        print(f"{name:26}" + "".join(f"{value:14.2f}" for value in values))


def times_bare(columns: Sequence[Column]) -> list[float]:
    base = median(one.bare for one in columns)
    return [one.total / base for one in columns]


def over_budget(columns: Sequence[Column]) -> list[str]:
    _, short, *_, long, _ = columns
    ratios = {
        f"a page costs more than {MOST_TIMES_BARE} times the bare one": (
            max(times_bare(columns)) > MOST_TIMES_BARE
        ),
        f"{long.title} cost more than {MOST_GROWTH} times what {short.title} do": (
            long.total / short.total > MOST_GROWTH
        ),
        f"a page makes more than {MOST_FRAMES} frames per frame of the display": (
            max(one.frames for one in columns) > MOST_FRAMES
        ),
    }
    return [sentence for sentence, is_over in ratios.items() if is_over]


@asynccontextmanager
async def in_site(folder: Path, ports: Ports, words: int) -> AsyncIterator[Site]:
    """A site whose one model writes answers of that length."""
    providers = folder / "providers.toml"
    providers.write_text(PROVIDER.format(port=ports.upstream, model=model(words)))
    with tempfile.TemporaryDirectory() as data:
        site = Site(Path(data), CHAT_PROVIDERS=str(providers))
        try:
            await asyncio.to_thread(site.start)
            await asyncio.to_thread(lambda: site.cookies)
            yield site
        finally:
            site.end()


async def bench(folder: Path) -> list[str]:
    chromium = find_chromium()
    assert chromium is not None, HOW_TO_FIX
    async with served() as ports, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        columns = [column async for column in Bench(browser, folder, ports).columns()]
        await browser.close()
    show(columns)
    return over_budget(columns)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        sentences = asyncio.run(bench(Path(folder)))
    for sentence in sentences:
        print(f"Over budget: {sentence}.")
    return bool(sentences)


if __name__ == "__main__":
    sys.exit(main())
