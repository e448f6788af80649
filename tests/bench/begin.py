"""What beginning an answer costs, from the click to its first delta, next to a bare relay.

`python -m tests.bench.begin [ANSWERS …] [PLACE …]`. Answers are begun 25 ms apart by the clock,
each by a person of its own: in a new conversation, as the page of a new one does it (send, load
the page, open the socket, catch up), and in one that is open already. Exits non-zero where the
first delta takes more than its budget, which is a ratio to the relay.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import median, quantiles

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.bench.support.pages import allow_many_sockets
from tests.bench.support.people import cookies_of_people
from tests.bench.support.places import Places
from tests.bench.support.process import Process
from tests.bench.support.tab import Arrivals, Tab
from tests.support.site import Program, clean_environment, free_port
from tests.support.upstream import Upstream

APART_SECONDS = 0.025
RATE, DELTAS = 50, 250
WRITES = f"demo-clock-{RATE}-{DELTAS}"
SLOW_SECONDS = 8
WAITS = f"demo-clock-1-{SLOW_SECONDS}"
"""Writes next to nothing, so that what is used is what the beginning costs."""
WARM_UP = f"demo-clock-{RATE}-5"
PATIENCE = 60
COUNTS = (20, 100)
PLACES = ("sqlite", "services-1")
BUDGETS = {"sqlite": {20: 8.0, 100: 80.0}, "services-1": {20: 30.0, 100: 160.0}}
"""How many times as long as at the relay the first delta may take, by how many are begun where."""

Begin = Callable[[int, str, Arrivals], Coroutine[None, None, None]]
Prepare = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of answers begun together; times in milliseconds."""

    p50: float
    p99: float
    cpu: float
    gap: float
    delivered: int

    @classmethod
    def of(cls, answers: Sequence[Arrivals], cpu: float) -> Figures:
        firsts = [one.first_seconds * 1000 for one in answers]
        return cls(
            p50=median(firsts),
            p99=quantiles(firsts, n=100, method="inclusive")[98],
            cpu=cpu * 1000,
            gap=max(one.longest_gap for one in answers) * 1000,
            delivered=sum(len(one.at) == DELTAS for one in answers),
        )


async def main(counts: Sequence[int], places: Sequence[str]) -> int:
    allow_many_sockets()
    print(
        f"Begun {APART_SECONDS * 1000:.0f} ms apart, {RATE} deltas a second each; times in ms, "
        "from the click.\nStood still: the longest wait between two deltas of an answer. "
        "CPU: ms per begun answer."
    )
    print(f"{'answers':>7} {'':28}{'p50':>7}{'p99':>7}{'CPU':>7}{'stood still':>13}{'whole':>9}")
    missed = 0
    with Places() as made:
        for count in counts:
            relay = await with_relay(count)
            show(count, "bare relay", relay)
            for place in places:
                for way, figures in (await with_site(made, place, count)).items():
                    show(count, f"{place}, {way}", figures)
                    missed += judged(count, BUDGETS[place], figures, relay)
    return missed


def show(count: int, name: str, figures: Figures) -> None:
    print(
        f"{count:7} {name:28}{figures.p50:7.0f}{figures.p99:7.0f}{figures.cpu:7.1f}"
        f"{figures.gap:13.0f}{figures.delivered:5}/{count}",
        flush=True,
    )


def judged(count: int, budgets: Mapping[int, float], figures: Figures, relay: Figures) -> bool:
    """Say the ratio; whether the budget is missed."""
    ratio, budget = figures.p50 / relay.p50, budgets.get(count, budgets[max(budgets)])
    late = ratio > budget or figures.delivered < count
    print(
        f"{'':8}first delta, chatsite / bare relay: {ratio:.1f}, budget {budget:.1f}"
        f"{', MISSED' if late else ''}",
        flush=True,
    )
    return late


async def round_of(count: int, model: str, begin: Begin) -> list[Arrivals]:
    """Begin so many by the clock, and return once each has shown its first delta."""
    loop, answers, tasks = asyncio.get_running_loop(), list[Arrivals](), list[asyncio.Task[None]]()
    start = loop.time()
    for number in range(count):
        await asyncio.sleep(start + number * APART_SECONDS - loop.time())
        answers.append(Arrivals(time.monotonic()))
        tasks.append(asyncio.create_task(begin(number, model, answers[-1])))
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*tasks, *(one.come(1) for one in answers))
    return answers


async def whole(answers: Sequence[Arrivals], deltas: int) -> None:
    """Wait until all has come that will."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(one.come(deltas) for one in answers))
    await asyncio.sleep(1)  # the ends of the answers


async def measure(count: int, process: Process, begin: Begin, prepare: Prepare) -> Figures:
    await prepare()
    used = process.cpu_seconds()
    slow = await round_of(count, WAITS, begin)
    used = process.cpu_seconds() - used
    await whole(slow, SLOW_SECONDS)
    await prepare()
    answers = await round_of(count, WRITES, begin)
    await whole(answers, DELTAS)
    return Figures.of(answers, used / count)


async def with_relay(count: int) -> Figures:
    upstream, port = Upstream(), free_port()
    command = [sys.executable, "-m", "tests.bench.support.relay", str(port), upstream.url]
    relay = Program(command, clean_environment())
    sockets, readers = list[ClientConnection](), list[asyncio.Task[None]]()

    async def begin(_: int, model: str, arrivals: Arrivals) -> None:
        socket = sockets.pop()
        await socket.send(model)
        readers.append(asyncio.create_task(read(socket, arrivals)))

    try:
        relay.wait_for_line(re.compile("Relay ready"))
        for _ in range(2 * count + 1):
            sockets.append(await connect(f"ws://127.0.0.1:{port}/", proxy=None, compression=None))
        await round_of(1, WARM_UP, begin)
        return await measure(count, Process(relay.process.pid), begin, ready)
    finally:
        relay.end()
        upstream.program.end()


async def read(socket: ClientConnection, arrivals: Arrivals) -> None:
    with suppress(ConnectionClosed):
        async for frame in socket:
            arrivals.see(str(frame))


async def ready() -> None:
    """Nothing has to be prepared."""


async def with_site(places: Places, where: str, count: int) -> dict[str, Figures]:
    """What a beginning in a new conversation costs, and in one that is open."""
    upstream = Upstream()
    try:
        with places.site(where, upstream, WARM_UP, WAITS, WRITES) as place:
            (site,), (process,) = place.sites, place.processes
            tabs = [Tab(site, cookies) for cookies in cookies_of_people(site, count)]

            async def begin(number: int, model: str, arrivals: Arrivals) -> None:
                await tabs[number].send(model, arrivals)

            async def new_pages() -> None:
                for tab in tabs:
                    await tab.open("/")
                await asyncio.sleep(1)

            await new_pages()
            await round_of(1, WARM_UP, begin)
            try:
                return {
                    "new": await measure(count, process, begin, new_pages),
                    "open": await measure(count, process, begin, ready),
                }
            finally:
                site.end()  # sooner than every socket says goodbye
                for tab in tabs:
                    await tab.close()
    finally:
        upstream.program.end()


if __name__ == "__main__":
    words = sys.argv[1:]
    chosen = [int(word) for word in words if word.isdigit()]
    named = [word for word in words if word in PLACES]
    sys.exit(asyncio.run(main(chosen or COUNTS, named or PLACES)))
