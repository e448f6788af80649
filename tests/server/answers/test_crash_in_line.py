"""`kill -9` while prompts wait in line: each is sent once, or still there, whatever the moment."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random

import pytest

from tests.support.isolation.rounds import rounds
from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

pytestmark = pytest.mark.server

MODEL = "demo-clock-100-20"
SLOW = "demo-clock-20-60"
LINES = 5
PLACES = """
SELECT text FROM conversations_message WHERE role = 'user'
UNION ALL SELECT text FROM streaming_queuedprompt
"""
UNSETTLED = """
SELECT (SELECT count(*) FROM streaming_generation WHERE status = 'running')
    + (SELECT count(*) FROM streaming_queuedprompt WHERE held = '') AS open
"""


async def test_r8_kill_9_loses_no_prompt_in_line_and_sends_none_twice(
    tmp_path: Path, upstream: Upstream
) -> None:
    """Each request comes again after the restart, as of a browser that got no reply."""
    moments, prompts = Random(19), list[str]()
    with upstream.site(tmp_path, MODEL) as site:
        for number in range(rounds(4)):
            prompts += await one_round(site, number, moments)
        await settled(site)
        assert Counter(row["text"] for row in site.rows(PLACES)) == Counter(prompts)


async def one_round(site: Site, number: int, moments: Random) -> list[str]:
    """Kills the site while several lines are at different places, and asks for all of them again.

    What was sent.
    """
    async with Visitor(site) as visitor:
        names = [f"Round {number}, line {each}" for each in range(LINES)]
        delays = [moments.uniform(0, 0.6) for _ in names]
        requests = await asyncio.gather(*map(partial(begin, visitor), names, delays))
        await asyncio.sleep(moments.uniform(0, 0.3))  # any moment is what is tested
        site.kill()
        site.start()
        for request in chain(*requests):
            assert (await visitor.post("/send/", **request)).status_code == 303
    return [*names, *(request["prompt"] for request in chain(*requests))]


async def begin(
    visitor: Visitor, name: str, delay: float, model: str = MODEL
) -> list[dict[str, str]]:
    """Ask for an answer, and put two prompts in line after it: what these two said."""
    await asyncio.sleep(delay)  # so that the lines are at different places
    sent = await visitor.send(name, f"demo/{model}")
    requests = []
    for each in range(2):
        request = {"prompt": f"{name}, prompt {each}", "model": f"demo/{MODEL}"}
        request |= {"conversation": sent.conversation, "key": str(uuid.uuid4())}
        assert (await visitor.post("/send/", **request)).status_code == 303
        requests.append(request)
    return requests


async def settled(site: Site) -> None:
    """Returns once nothing is written and nothing waits without being held."""
    async with asyncio.timeout(20):
        while site.rows(UNSETTLED)[0]["open"]:  # noqa: ASYNC110 (another process writes there)
            await asyncio.sleep(0.05)


RUNS = """
SELECT run.automatic, run.status, asked.text FROM streaming_generation run
JOIN conversations_message answer ON answer.id = run.message_id
JOIN conversations_message asked ON asked.id = answer.parent_id ORDER BY run.id
"""


async def test_what_waited_for_an_answer_that_is_resumed_automatically_is_sent_after_it_once(
    tmp_path: Path, upstream: Upstream
) -> None:
    with upstream.site(tmp_path, MODEL, SLOW) as site:
        async with Visitor(site) as visitor:
            await begin(visitor, "First", 0, SLOW)
            async with asyncio.timeout(20):
                while not site.rows("SELECT 1 FROM streaming_journalentry"):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        site.kill()
        site.settings["AUTO_RESUME"] = "on"
        site.start()
        async with asyncio.timeout(40):
            while len(site.rows(RUNS)) < 4:  # noqa: ASYNC110 (another process writes there)
                await asyncio.sleep(0.05)
        await settled(site)
        runs = [tuple(row) for row in site.rows(RUNS)]
        held = site.rows("SELECT 1 FROM streaming_queuedprompt")
    assert runs == [
        (0, "interrupted", "First"),
        (1, "finished", "First"),
        (0, "finished", "First, prompt 0"),
        (0, "finished", "First, prompt 1"),
    ]
    assert not held
