"""A site that is copied while it writes an answer, and what a site made of the copy must show."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tests.support.kept import kept_answers
from tests.support.site import Site
from tests.support.visitor import Sent, Visitor, answers

PROMPT = "Write down the time."


@dataclass(frozen=True, slots=True)
class Copied:
    """An answer, and what was kept of it just before and just after the copy was made."""

    sent: Sent
    before: str
    after: str


async def copy_while_it_writes(site: Site, model: str, copy: Callable[[], None]) -> Copied:
    """Have an endless answer of the model written, and call `copy` in the middle of it."""
    async with Visitor(site) as visitor:
        sent = await visitor.send(PROMPT, model)
        watcher = visitor.watch_on(sent)
        watching = asyncio.create_task(watcher.watch_to_the_end())
        await watcher.reaches(20)
        before = kept_answers(site)[sent.generation].text
        await asyncio.to_thread(copy)
        after = kept_answers(site)[sent.generation].text
        await watcher.reaches(watcher.cursor + 5)  # nothing stood still for it
        await visitor.stop(sent.generation)
        await watching
    return Copied(sent, before, after)


async def expects_restored(site: Site, copied: Copied) -> None:
    """The answer is interrupted where the copy was made, and its page says so."""
    async with Visitor(site) as visitor:
        page = await visitor.conversation(copied.sent.conversation)
    kept = kept_answers(site)[copied.sent.generation]
    assert kept.status == "interrupted"
    assert kept.text.startswith(copied.before)
    assert copied.after.startswith(kept.text)
    assert PROMPT in page.one("data-role", "user").text()
    assert answers(page)[-1].attributes["data-status"] == "interrupted"
