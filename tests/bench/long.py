"""What a long conversation and a long list cost the server.

`python -m tests.bench.long [sqlite|services-1] [pages|acts|copying|lists]`. For the page of a
conversation, the messages before those on it and what a person does there, with ten messages and
with 10,000. Then for pages of a person with ten conversations and with 10,000. Exits non-zero where
something takes much longer than where there is little.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import NamedTuple

from tests.bench.support.long_acts import ACTS, ENDS_AT_ONCE, STALLS, Acts, timed
from tests.bench.support.places import Places
from tests.bench.support.process import Process
from tests.support.document import parse
from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

PLACES = ("sqlite", "services-1")
PARTS = ("pages", "acts", "copying", "lists")
MODELS = [name.partition("/")[2] for name in (ENDS_AT_ONCE, STALLS)]
SIZES = (10, 60, 10_000)
CONVERSATIONS = (10, 10_000)
ROUNDS, TIMES = 15, 5
"""How often a page is asked for, and each thing done."""
COPIED = 1_000
"""Messages of the conversation that is copied."""

BUDGET_MS = 150
"""So much later at most is the first byte of a reply where there is much."""

MAKE = """
from django.contrib.auth.models import User
from tests.support.rows import long_conversation
text = "Some *words* of an answer, with `code` in it. " * 20
print(long_conversation(User.objects.first(), {size}, text).pk)
"""


FILL = """
from datetime import timedelta
from uuid import uuid4
from django.contrib.auth.models import User
from django.utils import timezone
from conversations.models import Conversation, Message, Project
from streaming.models import Generation
user, now = User.objects.first(), timezone.now()
project = Project.objects.get_or_create(owner=user, name="Project")[0]
there = Conversation.objects.count()
made = [
    Conversation(owner=user, title=f"Talk {{at}}", updated_at=now - timedelta(hours=at))
    for at in range(there, {number})
]
for at, each in enumerate(made):
    each.project_id, each.archived = (project.pk if at % 3 == 1 else None), at % 5 == 4
Conversation.objects.bulk_create(made)
messages = [Message(conversation=each, role="assistant", text="Some words.") for each in made]
Message.objects.bulk_create(messages)
Generation.objects.bulk_create(
    Generation(
        conversation=each.conversation, message=each, requested_by=user, request_key=uuid4(),
        provider="demo", model="demo-brief", status="finished",
    )
    for each in messages
)
last = Conversation.objects.order_by("updated_at")[5]
microseconds = int(last.updated_at.timestamp() * 1_000_000)
print(f"{{last.pk}} {{microseconds}}-{{last.pk.hex}} {{project.pk}}")
"""


class Cost(NamedTuple):
    """Of a request: CPU milliseconds of the server, and the best time from request to reply."""

    cpu_ms: float
    best_ms: float

    def __str__(self) -> str:
        return f"{self.cpu_ms:.0f} / {self.best_ms:.0f}" if self.cpu_ms else f"{self.best_ms:.0f}"


async def ask(process: Process, one: Callable[[], Awaitable[object]]) -> Cost:
    await one()  # fills caches
    before, waited = process.cpu_seconds(), []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        await one()
        waited.append((time.perf_counter() - start) * 1000)
    cpu = (process.cpu_seconds() - before) / ROUNDS * 1000
    return Cost(cpu, min(waited))


async def measure(visitor: Visitor, process: Process, size: int) -> list[Cost | None]:
    pk = await _made(visitor, size)
    opened = await ask(process, partial(visitor.http.get, f"/c/{pk}/"))
    page = parse((await visitor.http.get(f"/c/{pk}/")).text)
    links = [link.attributes["hx-get"] for link in page.all("hx-get") if "before" in link.outer()]
    earlier = await ask(process, partial(visitor.http.get, links[0])) if links else None
    return [opened, earlier]


async def measure_acts(visitor: Visitor, size: int) -> list[Cost | None]:
    acts = Acts(visitor, await _made(visitor, size))
    return [Cost(0, await timed(acts, name, TIMES)) for name in ACTS]


async def _made(visitor: Visitor, size: int) -> str:
    pk: str = visitor.site.manage("shell", "-c", MAKE.format(size=size)).split()[-1]
    visitor.site.manage("reindex")
    return pk


async def copying(visitor: Visitor, size: int) -> None:
    """Branch from here, at the end: how long it takes, and how long others wait meanwhile."""
    acts, others = [Acts(visitor, await _made(visitor, number)) for number in (size, 10)]
    alone = await timed(others, "send", TIMES)
    copied, waited = asyncio.create_task(acts.copy()), [0.0]
    while not copied.done():
        waited.append(await others.send())
    print(
        f"\nbranch of {size:,} messages: {await copied:,.0f} ms; "
        f"a send elsewhere {max(waited):.0f} ms at most meanwhile, {alone:.0f} alone"
    )


async def measure_list(visitor: Visitor, process: Process, number: int) -> list[Cost | None]:
    """A new page, one of an old conversation, rows far down, a project, the archive."""
    made = visitor.site.manage("shell", "-c", FILL.format(number=number)).split()[-3:]
    old, place, project = made
    paths = ("/", f"/c/{old}/", f"/?before={place}", f"/projects/{project}/", "/archive/")
    return [await ask(process, partial(visitor.http.get, path)) for path in paths]


async def bench(site: Site, place: str, parts: Sequence[str]) -> int:
    """How many pages were too late."""
    assert site.cookies
    print(f"\n{place}: CPU ms / best ms from request to reply; of acts the best ms alone")
    late = 0
    async with Visitor(site) as visitor:
        process = Process(site.running.process.pid)
        if "pages" in parts:
            names: tuple[str, ...] = ("messages", "open", "earlier")
            late += await table(names, SIZES, partial(measure, visitor, process))
        if "acts" in parts:
            names = ("messages", *ACTS)
            late += await table(names, SIZES[::2], partial(measure_acts, visitor))
        if "copying" in parts:
            await copying(visitor, COPIED)
        if "lists" in parts:
            names = ("conversations", "new", "an old one", "far down", "project", "archive")
            late += await table(names, CONVERSATIONS, partial(measure_list, visitor, process))
    return late


async def table(
    names: Sequence[str],
    sizes: Sequence[int],
    measured: Callable[[int], Awaitable[list[Cost | None]]],
) -> int:
    """Prints a row for each size; how many figures of the last are over the budget."""
    wide = 14 if len(names) < 8 else 9
    print("\n" + f"{names[0]:14}" + "".join(f"{name:>{wide}}" for name in names[1:]))
    rows = []
    for size in sizes:
        rows.append(await measured(size))
        told = "".join(f"{cost or ''!s:>{wide}}" for cost in rows[-1])
        print(f"{size:<14,}{told}", flush=True)
    both = list(zip(rows[0], rows[-1], strict=True))
    late = sum(long.best_ms > short.best_ms + BUDGET_MS for short, long in both if short and long)
    if late:
        print(f"{late} over the budget of {BUDGET_MS} ms more")
    return late


def main(words: Sequence[str]) -> int:
    late, parts = 0, [word for word in words if word in PARTS] or PARTS
    upstream = Upstream()
    try:
        with Places() as places:
            for place in [word for word in words if word in PLACES] or PLACES:
                with places.site(place, upstream, *MODELS, has_redis=False) as where:
                    late += asyncio.run(bench(where.sites[0], place, parts))
    finally:
        upstream.program.end()
    return late


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
