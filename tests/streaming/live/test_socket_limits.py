"""How many sockets there may be, and how much may be said on one: L3, L4."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

import pytest

from streaming.live.protocol import NEVER_READS, TOO_MANY_COMMANDS, TOO_MANY_SOCKETS
from streaming.live.rate_limit import RateLimit
from tests.streaming.live.test_socket_rules import acknowledge
from tests.support.living import Living
from tests.support.tabs import (
    Closed,
    Socket,
    Tab,
    follow,
    reads,
    watched,
)


async def test_l3_commands_at_the_limit_are_heard_and_one_more_closes_the_socket(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.SOCKET_COMMANDS_A_SECOND, settings.SOCKET_COMMANDS_AT_ONCE = 0, 3
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        for _ in range(2):
            await acknowledge(page, socket)
        await answer.says("Heard")
        await page.until(socket, reads("Heard"))
        await acknowledge(page, socket)
        assert await socket.closed() == TOO_MANY_COMMANDS


def test_l3_permissions_come_back_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("streaming.live.rate_limit.time.monotonic", lambda: now[0])
    limit = RateLimit(20, 40)
    assert [limit.take() for _ in range(41)] == [True] * 40 + [False]
    now[0] += 0.11
    assert [limit.take() for _ in range(3)] == [True, True, False]
    now[0] += 60
    assert [limit.take() for _ in range(41)] == [True] * 40 + [False]


async def test_l3_one_socket_too_many_of_a_person_closes_the_oldest(
    living: Living, tab: Tab
) -> None:
    living.site.sockets._most_of_one = 2
    answer = await living.answering()
    pages = [await watched(living, tab, answer) for _ in range(3)]
    async with AsyncExitStack() as open_pages:
        oldest, *others = [await open_pages.enter_async_context(page.connected()) for page in pages]
        assert await oldest.closed() == TOO_MANY_SOCKETS
        assert len(living.site.sockets) == 2
        await answer.says("Still here")
        for page, socket in zip(pages[1:], others, strict=True):
            await page.until(socket, reads("Still here"))
    assert len(living.site.sockets) == 0


async def test_l3_a_process_that_is_full_turns_the_next_away_until_one_leaves(
    living: Living, tab: Tab
) -> None:
    living.site.sockets._most = 1
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected():
        with pytest.raises(Closed):
            await Socket(page.address, tab.cookies).open()
    async with page.connected() as socket:
        await answer.says("Room again")
        await page.until(socket, reads("Room again"))


async def test_a_process_that_ends_takes_no_new_sockets(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    page = await watched(living, tab, answer)
    living.site.closing = True
    with pytest.raises(Closed):
        await Socket(page.address, tab.cookies).open()
    assert len(living.site.sockets) == 0


async def test_l4_r15_a_page_that_asks_on_without_reading_is_sent_no_second_thread(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.SOCKET_UNREAD_BYTES = 100
    generation = await living.ended("All of it.")
    page = await tab.watch(generation.conversation_id)
    nowhere = follow(page, leaf=None, generation=None)
    async with page.connected(follow=False) as socket:
        await socket.send(nowhere)
        while '"stands"' not in await socket.recv():
            pass
        for _ in range(3):
            await socket.send(nowhere)
        assert await socket.receive_nothing(timeout=0.1)
        await socket.send(json.dumps({"type": "ack", "generation": generation.pk, "seq": 0}))
        assert 'id="thread"' in await socket.recv()


@pytest.mark.parametrize("reads_in_time", [True, False])
async def test_l4_a_page_that_never_reads_is_closed_after_a_while(
    living: Living, tab: Tab, settings: Any, reads_in_time: bool
) -> None:
    settings.SOCKET_UNREAD_FRAMES = 2
    settings.SOCKET_UNREAD_SECONDS = 1 if reads_in_time else 0.1
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        await answer.says("One ", "two ", "three")
        while page.cursor < 2:
            await page.take_in_one(socket)
        if not reads_in_time:
            assert await socket.closed() == NEVER_READS
            return
        await acknowledge(page, socket)
        await page.until(socket, reads("One two three"))
        await acknowledge(page, socket)
        await asyncio.sleep(1.1)
        await answer.says(" four")
        await page.until(socket, reads("One two three four"))
