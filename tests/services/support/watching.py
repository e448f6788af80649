"""Pages whose socket is on another process than the one that made the page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

from conversations.markdown import render
from tests.services.support.fleet import Member
from tests.support.document import parse
from tests.support.visitor import Sent, Visitor
from tests.support.watcher import Watcher


def watch_on(member: Member, sent: Sent, visitor: Visitor) -> Watcher:
    """The page after the send, with its socket on this process."""
    watcher = visitor.watch_on(replace(sent, page=deepcopy(sent.page)))
    watcher.address = watcher.address.replace(visitor.site.base_url[4:], member.base_url[4:])
    return watcher


def expects_whole_answer(watcher: Watcher, text: str) -> None:
    prefix = watcher.answer.attributes["id"]
    assert watcher.answer.shown() == parse(render(text, prefix)).shown()
    assert watcher.answer.text().split() == text.split()
    assert (watcher.gaps, watcher.doubles) == (0, 0)


async def until(is_so: Callable[[], object], seconds: float) -> float:
    """Waits until it is so; how long that took, in seconds."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, "it did not become so"
        await asyncio.sleep(0.01)
    return time.monotonic() - began
