"""One of two processes behind a balancer ends under load: no text and no send is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from tests.services.support.fleet import Front, balanced
from tests.services.support.servers import Redis
from tests.services.support.watching import until
from tests.support.kept import kept_answers
from tests.support.upstream import Upstream
from tests.support.visitor import Sent, Visitor
from tests.support.watcher import Watcher

pytestmark = pytest.mark.services

MODEL = "demo-tour"
ANSWERS = 6


async def read_on(visitor: Visitor, sent: Sent) -> Watcher:
    """As a page does: whenever its socket is lost it reconnects, until the answer has ended."""
    watcher = visitor.watch_on(sent)
    async with asyncio.timeout(90):
        while watcher.status != "finished":
            await watcher.watch_to_the_end()
            await asyncio.sleep(0.2)  # as a page waits before it connects again
            if watcher.status == "interrupted":
                watcher = await visitor.watch(sent.conversation)
    return watcher


async def keep_sending(visitor: Visitor, until_set: asyncio.Event) -> list[str]:
    """Sends prompts, each in a new conversation; every one has to be accepted."""
    taken = []
    while not until_set.is_set():
        prompt = f"Prompt {uuid4().hex}"
        reply = await visitor.post("/send/", prompt=prompt, model="demo/demo-brief")
        assert reply.status_code == 303, reply.status_code
        taken.append(prompt)
        await asyncio.sleep(0.1)  # ten a second, all through the restart
    return taken


async def test_r7_a_rolling_restart_loses_no_send_and_answers_continue_in_the_other_process(
    tmp_path: Path, upstream: Upstream, redis: Redis
) -> None:
    models = (MODEL, "demo-brief")
    more = {"redis": redis, "resume": "prefill", "AUTO_RESUME": "on"}
    with balanced(tmp_path, upstream, *models, **more) as (front, members):
        async with Visitor(front) as visitor:
            whole = await read_on(visitor, await visitor.send("Go.", f"demo/{MODEL}"))
            sent = [await visitor.send("Go.", f"demo/{MODEL}") for _ in range(ANSWERS)]
            reading = [asyncio.create_task(read_on(visitor, one)) for one in sent]
            done = asyncio.Event()
            sending = asyncio.create_task(keep_sending(visitor, done))
            await until(lambda: begun(front, sent), 20)
            assert members[0].terminate() == 0
            read = await asyncio.gather(*reading)
            done.set()
            prompts = await sending
        stored = {row["text"] for row in front.rows("SELECT text FROM conversations_message")}
        kept = kept_answers(front)
        ended = front.rows(
            "SELECT message_id, status, automatic, extract(epoch FROM created_at) AS at, "
            "extract(epoch FROM ended_at) AS ended FROM streaming_generation ORDER BY id"
        )
    assert prompts and stored.issuperset(prompts)
    for one, watcher in zip(sent, read, strict=True):
        assert watcher.answer.text() == whole.answer.text()
        assert (watcher.gaps, watcher.doubles) == (0, 0)
        assert kept[one.generation].status in ("finished", "interrupted")
    runs = [[run for run in ended if run["message_id"] == one.message] for one in sent]
    moved = [(own[0], own[1]) for own in runs if len(own) == 2]
    assert moved, "nothing ran in the process that left"
    for first, second in moved:
        assert (first["status"], second["status"], second["automatic"]) == (
            "interrupted",
            "finished",
            True,
        )
        assert second["at"] - first["ended"] < 5


def begun(front: Front, sent: list[Sent]) -> bool:
    """Whether every one of these answers has text."""
    kept = kept_answers(front)
    return all(len(kept[one.generation].text) > 100 for one in sent)
