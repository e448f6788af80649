"""`kill -9` while prompts wait in line: each is sent once, or still there, whatever the moment."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.support.isolation.rounds import rounds
from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

pytestmark = pytest.mark.server

MODEL = "demo-clock-100-20"
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
        for number in range(rounds(20)):
            prompts += await one_round(site, number, moments.uniform(0, 0.6))
        await settled(site)
        assert Counter(row["text"] for row in site.rows(PLACES)) == Counter(prompts)


async def one_round(site: Site, number: int, seconds: float) -> list[str]:
    """Puts two prompts in line, kills the site in the middle, and asks for both again."""
    first, *rest = (f"Round {number}, prompt {each}" for each in range(3))
    async with Visitor(site) as visitor:
        sent = await visitor.send(first, f"demo/{MODEL}")
        requests = [
            {
                "prompt": prompt,
                "model": f"demo/{MODEL}",
                "conversation": sent.conversation,
                "key": str(uuid.uuid4()),
            }
            for prompt in rest
        ]
        for request in requests:
            assert (await visitor.post("/send/", **request)).status_code == 303
        await asyncio.sleep(seconds)  # any moment is what is tested
        site.kill()
        site.start()
        for request in requests:
            assert (await visitor.post("/send/", **request)).status_code == 303
    return [first, *rest]


async def settled(site: Site) -> None:
    """Returns once nothing is written and nothing waits without being held."""
    async with asyncio.timeout(20):
        while site.rows(UNSETTLED)[0]["open"]:  # noqa: ASYNC110 (another process writes there)
            await asyncio.sleep(0.05)
