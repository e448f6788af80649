"""What sockets were sent and pages show, held against what the database holds, after any fault.

    history.listen(page)                         every frame that each socket of the tab gets
    await history.expects_agreement(site, page, within=8)   R17: the page shows what is kept, in
                                                 time; and no socket was sent anything wrong
    expects_frames(frames, kept_answers(site))   the same rules for the frames of a `Watcher`

What is wrong: a frame of a run that is not kept (R1), entries beyond those that are kept (R1), a
gap (R2), text after the end (R4), two ends, or one that is not the kept status (R4).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from playwright.async_api import Page, WebSocket

from conversations.markdown import render
from tests.support.document import parse
from tests.support.kept import Kept, kept_answers
from tests.support.site import Site
from tests.support.watcher import HEADING

VISIBLE_SECONDS, LOOKED_AT_SECONDS = 8.0, 2.0
"""R17: how soon a page shows where the thread stands."""

PLACE = """() => {
    const last = document.querySelector("#thread > article:last-child").dataset;
    return [Number(last.message), Number(last.generation), last.status];
}"""
TEXT = """() => {
    const articles = document.querySelectorAll("#thread > article");
    const answer = [...articles].at(-1).querySelector("[data-answer]").cloneNode(true);
    for (const button of answer.querySelectorAll("button")) button.remove();
    return answer.textContent;
}"""
LAST = """
SELECT c.leaf_id AS leaf FROM conversations_conversation c WHERE c.id = ?
"""


class History:
    """The frames of every socket of some tabs, each socket's apart."""

    def __init__(self) -> None:
        self.sockets: list[list[str]] = []

    def listen(self, page: Page) -> Page:
        page.on("websocket", self._record)
        return page

    def _record(self, socket: WebSocket) -> None:
        frames: list[str] = []
        self.sockets.append(frames)
        socket.on("framereceived", lambda frame: frames.append(str(frame)))

    async def expects_agreement(
        self, site: Site, page: Page, within: float = VISIBLE_SECONDS
    ) -> float:
        """Waits until the page shows the end of its thread as it is kept; how long that took."""
        began = time.monotonic()
        while (wrong := await _differs(site, page)) is not None:
            assert time.monotonic() - began < within, f"not shown within {within} s: {wrong}"
            await asyncio.sleep(0.02)
        took = time.monotonic() - began
        kept = kept_answers(site)
        for frames in self.sockets:
            expects_frames(frames, kept)
        return took


async def ended(site: Site, page: Page) -> Kept:
    """Waits, whatever the page shows, until the last answer of its thread has ended."""
    began = time.monotonic()
    while (kept := _last(site, page)).status == "running":
        assert time.monotonic() - began < 60, f"it does not end: {kept}"
        await asyncio.sleep(0.05)
    return kept


def expects_frames(frames: Iterable[str], kept: Mapping[int, Kept]) -> None:
    """The rules above, for what one page was sent from one place on."""
    cursors: dict[int, int] = {}
    ends: dict[int, str] = {}
    for facts in filter(None, map(_facts, frames)):
        generation = facts["generation"]
        assert generation in kept, f"of a run that is not kept: {facts}"
        if "status" in facts and "cursor" not in facts:
            assert ends.setdefault(generation, facts["status"]) == kept[generation].status, facts
        elif "cursor" in facts:
            cursors[generation] = facts["cursor"]
        else:
            assert generation not in ends, f"text after the end: {facts}"
            assert facts["from"] <= cursors.get(generation, facts["from"]), f"a gap: {facts}"
            cursors[generation] = max(facts["to"], cursors.get(generation, 0))
        if kept[generation].status == "running":
            assert cursors.get(generation, 0) <= len(kept[generation].entries), facts


def _facts(frame: str) -> dict[str, Any] | None:
    """What a frame says of a run: how far it leads, or how the run ended."""
    if heading := HEADING.match(frame):
        facts: dict[str, Any] = json.loads(heading[1])
        return facts if facts["generation"] is not None else None
    if not frame.startswith("{"):
        return None
    facts = json.loads(frame)
    is_end = facts["type"] == "status" and facts["status"] not in ("stopping", "running")
    return facts if is_end or "from" in facts else None


async def _differs(site: Site, page: Page) -> str | None:
    """What the page shows otherwise than it is kept; None if it shows it right."""
    kept = _last(site, page)
    place = [kept.message, kept.generation, kept.status]
    if (shown := await page.evaluate(PLACE)) != place:
        return f"{shown} in the place of {place}"
    words, expected = (await page.evaluate(TEXT)).split(), _words(kept)
    if words == expected:
        return None
    return f"{len(words)} words in the place of {len(expected)}"


@lru_cache(maxsize=4)
def _words(kept: Kept) -> list[str]:
    """What a page shows of an answer, without the space between."""
    complete = kept.status != "running"
    return parse(render(kept.text, f"answer-{kept.message}", complete=complete)).text().split()


def _last(site: Site, page: Page) -> Kept:
    """The run that wrote the end of the page's thread."""
    conversation = page.url.split("/c/")[1].split("/")[0].replace("-", "")
    (row,) = site.rows(LAST, conversation)
    return [kept for kept in kept_answers(site).values() if kept.message == row["leaf"]][-1]
