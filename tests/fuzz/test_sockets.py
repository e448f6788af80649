"""Whatever a page says over its socket: an answer, or a close with a code of ours."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.live.protocol import CLOSE_CODES, COMMANDS
from streaming.site import site
from tests.fuzz.depth import fuzzed, nothing_breaks
from tests.fuzz.values import JSON, SCALARS, TEXTS, deep
from tests.support.living import Answering, Living, living, owner
from tests.support.puppet import PATIENCE_SECONDS
from tests.support.tabs import Closed, Socket, Tab, tab

__all__ = ["living", "owner", "tab"]

FIELDS = (
    *("leaf", "generation", "after", "status", "elsewhere", "queue", "edits", "conversation"),
    *("state", "rows", "scope", "seq"),
)
NUMBERS = st.integers(0, 60) | st.sampled_from([2**31, 2**53 - 1, 2**53, 2**63])
COMMAND = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(COMMANDS)) | SCALARS},
    optional={name: NUMBERS | st.none() | TEXTS | JSON for name in FIELDS},
).map(json.dumps)
SAID: st.SearchStrategy[str | bytes] = (
    COMMAND
    | JSON.map(json.dumps)
    | TEXTS
    | st.binary(max_size=60)
    | st.sampled_from([deep(100_000), deep(900, "1"), "[" * 5000, '"' + "x" * 60_000 + '"'])
    | st.sampled_from(["1" * 5000, "-" + "9" * 5000, '{"type":"ack","seq":' + "9" * 5000 + "}"])
)
SILENCE_SECONDS = 0.1
ASK = json.dumps({"type": "ask"})
PATHS = st.sampled_from(["/ws/", "/ws/c/{own}/", f"/ws/c/{UUID(int=1)}/", "/ws/c/x/", "/", "/ws"])


@pytest.fixture
async def thread(living: Living) -> Answering:
    """An answer that is being written all the while."""
    answer = await living.answering()
    await answer.says("As far as this")
    return answer


async def talk(socket: Socket, said: list[str | bytes]) -> int | None:
    """Says all of it, hears it out and leaves; the code with which the site closed, if it did.

    What the consumer raises is raised here.
    """
    for one in (*said, ASK):
        kind = "bytes" if isinstance(one, bytes) else "text"
        await socket.send_input({"type": "websocket.receive", kind: one})
    code = await heard(socket)
    await socket.send_input({"type": "websocket.disconnect", "code": 1001})
    await socket.wait(PATIENCE_SECONDS)
    return code


async def heard(socket: Socket) -> int | None:
    """Reads until the last command is answered, the site closes, or nothing more comes."""
    with suppress(TimeoutError):
        while not socket.future.done():
            frame = await asyncio.wait_for(socket.output_queue.get(), SILENCE_SECONDS)
            if frame["type"] == "websocket.close":
                return int(frame["code"])
            assert frame["text"].lstrip().startswith(("{", "<")), frame["text"][:100]
            if '"stands"' in frame["text"]:
                return None
    return None


def held() -> tuple[int, int]:
    """What the process holds for sockets: how many, and whom the bus would tell."""
    return len(site().sockets), sum(map(len, site().bus._subscribers.values()))


@fuzzed(40)
@given(path=PATHS, said=st.lists(SAID, max_size=8))
async def test_whatever_is_said_ends_in_no_exception(
    living: Living, tab: Tab, thread: Answering, path: str, said: list[str | bytes]
) -> None:
    run: Any = await living.run(thread.pk)
    before = held()
    socket = Socket(path.format(own=run.conversation_id), tab.cookies)
    with nothing_breaks():
        try:
            await socket.open()
        except Closed:
            assert held() == before
            return
        code = await talk(socket, said)
    assert code is None or code in CLOSE_CODES
    assert held() == before
