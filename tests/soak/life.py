"""One answer from its send to its end, read by somebody who does not sit still.

A reader reads some frames, then loses the connection, loads the page again, or has had enough and
stops the answer. Whatever was done, what the page shows in the end is what the database holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from websockets.asyncio.client import ClientConnection

from conversations.markdown import render
from tests.support.document import parse
from tests.support.site import Site
from tests.support.visitor import Sent, Visitor
from tests.support.watcher import Watcher

FRAMES = (5, 150)
DEEDS = {"drop": 45, "reload": 45, "stop": 10}
"""What is done after each so many frames, and how often of a hundred times."""

KEPT = """
SELECT g.status, m.text FROM streaming_generation g
JOIN conversations_message m ON m.id = g.message_id WHERE g.id = ?
"""


@dataclass(slots=True)
class Tally:
    """What was done to the answers, and how they ended."""

    begun: int = 0
    finished: int = 0
    cancelled: int = 0
    drop: int = 0
    reload: int = 0
    stop: int = 0


async def live(visitor: Visitor, model: str, chance: Random, tally: Tally, place: str = "") -> str:
    """Has one answer written in the conversation `place`, or a new one; gives the conversation."""
    sent = await visitor.send("Go.", f"demo/{model}", place)
    tally.begun += 1
    watcher = visitor.watch_on(sent)
    while watcher.status == "running":
        deed = chance.choices(list(DEEDS), list(DEEDS.values()))[0]
        watcher = await read_and_do(visitor, sent, watcher, chance.randint(*FRAMES), deed, tally)
    expects_kept_as_shown(visitor.site, sent, watcher, model, tally)
    return sent.conversation


async def read_and_do(
    visitor: Visitor, sent: Sent, watcher: Watcher, frames: int, deed: str, tally: Tally
) -> Watcher:
    """Reads that far and does that, unless the answer ends before; gives the page read next."""
    async with watcher.connected() as socket:
        await read(watcher, socket, frames)
        if watcher.status != "running":
            return watcher
        setattr(tally, deed, getattr(tally, deed) + 1)
        if deed == "stop":
            reply = await visitor.stop(sent.generation)
            assert reply.is_success or reply.is_redirect, f"{reply.status_code} {reply.text}"
            await read(watcher, socket)
        elif deed == "drop":
            socket.transport.abort()
    return await loaded_again(visitor, sent, watcher) if deed == "reload" else watcher


async def read(watcher: Watcher, socket: ClientConnection, frames: int = 1_000_000) -> None:
    for _ in range(frames):
        if watcher.status != "running":
            return
        await watcher.take_in_one(socket)


async def loaded_again(visitor: Visitor, sent: Sent, before: Watcher) -> Watcher:
    """The page as the site shows it now: nothing that was shown is gone.

    A page that was made while the answer ended has all of the text and the cursor 0; its socket
    is told how it ended.
    """
    after = await visitor.watch(sent.conversation)
    shown = words(before)
    assert words(after)[: len(shown)] == shown, f"{after} lacks what {before} showed"
    assert after.cursor >= before.cursor or after.cursor == 0, f"{after} is behind {before}"
    expects_no_slip(before)
    return after


def expects_kept_as_shown(
    site: Site, sent: Sent, watcher: Watcher, model: str, tally: Tally
) -> None:
    """The page shows what is kept, with every word once, and both say how it ended."""
    expects_no_slip(watcher)
    kept = site.rows(KEPT, sent.generation)[0]
    assert kept["status"] == watcher.status, f"kept as {kept['status']}: {watcher}"
    html = render(kept["text"], watcher.answer.attributes["id"])
    assert watcher.answer.shown() == parse(html).shown(), f"another text is kept: {watcher}"
    written = kept["text"].split()
    assert words(watcher) == written
    assert sorted(set(written)) == written, f"words are doubled or out of order: {watcher}"
    if watcher.status == "finished":
        assert len(written) == length(model), f"{len(written)} words of {model}"
        tally.finished += 1
    else:
        assert watcher.status == "cancelled", f"nobody asked for such an end: {watcher}"
        tally.cancelled += 1


def expects_no_slip(watcher: Watcher) -> None:
    assert (watcher.gaps, watcher.doubles) == (0, 0), f"a gap or a double: {watcher}"


def words(watcher: Watcher) -> list[str]:
    return watcher.answer.text().split()


def length(model: str) -> int:
    """How many words such a model writes, each of them once."""
    found = re.fullmatch(r"demo-clock-\d+-(\d+)", model)
    assert found, model
    return int(found[1])
