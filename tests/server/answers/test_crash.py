"""`kill -9` at random moments: what any reader was shown is a prefix of what the database holds.

The watchers update a page as the browser does, so what they show is what a reader saw. Half of
the models write one unique word per delta, so a lost, doubled or swapped delta cannot hide. The
other half write long Markdown; the page is compared with the rendered text of the same cursor.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from random import Random

import pytest

from conversations.markdown import render
from tests.support.document import parse
from tests.support.history import expects_frames
from tests.support.isolation.rounds import rounds
from tests.support.kept import Kept, kept_answers
from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Sent, Visitor
from tests.support.watcher import Watcher

pytestmark = pytest.mark.server

ROUNDS = 20
ANSWERS = 10
MODELS = ("demo-clock-50-5000", "demo-load-40-6-5000")


async def test_r1_kill_9_loses_nothing_that_was_shown(tmp_path: Path, upstream: Upstream) -> None:
    moments = Random(9)
    with upstream.site(tmp_path, *MODELS) as site:
        shown = [await one_round(site, moments) for _ in range(rounds(ROUNDS))]
    assert sum(shown) > rounds(ROUNDS) * ANSWERS * 20, (
        "the watchers saw too little to prove anything"
    )


async def one_round(site: Site, moments: Random) -> int:
    """Kills a site that writes answers, and starts it again; how many characters were shown."""
    async with Visitor(site) as visitor:
        models = (f"demo/{MODELS[number % len(MODELS)]}" for number in range(ANSWERS))
        sent = await asyncio.gather(*(visitor.send("Go.", model) for model in models))
        watchers = [visitor.watch_on(one) for one in sent]
        watching = [asyncio.create_task(watcher.watch_to_the_end()) for watcher in watchers]
        await asyncio.sleep(moments.uniform(0, 1.5))  # any moment is what is tested
        site.kill()
        await asyncio.gather(*watching)
        kept = kept_answers(site)
        for one, watcher in zip(sent, watchers, strict=True):
            expects_shown_is_kept(watcher, kept[one.generation])
            expects_frames(watcher.frames, kept)
        await restart(site, visitor, sent, kept)
    return sum(len(watcher.answer.text()) for watcher in watchers)


def expects_shown_is_kept(watcher: Watcher, kept: Kept) -> None:
    assert watcher.gaps == 0
    assert watcher.cursor <= len(kept.entries)
    text = kept.text_at(watcher.cursor)
    expected = parse(render(text, f"answer-{kept.message}", complete=False))
    assert watcher.answer.shown() == expected.shown()
    if "⟨" in text:
        assert text.startswith(watcher.answer.text())
        assert watcher.answer.text().split() == text.split()


async def restart(site: Site, visitor: Visitor, sent: list[Sent], before: dict[int, Kept]) -> None:
    """Within five seconds every answer is interrupted, has all its text, and offers Resume."""
    site.start()
    started = time.monotonic()
    while any(kept.status == "running" for kept in kept_answers(site).values()):
        assert time.monotonic() - started < 5, "answers are said to run, and no process runs them"
        await asyncio.sleep(0.05)  # before it looks again: another process writes there
    after = kept_answers(site)
    for one in sent:
        assert after[one.generation].status == "interrupted"
        assert after[one.generation].text == before[one.generation].text
    page = await visitor.conversation(sent[0].conversation)
    assert page.one("data-role", "assistant").attributes["data-status"] == "interrupted"
    assert page.all("data-action", "resume")
