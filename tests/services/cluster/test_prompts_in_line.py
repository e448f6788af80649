"""Two processes and one line: each prompt is sent once, whoever ends the answer, or dies."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from itertools import chain
from pathlib import Path
from random import Random

import pytest

from tests.services.support.fleet import Member, fleet
from tests.services.support.servers import Redis
from tests.services.support.watching import until, watch_on
from tests.support.isolation.rounds import rounds
from tests.support.upstream import Upstream
from tests.support.visitor import Sent, Visitor

pytestmark = pytest.mark.services

MODEL = "demo-clock-100-20"
LONG = "demo/demo-clock-50-50000"
PLACES = """
SELECT text FROM conversations_message WHERE role = 'user'
UNION ALL SELECT text FROM streaming_queuedprompt
"""
OPEN = """
SELECT id FROM streaming_generation WHERE status = 'running'
UNION ALL SELECT id FROM streaming_queuedprompt WHERE held = ''
"""


@pytest.mark.parametrize("how", ["both live", "one is killed"])
async def test_r8_prompts_in_line_are_sent_once_by_two_processes(
    tmp_path: Path, upstream: Upstream, redis: Redis, how: str
) -> None:
    """Every request is made through both at once, as by a browser that got no reply in time."""
    moments, prompts = Random(23), list[str]()
    with fleet(tmp_path, upstream, MODEL, redis=redis) as (one, other):
        async with Visitor(one) as first, Visitor(other) as second:
            for number in range(rounds(5)):
                sent = await first.send(f"Round {number}", f"demo/{MODEL}")
                prompts.append(f"Round {number}")
                for each in range(2):
                    prompts.append(f"Round {number}, prompt {each}")
                    await ask_both((first, second), sent, prompts[-1])
                await asyncio.sleep(moments.uniform(0, 0.2))  # any moment is what is tested
        if how == "one is killed":
            one.kill()
        await until(lambda: not other.rows(OPEN), 30)
        assert Counter(row["text"] for row in other.rows(PLACES)) == Counter(prompts)


async def test_r8_kill_9_again_and_again_loses_no_prompt_and_sends_none_twice(
    tmp_path: Path, upstream: Upstream, redis: Redis
) -> None:
    """What was put in line through the process that dies is asked for again through the other."""
    moments, prompts = Random(29), list[str]()
    with fleet(tmp_path, upstream, MODEL, redis=redis) as (dies, lives):
        for number in range(rounds(2)):
            async with Visitor(dies) as first, Visitor(lives) as second:
                begun = [f"Round {number}, line {each}" for each in range(3)]
                sent = [await first.send(each, f"demo/{MODEL}") for each in begun]
                asked = [await ask_twice(first, one) for one in sent]
                await asyncio.sleep(moments.uniform(0, 0.6))  # any moment is what is tested
                dies.kill()
                dies.start()
                for fields in chain(*asked):
                    assert (await second.post("/send/", **fields)).status_code == 303
                prompts += [*begun, *(fields["prompt"] for fields in chain(*asked))]
        await until(lambda: not lives.rows(OPEN), 60)
        assert Counter(row["text"] for row in lives.rows(PLACES)) == Counter(prompts)


async def ask_twice(visitor: Visitor, sent: Sent) -> list[dict[str, str]]:
    """Put two prompts in line; what was said."""
    requests = []
    for _ in range(2):
        key = str(uuid.uuid4())
        fields = {"prompt": key, "key": key, "model": f"demo/{MODEL}"}
        requests.append(fields | {"conversation": sent.conversation})
        assert (await visitor.post("/send/", **requests[-1])).status_code == 303
    return requests


async def ask_both(visitors: tuple[Visitor, Visitor], sent: Sent, prompt: str) -> None:
    key, model = str(uuid.uuid4()), f"demo/{MODEL}"
    replies = await asyncio.gather(
        *(
            each.post("/send/", prompt=prompt, model=model, conversation=sent.conversation, key=key)
            for each in visitors
        )
    )
    assert [reply.status_code for reply in replies] == [303, 303]


async def test_a_page_on_the_other_process_shows_the_line_though_no_message_comes(
    deaf_pair: list[Member],
) -> None:
    writes, shows = deaf_pair
    async with Visitor(writes) as visitor:
        sent = await visitor.send("Go.", LONG)
        page = watch_on(shows, sent, visitor)
        async with page.connected() as socket:
            reply = await visitor.post(
                "/send/", prompt="Next", model=LONG, conversation=sent.conversation
            )
            assert reply.status_code == 303
            while not page.page.all("data-queued"):
                await page.take_in_one(socket)
            await visitor.stop(sent.generation)
            while "Held" not in page.page.one("id", "queue").text():
                await page.take_in_one(socket)
