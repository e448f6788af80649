"""What a socket costs on which nothing happens: `python -m tests.bench.idle`.

1,000 pages that show one stopped answer, and as many sockets of a bare relay. Memory of each, and
the CPU of all of them together while nothing happens.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial

from websockets.asyncio.client import connect

from tests.bench.support.pages import allow_many_sockets, begin, socket_of
from tests.bench.support.places import Places
from tests.bench.support.process import Process
from tests.support.site import Program, clean_environment, free_port
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

SOCKETS = 1000
AT_ONCE = 16
SECONDS = 8
MODEL = "demo-clock-50-500"


async def main() -> None:
    allow_many_sockets()
    print(f"{SOCKETS} idle sockets", flush=True)
    await with_relay()
    await with_site()


async def with_relay() -> None:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.support.relay", str(port), "http://127.0.0.1:9"]
    relay = Program(command, clean_environment())
    try:
        relay.wait_for_line(re.compile("Relay ready"))
        async with AsyncExitStack() as sockets:
            one = partial(connect, f"ws://127.0.0.1:{port}/", proxy=None, compression=None)
            try:
                await measure("bare relay", Process(relay.process.pid), sockets, one)
            finally:
                relay.end()
    finally:
        relay.end()


async def with_site() -> None:
    upstream = Upstream()
    try:
        with Places() as places, places.site("sqlite", upstream, MODEL) as place:
            (site,), (process,) = place.sites, place.processes
            async with Visitor(site) as visitor, AsyncExitStack() as sockets:
                answer = await begin(visitor, MODEL)
                await visitor.stop(answer.generation)
                async with socket_of(site, visitor, answer) as socket:
                    while 'data-status="running"' in await page(visitor, answer.conversation):
                        await socket.recv()
                one = partial(socket_of, site, visitor, answer, "cancelled")
                try:
                    await measure("chatsite", process, sockets, one)
                finally:
                    site.end()
    finally:
        upstream.program.end()


async def page(visitor: Visitor, conversation: str) -> str:
    return (await visitor.http.get(f"/c/{conversation}/")).text


async def measure(
    name: str,
    process: Process,
    sockets: AsyncExitStack,
    one: Callable[[], AbstractAsyncContextManager[object]],
) -> None:
    few, before = asyncio.Semaphore(AT_ONCE), process.kilobytes()

    async def open_one() -> None:
        async with few:
            await sockets.enter_async_context(one())

    used = process.cpu_seconds()
    await asyncio.gather(*(open_one() for _ in range(SOCKETS)))
    await asyncio.sleep(1)
    opening = (process.cpu_seconds() - used) / SOCKETS * 1000
    used = process.cpu_seconds()
    await asyncio.sleep(SECONDS)
    idle = (process.cpu_seconds() - used) / SECONDS
    each = (process.kilobytes() - before) / SOCKETS
    print(
        f"{name:11} {each:6.1f} KiB each, opening {opening:.1f} ms of CPU each, "
        f"then {idle:.1%} of a core for all",
        flush=True,
    )


if __name__ == "__main__":
    asyncio.run(main())
