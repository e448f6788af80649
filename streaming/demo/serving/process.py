"""The demo upstream as a process: it prints its address, and ends at a signal."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Sequence

from streaming.demo.behaviours.demo_models import DemoModel
from streaming.demo.serving.server import DemoUpstream


async def serve(
    port: int,
    speed: float,
    *,
    exit_with_stdin: bool,
    offers: Sequence[DemoModel],
    announced: str = "Demo upstream on {url}\n",
) -> None:
    """Serve until SIGTERM, SIGINT or, if wanted, the end of stdin; raises OSError.

    One line on stdout gives the address as soon as it can be reached.
    """
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with DemoUpstream(port, speed=speed, offers=offers) as demo:
        if exit_with_stdin:
            _watch_stdin(loop, ended)
        sys.stdout.write(announced.format(url=demo.url))
        sys.stdout.flush()
        await ended.wait()


def _watch_stdin(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    """Set the event at the end of stdin.

    A thread, because the loop can watch a pipe but neither a file nor `/dev/null`.
    """

    def watch() -> None:
        while os.read(0, 4096):
            pass
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=watch, daemon=True).start()
