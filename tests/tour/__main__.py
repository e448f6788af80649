"""`make screenshots`: plays the tour on a site of its own and writes what is to be taken."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from tests.browser.chromium import HOW_TO_FIX, find_chromium
from tests.browser.conftest import FLAGS, Complaints, tabs_of
from tests.support.site import Site
from tests.tour import sources
from tests.tour.story import BEHIND, play
from tests.tour.visit import Visit


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make screenshots")
    parser.add_argument("--check", action="store_true", help="only say which are to be taken")
    parser.add_argument("--all", action="store_true", help="take each of them again")
    options = parser.parse_args(arguments)
    wanted = list(BEHIND) if options.all else sources.to_take(BEHIND)
    if options.check:
        return _say(wanted)
    if not wanted:
        print("Every picture shows the templates and style sheets of today.")
        return 0
    hashes = {name: sources.digest(BEHIND[name]) for name in wanted}
    taken = asyncio.run(_take(wanted))
    kept = {name: known for name, known in sources.read_taken().items() if name in BEHIND}
    sources.note_taken(kept | {name: hashes[name] for name in taken})
    return _say(sources.to_take(BEHIND))


def _say(wanted: list[str]) -> int:
    for name in wanted:
        print(f"docs/images/{name}.png is not of today: run make screenshots", file=sys.stderr)
    return 1 if wanted else 0


async def _take(wanted: list[str]) -> list[str]:
    """The names of the pictures that were written; all that can be, if a step fails."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit(f"Chatsite: {HOW_TO_FIX}")
    complaints = Complaints()
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder) / "data", DEMO_MODELS="few")
        try:
            site.start()
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
                async with tabs_of(browser, complaints) as open_tab:
                    visit = Visit(site, open_tab, wanted)
                    await play(visit)
        finally:
            site.end()
    if heard := complaints.unexpected():
        sys.exit("Chatsite: the pages complained: " + "; ".join(heard))
    return visit.taken


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
