"""What a process holds when idle, and after many answers: `python -m tests.bench.memory`.

Resident memory after a start that finds all prepared, and one page; then five rounds of 100 answers
at once, each with a page and a socket of its own, and what is left when all have ended. Exits
non-zero where more is left than the budgets allow, which are ratios to what was held before.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.bench.support.pages import (
    ACKNOWLEDGE_EVERY,
    LAST,
    allow_many_sockets,
    begin,
    socket_of,
)
from tests.bench.support.places import Places
from tests.bench.support.process import Process
from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

ROUNDS, ANSWERS, BEGUN_AT_ONCE = 5, 100, 8
MODEL = "demo-clock-10-60"
REST_SECONDS = 10
"""Longer than a process takes to give back what it does not need."""
IDLE_AIM_MB = 90
BUDGETS = {"after / before": 1.35, "last round / first": 1.10}
"""How many times as much may be held after the rounds as when idle, and as after the first one."""


async def main() -> int:
    allow_many_sockets()
    upstream = Upstream()
    try:
        with Places() as places, places.site("sqlite", upstream, MODEL) as place:
            (site,) = place.sites
            site.terminate()
            site.start()
            return await measure(site, Process(site.running.process.pid))
    finally:
        upstream.program.end()


async def measure(site: Site, process: Process) -> int:
    async with Visitor(site) as visitor:
        idle = await at_rest(process)
        print(f"after the start and one page: {idle:.1f} MB (aim {IDLE_AIM_MB})", flush=True)
        after = []
        for number in range(1, ROUNDS + 1):
            most = await round_of_answers(site, visitor, process)
            after.append(await at_rest(process))
            print(
                f"round {number}, {ANSWERS} answers: {most:.1f} MB at most, {after[-1]:.1f} after",
                flush=True,
            )
    ratios = {"after / before": after[-1] / idle, "last round / first": after[-1] / after[0]}
    for name, budget in BUDGETS.items():
        missed = ", MISSED" if ratios[name] > budget else ""
        print(f"{name}: {ratios[name]:.2f} (budget {budget}){missed}")
    return sum(ratios[name] > budget for name, budget in BUDGETS.items())


async def at_rest(process: Process) -> float:
    await asyncio.sleep(REST_SECONDS)
    return megabytes(process)


def megabytes(process: Process) -> float:
    return process.kilobytes() * 1024 / 1_000_000


async def round_of_answers(site: Site, visitor: Visitor, process: Process) -> float:
    """All of them whole; the most that the process held meanwhile."""
    few, ended, most = asyncio.Semaphore(BEGUN_AT_ONCE), asyncio.Event(), 0.0

    async def one() -> None:
        async with few:
            answer = await begin(visitor, MODEL)
        async with socket_of(site, visitor, answer) as socket:
            reading = asyncio.create_task(read(socket, answer.generation))
            await ended.wait()
            reading.cancel()

    async with asyncio.TaskGroup() as group:
        before = finished(site)
        for _ in range(ANSWERS):
            group.create_task(one())
        while finished(site) < before + ANSWERS:
            most = max(most, megabytes(process))
            await asyncio.sleep(0.2)
        ended.set()
    return most


def finished(site: Site) -> int:
    rows = site.rows("SELECT count(*) FROM streaming_generation WHERE status = 'finished'")
    return int(rows[0][0])


async def read(socket: ClientConnection, generation: int) -> None:
    """As a page does, which acknowledges."""
    count = 0
    with suppress(ConnectionClosed):
        async for frame in socket:
            count += 1
            if count % ACKNOWLEDGE_EVERY == 0 and (last := LAST.search(str(frame))):
                ack = {"type": "ack", "generation": generation, "seq": int(last[1])}
                await socket.send(json.dumps(ack))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
