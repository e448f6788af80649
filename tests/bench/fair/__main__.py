"""How soon one person's answer begins while another does everything that the limits allow.

`python -m tests.bench.fair`. On a site with its usual limits somebody asks a question every two
seconds and waits for the first delta: first alone, then next to a person with 4 answers being
written and 20 in line, 20 sockets, and searches, uploads and exports without a pause. Exits
non-zero where the first delta then takes more than twice its usual time.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from tests.bench.fair.greedy import Greedy
from tests.bench.support.people import cookies_of_people
from tests.bench.support.tab import Arrivals, Tab
from tests.support.site import Site
from tests.support.upstream import Upstream

QUESTIONS, EVERY_SECONDS = 15, 2.0
ASKED, WARM_UP = "demo-clock-50-10", "demo-clock-50-5"
GREEDS = "demo-clock-50-10000"
PATIENCE = 60
SOCKET_SECONDS = 0.5  # in which the page that was opened gets its socket
BUDGET = 2.0
USUAL = {
    "RUNNING_PER_USER": "4",
    "SENDS_A_MINUTE": "30",
    "SENDS_A_DAY": "500",
    "SOCKETS_PER_USER": "20",
}
"""The limits as they are without any setting; sites of tests have wider ones."""


async def main() -> int:
    upstream = Upstream()
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            upstream.site(Path(folder), ASKED, WARM_UP, GREEDS, **USUAL) as site,
        ):
            return await compare(site)
    finally:
        upstream.program.end()


async def compare(site: Site) -> int:
    first, second, greedy = cookies_of_people(site, 3)
    await asked(site, first, WARM_UP, 3)
    alone = await asked(site, first, ASKED, QUESTIONS)
    show("alone", alone)
    busy = Greedy(site, greedy, GREEDS)
    try:
        await busy.begin()
        await asyncio.sleep(EVERY_SECONDS)
        crowded = await asked(site, second, ASKED, QUESTIONS)
    finally:
        await busy.end()
    show("next to them", crowded)
    print(f"who did meanwhile: {dict(sorted(busy.done.items()))}")
    ratio = median(crowded) / median(alone)
    late = ratio > BUDGET
    print(f"first delta, next to them / alone: {ratio:.2f}, budget {BUDGET:.1f}", end="")
    print(", MISSED" if late else "")
    return int(late)


async def asked(site: Site, cookies: dict[str, str], model: str, count: int) -> list[float]:
    """The milliseconds from each click to its first delta, one question after the other."""
    tab, loop, took = Tab(site, cookies), asyncio.get_running_loop(), list[float]()
    start = loop.time()
    for number in range(count):
        await tab.open("/")
        left = start + number * EVERY_SECONDS - loop.time()
        await asyncio.sleep(max(left, SOCKET_SECONDS))
        arrivals = Arrivals(time.monotonic())
        async with asyncio.timeout(PATIENCE):
            await tab.send(model, arrivals)
            await arrivals.come(1)
        took.append(arrivals.first_seconds * 1000)
    await tab.close()
    return took


def show(name: str, took: list[float]) -> None:
    p90 = quantiles(took, n=10, method="inclusive")[8]
    print(f"{name:14} p50 {median(took):5.0f} ms, p90 {p90:5.0f} ms, most {max(took):5.0f} ms")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
