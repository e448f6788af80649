"""How soon a stop has hung up on upstream: from the click to the closed connection.

`[STOPS=40] python -m tests.bench.stops`: one answer at a time, half of them writing and half of
them silent. Where there are two processes, the click comes to the one that does not write. Exits
non-zero where a p95 is over its budget, which is R5's: 50 ms in one process, 250 ms from another.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from dataclasses import dataclass
from statistics import median, quantiles

from tests.bench.places import Place, Places
from tests.services.reading import until
from tests.upstream import Upstream
from tests.visitor import Visitor

STOPS = int(os.environ.get("STOPS", "40"))
MODELS = ("demo-clock-50-50000", "demo-silent+speed-1000")
BEGIN_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Way:
    """Where an answer is written, how a stop gets there, and the budget of its p95."""

    name: str
    place: str
    most_ms: float
    has_redis: bool = True


WAYS = (
    Way("SQLite, one process", "sqlite", 50),
    Way("from another process, by Redis", "services-2", 250),
    Way("from another process, by the database alone", "services-2", 250, has_redis=False),
)


async def main() -> int:
    print(f"p50, p95 and longest of {STOPS} stops in ms, and the budget of the p95.")
    missed = 0
    with Places() as places:
        for way in WAYS:
            upstream = Upstream()
            try:
                with places.site(way.place, upstream, *MODELS, has_redis=way.has_redis) as place:
                    waits = [1000 * seconds for seconds in await stop_all(place, upstream)]
            finally:
                upstream.program.end()
            p95 = quantiles(waits, n=20, method="inclusive")[18]
            missed += p95 > way.most_ms
            print(
                f"{way.name:44}{median(waits):7.1f}{p95:7.1f}{max(waits):7.1f}{way.most_ms:7.0f}",
                flush=True,
            )
    return missed


async def stop_all(place: Place, upstream: Upstream) -> list[float]:
    async with Visitor(place.sites[0]) as writer, Visitor(place.sites[-1]) as stopper:
        return [
            await stop_one(writer, stopper, upstream, MODELS[number % len(MODELS)])
            for number in range(STOPS)
        ]


async def stop_one(writer: Visitor, stopper: Visitor, upstream: Upstream, model: str) -> float:
    """Seconds from the click to the moment in which upstream lost its connection."""
    sent = await writer.send("Write until I stop you.", f"demo/{model}")
    await until(upstream.running, BEGIN_SECONDS)
    clicked = time.time()
    await stopper.stop(sent.generation)
    await until(lambda: not upstream.running(), BEGIN_SECONDS)
    closed: float = upstream.log()[-1]["closed"]
    return closed - clicked


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
