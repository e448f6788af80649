"""What many watchers of one answer cost next to one: `python -m tests.bench.watchers`.

The answer is kept and rendered once, whoever watches; each further watcher is a frame to send.
CPU is per 1,000 deltas of the answer, however many sockets each of them went to.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from tests.bench.support.pages import Reading, allow_many_sockets, begin, socket_of
from tests.bench.support.places import Place, Places
from tests.bench.support.process import busy_seconds
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

COUNTS = (1, 20, 200)
RATE = 50
SECONDS = 8
SETTLE_SECONDS = 2
MODEL = f"demo-clock-{RATE}-{RATE * 120}"


async def main() -> None:
    allow_many_sockets()
    print(f"One answer, {RATE} deltas a second, measured for {SECONDS} s; times in ms")
    print(
        f"{'watchers':>8}{'p50':>8}{'p99':>8}{'CPU/1000':>10}{'on time':>9}{'busy':>6}", flush=True
    )
    upstream = Upstream()
    try:
        with Places() as places:
            for count in COUNTS:
                with places.site("sqlite", upstream, MODEL) as place:
                    await measure(place, count)
    finally:
        upstream.program.end()


async def measure(place: Place, count: int) -> None:
    (site,), (process,) = place.sites, place.processes
    reading = Reading()
    async with Visitor(site) as visitor, AsyncExitStack() as sockets:
        answer = await begin(visitor, MODEL)
        for _ in range(count):
            reading.begin(await sockets.enter_async_context(socket_of(site, visitor, answer)))
        await asyncio.sleep(SETTLE_SECONDS)
        used, busy, reading.lateness.counting = process.cpu_seconds(), busy_seconds(), True
        await asyncio.sleep(SECONDS)
        reading.lateness.counting = False
        used, busy = process.cpu_seconds() - used, busy_seconds() - busy
        reading.end()
        site.end()
    lateness, due = reading.lateness, RATE * SECONDS
    cores = busy / SECONDS
    print(
        f"{count:8}{lateness.percentile(50):8.1f}{lateness.percentile(99):8.1f}"
        f"{used / due * 1_000_000:10.0f}{len(lateness.seconds) / due / count:9.0%}{cores:6.1f}",
        flush=True,
    )


if __name__ == "__main__":
    asyncio.run(main())
