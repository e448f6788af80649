"""What a delta costs from upstream's write to the frame on the socket, beside a bare relay.

`python -m tests.bench.answers [ANSWERS …]`. The relay (Daphne, Channels, httpx; nothing kept,
nothing rendered, a frame per delta) and the site read the same upstream in the same run, one
after the other, so the ratio holds on any machine.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from tests.bench.process import Process
from tests.bench.readers import Figures, Lateness
from tests.site import Program, Site, clean_environment, free_port
from tests.upstream import Upstream
from tests.visitor import Visitor

RATE = 50
SECONDS = 8
AT_ONCE = 8
ACKNOWLEDGE_EVERY = 16
LAST = re.compile(r'"(?:to|cursor)": ?(\d+)')


async def main(counts: list[int]) -> None:
    print(f"{RATE} deltas a second and answer, measured for {SECONDS} s; times in ms")
    print(
        f"{'answers':>8} {'':12}{'p50':>8}{'p99':>8}{'CPU/1000':>10}{'KiB each':>10}{'on time':>9}"
    )
    for count in counts:
        relay = await with_relay(count)
        site = await with_site(count)
        show(count, "bare relay", relay)
        show(count, "chatsite", site)
        print(f"{'':8} CPU, chatsite / bare relay: {site.cpu / relay.cpu:.2f}", flush=True)


def show(count: int, name: str, found: Figures) -> None:
    print(
        f"{count:8} {name:12}{found.p50:8.1f}{found.p99:8.1f}{found.cpu:10.0f}"
        f"{found.kilobytes:10.0f}{found.share:9.0%}",
        flush=True,
    )


def model(count: int) -> str:
    """Long enough to begin all answers, to measure, and some more."""
    return f"demo-clock-{RATE}-{RATE * (SECONDS + 12 + count // 2)}"


async def with_relay(count: int) -> Figures:
    upstream, port = Upstream(), free_port()
    command = [sys.executable, "-m", "tests.bench.relay", str(port), upstream.url]
    relay = Program(command, clean_environment())
    process = Process(relay.process.pid)
    try:
        relay.wait_for_line(re.compile("Relay ready"))
        async with AsyncExitStack() as sockets:
            address = f"ws://127.0.0.1:{port}/"
            opened = [
                await sockets.enter_async_context(connect(address, proxy=None, compression=None))
                for _ in range(count)
            ]
            idle = process.kilobytes()
            reading = Reading()
            for socket in opened:
                await socket.send(model(count))
                reading.begin(socket)
            return await measure(process, idle, reading)
    finally:
        relay.end()
        upstream.program.end()


async def with_site(count: int) -> Figures:
    upstream = Upstream()
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            upstream.site(Path(folder), model(count)) as site,
        ):
            process = Process(site.running.process.pid)
            async with Visitor(site) as visitor, AsyncExitStack() as sockets:
                idle = process.kilobytes()
                few, reading = asyncio.Semaphore(AT_ONCE), Reading()

                async def begin() -> None:
                    async with few:
                        socket = begun(site, visitor, model(count))
                        reading.begin(await sockets.enter_async_context(socket))

                await asyncio.gather(*(begin() for _ in range(count)))
                return await measure(process, idle, reading)
    finally:
        upstream.program.end()


@asynccontextmanager
async def begun(site: Site, visitor: Visitor, name: str) -> AsyncIterator[ClientConnection]:
    """The socket of a page whose answer is being written."""
    sent = await visitor.send("Go.", f"demo/{name}")
    address = f"{site.base_url.replace('http', 'ws', 1)}/ws/c/{sent.conversation}/"
    cookies = {"Cookie": visitor.cookie_header}
    async with connect(
        address,
        origin=Origin(site.base_url),
        additional_headers=cookies,
        proxy=None,
        compression=None,
    ) as socket:
        where = {"leaf": sent.message, "generation": sent.generation, "after": 0}
        await socket.send(json.dumps({"type": "follow", "status": "running", **where}))
        yield socket


class Reading:
    """Reads every socket as fast as frames come, and acknowledges as the page's script does."""

    def __init__(self) -> None:
        self.lateness = Lateness()
        self.tasks: list[asyncio.Task[None]] = []

    def begin(self, socket: ClientConnection) -> None:
        self.tasks.append(asyncio.create_task(self._read(len(self.tasks), socket)))

    async def _read(self, answer: int, socket: ClientConnection) -> None:
        count = generation = 0
        with suppress(ConnectionClosed):
            async for frame in socket:
                assert isinstance(frame, str)
                self.lateness.see(answer, frame, time.time())
                count += 1
                if count % ACKNOWLEDGE_EVERY == 0 and (last := LAST.search(frame)):
                    generation = generation or int(re.findall(r'"generation": ?(\d+)', frame)[0])
                    ack = {"type": "ack", "generation": generation, "seq": int(last[1])}
                    await socket.send(json.dumps(ack))


async def measure(process: Process, idle: int, reading: Reading) -> Figures:
    lateness, answers = reading.lateness, len(reading.tasks)
    await asyncio.sleep(2)
    used, lateness.counting = process.cpu_seconds(), True
    await asyncio.sleep(SECONDS)
    lateness.counting = False
    used = process.cpu_seconds() - used
    grown = process.kilobytes() - idle
    assert not any(task.done() for task in reading.tasks), "an answer ended too soon to be measured"
    for task in reading.tasks:
        task.cancel()
    return Figures(
        p50=lateness.percentile(50),
        p99=lateness.percentile(99),
        cpu=used / len(lateness.seconds) * 1_000_000,
        kilobytes=grown / answers,
        share=len(lateness.seconds) / (RATE * SECONDS * answers),
    )


if __name__ == "__main__":
    asyncio.run(main([int(word) for word in sys.argv[1:]] or [1, 20, 100]))
