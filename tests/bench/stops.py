"""How soon a stop closes the connection upstream: from the click to the closed connection.

`[STOPS=200] python -m tests.bench.stops`: one answer at a time, stopped at a random moment from its
beginning on; it writes, is silent before the first delta, or falls silent after a few. Where there
are two processes, the click comes to the one that does not write. Exits non-zero where a p95 is
over its budget, which is R5's: 50 ms in one process, 250 ms from another.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from dataclasses import dataclass
from itertools import cycle
from random import Random
from statistics import median, quantiles

from tests.bench.support.places import Place, Places
from tests.services.support.watching import until
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

STOPS = int(os.environ.get("STOPS", "0"))
MODELS = ("demo-clock-50-50000", "demo-silent+speed-1000", "demo-stall+speed-1000")
SECONDS = 30


@dataclass(frozen=True, slots=True)
class Way:
    """Where an answer is written, how a stop gets there, and the budget of its p95."""

    name: str
    place: str
    stops: int
    most_ms: float
    has_redis: bool = True


WAYS = (
    Way("SQLite, one process", "sqlite", 200, 50),
    Way("from another process, by Redis", "services-2", 40, 250),
    Way("from another process, by the database alone", "services-2", 40, 250, has_redis=False),
)


async def main() -> int:
    print("From the click to the closed connection, in ms; of so many stops; budget of the p95.")
    print(f"{'':44}{'p50':>7}{'p95':>7}{'longest':>9}{'stops':>7}{'budget':>8}", flush=True)
    missed = 0
    with Places() as places:
        for way in WAYS:
            upstream = Upstream()
            try:
                with places.site(way.place, upstream, *MODELS, has_redis=way.has_redis) as place:
                    waits = await stop_all(place, upstream, STOPS or way.stops)
            finally:
                upstream.program.end()
            p95 = quantiles(waits, n=20, method="inclusive")[18]
            missed += p95 > way.most_ms
            print(
                f"{way.name:44}{median(waits):7.1f}{p95:7.1f}{max(waits):9.1f}{len(waits):7}"
                f"{way.most_ms:8.0f}",
                flush=True,
            )
    return missed


async def stop_all(place: Place, upstream: Upstream, stops: int) -> list[float]:
    """Milliseconds, of as many stops as came after upstream had been asked."""
    moments, models, waits = Random(5), cycle(MODELS), list[float]()
    async with Visitor(place.sites[0]) as writer, Visitor(place.sites[-1]) as stopper:
        while len(waits) < stops:
            wait = await stop_one(writer, stopper, upstream, next(models), moments)
            waits += [] if wait is None else [wait * 1000]
    return waits


async def stop_one(
    writer: Visitor, stopper: Visitor, upstream: Upstream, model: str, moments: Random
) -> float | None:
    """Seconds; none where the click came before upstream was asked."""
    began = time.time()
    sent = await writer.send("Write until I stop you.", f"demo/{model}")
    await asyncio.sleep(moments.choice((0, moments.uniform(0, 0.2), moments.uniform(0, 1.2))))
    clicked = time.time()
    await stopper.stop(sent.generation)
    await until(lambda: not upstream.running(), SECONDS)
    last = upstream.log()[-1:]
    if not last or last[0]["opened"] < began:
        return None
    closed: float = last[0]["closed"]
    return max(0.0, closed - clicked)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
