"""How long a full trash takes to be emptied, and how long others wait: SQLite, PostgreSQL.

`python -m tests.bench.trash [number of conversations] [sqlite|services-1]`. Each conversation has a
prompt, an answer, a run and its words in the index of the search. Meanwhile somebody sends, one
prompt after the other. Exits non-zero where a send waited too long.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.bench.support.places import Services
from tests.support.site import Site
from tests.support.visitor import Visitor

CONVERSATIONS = 10_000
PLACES = ("sqlite", "services-1")
BUDGET_MS = 150
"""So much longer than alone nine of ten sends may take."""
LEFT = re.compile(r"Being deleted for good: (\d+) thing")

FILL = """
from uuid import uuid4
from django.contrib.auth.models import User
from django.utils import timezone
from conversations.models import Conversation, Deletion, Message
from streaming.models import Generation
user, now = User.objects.first(), timezone.now()
made = [Conversation(owner=user, title=f"Talk {{at}}", trashed_at=now) for at in range({number})]
Conversation.objects.bulk_create(made, batch_size=500)
prompts = [Message(conversation=each, role="user", text="What about it?") for each in made]
Message.objects.bulk_create(prompts, batch_size=500)
answers = [
    Message(conversation=each.conversation, parent=each, role="assistant", text="Some words. " * 40)
    for each in prompts
]
Message.objects.bulk_create(answers, batch_size=500)
Generation.objects.bulk_create(
    (
        Generation(
            conversation=each.conversation, message=each, requested_by=user, request_key=uuid4(),
            provider="demo", model="demo-brief", status="finished",
        )
        for each in answers
    ),
    batch_size=500,
)
Deletion.objects.bulk_create(
    (Deletion(owner=user, conversation=each, made_at=now) for each in made), batch_size=500
)
print(Deletion.objects.order_by("-pk").first().pk)
"""


class Emptied(NamedTuple):
    seconds: float
    waits: Sequence[float]


async def send(visitor: Visitor) -> float:
    start = time.perf_counter()
    reply = await visitor.post("/send/", prompt="Hi", model="demo/demo-unauthorized")
    assert reply.status_code == 303, reply.text
    return (time.perf_counter() - start) * 1000


async def left(visitor: Visitor) -> int:
    """What the page of the trash says is left."""
    reply = await visitor.http.get("/trash/", headers={"HX-Request": "true"})
    found = LEFT.search(reply.text)
    return int(found[1]) if found else 0


async def empty(visitor: Visitor, newest: str) -> Emptied:
    start, waits = time.perf_counter(), list[float]()
    reply = await visitor.post("/trash/empty/", up_to=newest)
    assert reply.status_code == 303, reply.text
    while await left(visitor):
        waits += [await send(visitor) for _ in range(5)]
        await asyncio.sleep(0.5)
    return Emptied(time.perf_counter() - start, sorted(waits) or [0.0])


async def bench(site: Site, place: str, number: int) -> bool:
    """Whether sends waited too long."""
    newest = site.manage("shell", "-c", FILL.format(number=number)).split()[-1]
    site.manage("reindex")
    async with Visitor(site) as visitor:
        alone = sorted([await send(visitor) for _ in range(20)])
        emptied = await empty(visitor, newest)
    waits = emptied.waits
    usual, slow = alone[len(alone) * 9 // 10], waits[len(waits) * 9 // 10]
    print(
        f"{place:12}{number:>8,} conversations in {emptied.seconds:.0f} s; a send meanwhile: "
        f"median {waits[len(waits) // 2]:.0f}, nine of ten {slow:.0f}, at most {waits[-1]:.0f} ms; "
        f"alone nine of ten {usual:.0f} ms",
        flush=True,
    )
    return slow > usual + BUDGET_MS


def main(words: Sequence[str]) -> int:
    number = next((int(word) for word in words if word.isdigit()), CONVERSATIONS)
    services, late = Services(), 0
    try:
        for place in [word for word in words if word in PLACES] or PLACES:
            settings = {}
            if place != "sqlite":
                services.start()
                settings = {"DATABASE_URL": services.new_database()}
            with tempfile.TemporaryDirectory() as folder:
                site = Site(Path(folder), **settings)
                try:
                    site.start()
                    late += asyncio.run(bench(site, place, number))
                finally:
                    site.end()
    finally:
        services.end()
    return late


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
