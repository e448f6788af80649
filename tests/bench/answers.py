"""What a delta costs from upstream's write to the frame on the socket, next to a bare relay.

`[RATE=50] python -m tests.bench.answers [ANSWERS …] [PLACE …]`. The relay (Daphne, Channels, httpx;
nothing kept, nothing rendered, a frame per delta) and the site read the same upstream in the same
run, one after the other, so the ratio holds on any machine. Where a site has two processes, each
begins half of the answers, and half of the pages are on the other process than their answer.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

from websockets.asyncio.client import connect

from tests.bench.support.pages import Reading, allow_many_sockets, begin, socket_of
from tests.bench.support.places import PROCESSES, Place, Places
from tests.bench.support.process import Process, busy_seconds
from tests.bench.support.readers import Figures
from tests.bench.support.scraping import COMMIT, ENTRIES, Counts, between, quantile, scrape
from tests.support.site import Program, clean_environment, free_port
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

RATE = int(os.environ.get("RATE", "50"))
SECONDS = 8
SETTLE_SECONDS = 2.0
SETTLE_SECONDS_EACH = 0.03
BEGIN_SECONDS = 200
AT_ONCE = 8
COUNTS = (1, 20, 100, 300)
CORES = os.cpu_count() or 1


async def main(counts: Sequence[int], wanted: Sequence[str]) -> None:
    allow_many_sockets()
    print(f"{RATE} deltas a second and answer, measured for {SECONDS} s; times in ms.")
    print(
        "CPU: ms per 1,000 deltas that arrived, of each process. Busy: all cores, whoever did it."
    )
    print(
        f"{'answers':>7} {'':11}{'p50':>8}{'p99':>8}{'CPU/1000':>12}{'KiB each':>9}"
        f"{'on time':>8}{'busy':>6}{'commit p99':>11}",
        flush=True,
    )
    with Places() as places:
        for count in counts:
            relay = await in_time(count, "bare relay", with_relay(count))
            for place in wanted:
                site = await in_time(count, place, with_site(places, place, count))
                if site and relay:
                    ratio = sum(site.cpu) / sum(relay.cpu)
                    print(f"{'':8}CPU, chatsite / bare relay: {ratio:.2f}", flush=True)


async def in_time(count: int, name: str, found: Awaitable[Figures]) -> Figures | None:
    """Begins, measures and prints; a machine that is too slow to begin so many says so."""
    try:
        figures = await found
    except TimeoutError:
        print(f"{count:7} {name:11} not begun in {BEGIN_SECONDS} s", flush=True)
        return None
    cpu = "+".join(f"{one:.0f}" for one in figures.cpu)
    commit = f"{figures.commit_p99:11.1f}" if figures.commit_p99 else ""
    print(
        f"{count:7} {name:11}{figures.p50:8.1f}{figures.p99:8.1f}{cpu:>12}"
        f"{figures.kilobytes:9.0f}{figures.share:8.0%}{figures.busy:6.0%}{commit}",
        flush=True,
    )
    for line in figures.notes:
        print(f"{'':8}{line}", flush=True)
    return figures


def model(count: int) -> str:
    """Long enough to begin all answers, to measure, and some more."""
    seconds = settle_seconds(count) + SECONDS + BEGIN_SECONDS * min(1, count / 50) + 30
    return f"demo-clock-{RATE}-{int(RATE * seconds)}"


def settle_seconds(count: int) -> float:
    """Long enough that what the beginning of so many cost is over."""
    return SETTLE_SECONDS + SETTLE_SECONDS_EACH * count


async def with_relay(count: int) -> Figures:
    upstream, port = Upstream(), free_port()
    command = [sys.executable, "-m", "tests.bench.support.relay", str(port), upstream.url]
    relay = Program(command, clean_environment())
    try:
        relay.wait_for_line(re.compile("Relay ready"))
        async with AsyncExitStack() as sockets:
            address = f"ws://127.0.0.1:{port}/"
            opened = [
                await sockets.enter_async_context(connect(address, proxy=None, compression=None))
                for _ in range(count)
            ]
            meter, reading = Meter([Process(relay.process.pid)]), Reading()
            try:
                for socket in opened:
                    await socket.send(model(count))
                    reading.begin(socket)
                return await meter.measure(reading)
            finally:
                relay.end()  # sooner than every socket says goodbye
    finally:
        relay.end()
        upstream.program.end()


async def with_site(places: Places, where: str, count: int) -> Figures:
    upstream = Upstream()
    try:
        with places.site(where, upstream, model(count)) as place:
            return await in_place(place, count)
    finally:
        upstream.program.end()


async def in_place(place: Place, count: int) -> Figures:
    async with AsyncExitStack() as opened:
        visitors = [await opened.enter_async_context(Visitor(site)) for site in place.sites]
        meter, reading = Meter(place.processes, place), Reading()
        few, sockets = asyncio.Semaphore(AT_ONCE), len(place.sites)

        async def start(number: int) -> None:
            async with few:
                visitor = visitors[number % sockets]
                answer = await begin(visitor, model(count))
                site = place.sites[number // sockets % sockets]
                reading.begin(await opened.enter_async_context(socket_of(site, visitor, answer)))

        try:
            async with asyncio.timeout(BEGIN_SECONDS):
                await asyncio.gather(*(start(number) for number in range(count)))
            return await meter.measure(reading)
        finally:
            for site in place.sites:
                site.end()  # sooner than every socket says goodbye


class Meter:
    """What some processes use while answers are read; they are idle when it is made."""

    def __init__(self, processes: Sequence[Process], place: Place | None = None) -> None:
        self._processes = processes
        self._place = place
        self._idle = self._kilobytes()

    async def measure(self, reading: Reading) -> Figures:
        lateness, answers = reading.lateness, len(reading.tasks)
        await asyncio.sleep(settle_seconds(answers))
        loop = asyncio.get_running_loop()
        noted = await self._note()
        busy, used, began = busy_seconds(), self._cpu(), loop.time()
        lateness.counting = True
        await asyncio.sleep(SECONDS)
        lateness.counting = False
        seconds = loop.time() - began
        used = [now - before for before, now in zip(used, self._cpu(), strict=True)]
        busy = busy_seconds() - busy
        grown = self._kilobytes() - self._idle
        notes, commit_p99 = await noted(len(lateness.seconds), seconds)
        reading.end()
        return Figures(
            p50=lateness.percentile(50),
            p99=lateness.percentile(99),
            cpu=tuple(one / len(lateness.seconds) * 1_000_000 for one in used),
            kilobytes=grown / answers,
            share=len(lateness.seconds) / (RATE * seconds * answers),
            busy=busy / seconds / CORES,
            commit_p99=commit_p99,
            notes=notes,
        )

    async def _note(self) -> Callable[[int, float], Awaitable[tuple[list[str], float]]]:
        """What the site and its servers count, now and when the answer is asked for."""
        if self._place is None:
            return _nothing
        place, services = self._place, self._place.services
        before = await scrape(place.sites)
        servers = services.read() if services else None

        async def since(deltas: int, seconds: float) -> tuple[list[str], float]:
            done = services.read() - servers if services and servers else None
            counts = between(before, await scrape(place.sites))
            notes = [kept(counts, seconds)]
            if done is not None:
                each = 1_000_000 / deltas
                notes.append(
                    f"PostgreSQL: CPU {done.postgres_cpu * each:.0f}, "
                    f"{done.transactions / seconds:.0f} transactions/s, "
                    f"log {done.log_bytes / seconds / 1024:.0f} KiB/s; "
                    f"Redis: CPU {done.redis_cpu * each:.0f}, "
                    f"{done.messages / seconds:.0f} rings/s, "
                    f"{done.redis_bytes / seconds / 1024:.0f} KiB/s"
                )
            return notes, quantile(counts, COMMIT, 0.99)

        return since

    def _cpu(self) -> list[float]:
        return [process.cpu_seconds() for process in self._processes]

    def _kilobytes(self) -> int:
        return sum(process.kilobytes() for process in self._processes)


async def _nothing(_deltas: int, _seconds: float) -> tuple[list[str], float]:
    return [], 0.0


def kept(counts: Counts, seconds: float) -> str:
    commits, rows = counts[f"{COMMIT}_count", ""], counts[ENTRIES, ""]
    mean = counts[f"{COMMIT}_sum", ""] / commits * 1000
    return (
        f"{commits / seconds:.0f} commits/s of {rows / commits:.0f} rows, "
        f"{rows / seconds:.0f} rows/s, commit p50 {quantile(counts, COMMIT, 0.5):.1f}, "
        f"mean {mean:.1f}"
    )


if __name__ == "__main__":
    words = sys.argv[1:]
    chosen = [int(word) for word in words if word.isdigit()]
    named = [word for word in words if word in PROCESSES]
    asyncio.run(main(chosen or COUNTS, named or list(PROCESSES)))
