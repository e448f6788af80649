"""A hostile answer while it is written: each frame of its socket, and the page after each."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.support.document import parse
from tests.support.hostile.corpus import LINES, TEXTS, storable
from tests.support.hostile.judge import expects_nothing_reached
from tests.support.living import Answering, Living, living, owner
from tests.support.tabs import Page, Tab, tab, watched
from tests.support.watcher import HEADING

__all__ = ["living", "owner", "tab"]

PIECE = 8


def pieces(text: str) -> list[str]:
    return [text[at : at + PIECE] for at in range(0, len(text), PIECE)]


def expects_frame(frame: str) -> None:
    """HTML is judged; what a script appends as text may be anything."""
    if not frame.startswith("{"):
        expects_nothing_reached(parse(HEADING.sub("", frame)))
    elif (message := json.loads(frame))["type"] == "open":
        expects_nothing_reached(parse(f'<div class="prose">{message["text"]}</div>'))
    else:
        assert message["type"] in ("text", "reasoning", "arguments", "status", "stands")


async def read(page: Page, socket: Any) -> None:
    """Judges each frame, and the page after it, until the answer has ended."""
    while page.status == "running":
        await page.take_in_one(socket)
        expects_frame(page.frames[-1])
        expects_nothing_reached(page.article)


async def say(answer: Answering, text: str) -> None:
    """Waits for each piece to be kept, but for one that may begin a tag for thoughts."""
    kept = ""
    for piece in pieces(text):
        await answer.talk.say(piece)
        kept += piece
        if "<" not in piece:
            await answer.living.until_kept(answer.pk, kept)


async def write(answer: Answering) -> None:
    """Says each text bit by bit: thinks the lines, answers with all, and calls tools by lines."""
    lines = [storable(text) for text in LINES.values()]
    for line in lines:
        await answer.talk.think(line)
    await say(answer, "\n\n".join(map(storable, TEXTS.values())))
    for number, line in enumerate(lines):
        called = {"name": line, "arguments": line}
        call = {"index": number, "id": f"call-{number}", "type": "function", "function": called}
        await answer.talk.event({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
    await answer.talk.finish("tool_calls")


async def test_every_frame_of_a_hostile_answer_is_text(living: Living, tab: Tab) -> None:
    answer = await living.answering(storable(LINES["end of an element"]))
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        await asyncio.gather(read(page, socket), write(answer))
    assert len(page.frames) > 100
    assert page.article.text().count("evil()") > 100
