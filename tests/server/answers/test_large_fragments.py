"""R17: a page is shown more than it may send itself, through the real server."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.site import Site
from tests.support.visitor import Visitor, answers

pytestmark = pytest.mark.server

LONGEST = '"' * 262_144
"""A prompt at its limit, which HTML makes six times as long."""


async def test_r17_the_longest_prompt_reaches_a_page_that_only_watches(shared_site: Site) -> None:
    async with Visitor(shared_site) as visitor:
        sent = await visitor.send("First.", "demo/demo-brief")
        watcher = visitor.watch_on(sent)
        await watcher.watch_to_the_end()
        async with watcher.connected() as socket, asyncio.timeout(8):
            await visitor.send(LONGEST, "demo/demo-brief", sent.conversation)
            while len(answers(watcher.page)) < 2 or watcher.status == "running":
                await watcher.take_in_one(socket)
    assert LONGEST in watcher.page.all("data-role", "user")[-1].text()
    assert "Traceback" not in "".join(shared_site.running.printed)
