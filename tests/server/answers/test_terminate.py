"""SIGTERM at random moments: every answer is interrupted with all that any reader was shown."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from random import Random

import pytest

from tests.support.isolation.rounds import rounds
from tests.support.kept import kept_answers
from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

pytestmark = pytest.mark.server

ANSWERS = 10
MODEL = "demo-clock-50-5000"


async def test_r1_r7_sigterm_interrupts_every_answer_with_all_that_was_shown(
    tmp_path: Path, upstream: Upstream
) -> None:
    moments = Random(15)
    with upstream.site(tmp_path, MODEL) as site:
        shown = []
        for number in range(rounds(3)):
            if number:
                site.start()
            shown.append(await one_round(site, moments))
    assert sum(shown) > len(shown) * ANSWERS * 20, "the watchers saw too little to prove anything"


async def one_round(site: Site, moments: Random) -> int:
    """Terminates a site that writes answers; how many characters were shown."""
    async with Visitor(site) as visitor:
        sent = await asyncio.gather(*(visitor.send("Go.", f"demo/{MODEL}") for _ in range(ANSWERS)))
        watchers = [visitor.watch_on(one) for one in sent]
        watching = [asyncio.create_task(watcher.watch_to_the_end()) for watcher in watchers]
        await asyncio.sleep(moments.uniform(0.2, 1.5))  # any moment is what is tested
        before = time.monotonic()
        assert await asyncio.to_thread(site.terminate) == 0
        assert time.monotonic() - before < 10
        await asyncio.gather(*watching)
    kept = kept_answers(site)
    for one, watcher in zip(sent, watchers, strict=True):
        found = kept[one.generation]
        assert (found.status, found.entries) == ("interrupted", ())
        assert (watcher.gaps, watcher.doubles) == (0, 0)
        words, seen = found.text.split(), watcher.answer.text().split()
        assert words[: len(seen)] == seen
        assert len(words) == len(set(words))
    return sum(len(watcher.answer.text()) for watcher in watchers)
