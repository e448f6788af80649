"""`make soak`: 100 answers at once for 10 minutes, reloaded, dropped and stopped; nothing leaks.

`SOAK_ANSWERS`, `SOAK_SECONDS` and `SEED` change how many, how long, and what happens when. The
pace is one that a slow core can keep up with, so that what is measured is not a queue.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from tests.bench.support.process import Process
from tests.soak.holdings import IDLE_SECONDS, Holdings, holdings, settled
from tests.soak.life import Tally, live
from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

ANSWERS = int(os.environ.get("SOAK_ANSWERS") or 100)
SECONDS = int(os.environ.get("SOAK_SECONDS") or 600)
SEED = int(os.environ.get("SEED") or 1)

SHORT = "demo-clock-10-20"
MODELS = ("demo-clock-3-120", "demo-clock-3-180", "demo-clock-3-240", "demo-clock-3-300")
MINUTE = min(60, SECONDS // 5)
"""The length of the first and the last stretch that are compared."""

WARM = min(180, SECONDS // 2)
"""Before the time that counts: conversations get as long as they will, pools and caches fill."""

END = WARM + SECONDS

FLAT = 1.05
REPORT_EVERY = 10
SAME_PLACE = 0.6
"""How often the next answer is asked for in the same conversation."""


class Soak:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.process = Process(site.running.process.pid)
        self.tally = Tally()
        self.memory: list[tuple[float, int]] = []
        self.began = 0.0

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.began

    async def run(self) -> None:
        before = await self.at_rest()
        print(f"At rest: {before}", flush=True)
        self.began = time.monotonic()
        async with Visitor(self.site) as visitor, asyncio.TaskGroup() as group:
            group.create_task(self.weigh())
            group.create_task(self.report())
            for seat in range(ANSWERS):
                group.create_task(self.keep_asking(visitor, Random(SEED * 10_000 + seat)))
        print("All answers have ended.", flush=True)
        after = await self.at_rest(before)
        print(f"At rest: {after}", flush=True)
        self.expects_all_accounted_for()
        self.expects_flat_memory()

    async def at_rest(self, before: Holdings | None = None) -> Holdings:
        """What is held after a few answers, and after those and one more had time to go."""
        async with Visitor(self.site) as visitor:
            for count in (8, 1):
                few = (live(visitor, SHORT, Random(0), self.tally) for _ in range(count))
                await asyncio.gather(*few)
                await asyncio.sleep(IDLE_SECONDS)
        return await settled(self.site, before)

    async def keep_asking(self, visitor: Visitor, chance: Random) -> None:
        """One answer after the other, as many people do at once."""
        await asyncio.sleep(chance.uniform(0, MINUTE * 2 / 3))
        place = ""
        while self.elapsed < END:
            place = place if chance.random() < SAME_PLACE else ""
            place = await live(visitor, chance.choice(MODELS), chance, self.tally, place)

    async def weigh(self) -> None:
        while self.elapsed < END:
            self.memory.append((self.elapsed, self.process.kilobytes()))
            await asyncio.sleep(1)

    async def report(self) -> None:
        used = self.process.cpu_seconds()
        while self.elapsed < END:
            await asyncio.sleep(REPORT_EVERY)
            now, held = self.process.cpu_seconds(), await holdings(self.site)
            print(
                f"{self.elapsed:4.0f} s: {self.process.kilobytes() / 1024:.1f} MiB,",
                f"CPU {(now - used) / REPORT_EVERY:.0%}; {held}; {self.tally}",
                flush=True,
            )
            used = now

    def expects_all_accounted_for(self) -> None:
        rows = self.site.rows("SELECT status FROM streaming_generation")
        kept = Counter(row["status"] for row in rows)
        tally = self.tally
        print(f"Kept: {dict(kept)}")
        assert kept == Counter(finished=tally.finished, cancelled=tally.cancelled)
        assert kept.total() == tally.begun
        assert tally.cancelled <= tally.stop
        assert not self.site.rows("SELECT 1 FROM streaming_journalentry"), "entries were left over"

    def expects_flat_memory(self) -> None:
        first, last = self.mean(WARM, WARM + MINUTE), self.mean(END - MINUTE, END)
        print(
            f"Memory, mean of {MINUTE} s: {first / 1024:.1f} MiB at first,"
            f" {last / 1024:.1f} MiB at last ({last / first - 1:+.1%})"
        )
        assert last <= first * FLAT, "memory grows"

    def mean(self, start: float, end: float) -> float:
        weights = [weight for when, weight in self.memory if start <= when <= end]
        return sum(weights) / len(weights)


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and end the servers on the way
    print(
        f"{ANSWERS} answers of {', '.join(MODELS)} for {WARM} + {SECONDS} s, SEED={SEED}",
        flush=True,
    )
    upstream = Upstream()
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            upstream.site(Path(folder), SHORT, *MODELS) as site,
        ):
            asyncio.run(Soak(site).run())
            assert upstream.running() == [], "a provider still writes for nobody"
    finally:
        upstream.program.end()
    print("Nothing leaked, and every answer is accounted for.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
