"""What a long conversation costs the server: `python -m tests.bench.long`.

For the page of a conversation, the messages before those on it, and a send with the answer's end,
where there are 2 messages and where there are 2,000.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from tests.bench.support.process import Process
from tests.support.document import parse
from tests.support.site import Site
from tests.support.visitor import Visitor

SIZES = (2, 60, 2000)
ROUNDS = 15
MAKE = """
from django.contrib.auth.models import User
from tests.support.rows import long_conversation
text = "Some *words* of an answer, with `code` in it. " * 20
print(long_conversation(User.objects.first(), {size}, text).pk)
"""


async def ask(process: Process, one: Callable[[], Awaitable[object]]) -> str:
    """CPU milliseconds of the server per round, and the best time from request to reply."""
    await one()  # fills caches
    before, waited = process.cpu_seconds(), []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        await one()
        waited.append((time.perf_counter() - start) * 1000)
    cpu = (process.cpu_seconds() - before) / ROUNDS * 1000
    return f"{cpu:.0f} / {min(waited):.0f}"


async def measure(visitor: Visitor, process: Process, size: int) -> list[str]:
    pk = visitor.site.manage("shell", "-c", MAKE.format(size=size)).split()[-1]
    fields = {"prompt": "Hi", "model": "demo/demo-unauthorized", "conversation": pk}
    generations = "SELECT 1 FROM streaming_generation WHERE status = 'running'"

    async def send() -> None:
        """A prompt whose answer ends at once, so that another can follow."""
        reply = await visitor.post("/send/", **fields)
        assert reply.status_code == 303, reply.text
        while visitor.site.rows(generations):  # noqa: ASYNC110 (another process writes there)
            await asyncio.sleep(0.01)

    opened = await ask(process, partial(visitor.http.get, f"/c/{pk}/"))
    page = parse((await visitor.http.get(f"/c/{pk}/")).text)
    links = [link.attributes["hx-get"] for link in page.all("hx-get") if "before" in link.outer()]
    earlier = await ask(process, partial(visitor.http.get, links[0])) if links else ""
    return [opened, earlier, await ask(process, send)]


async def bench(site: Site) -> None:
    assert site.cookies
    print("CPU ms / best ms from request to reply")
    print(f"{'messages':10}{'open':>14}{'earlier':>14}{'send':>14}")
    async with Visitor(site) as visitor:
        process = Process(site.running.process.pid)
        for size in SIZES:
            figures = await measure(visitor, process, size)
            print(f"{size:<10,}" + "".join(f"{one:>14}" for one in figures), flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        try:
            site.start()
            asyncio.run(bench(site))
        finally:
            site.end()


if __name__ == "__main__":
    main()
