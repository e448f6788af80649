"""Sockets that drop at every place, and frames that come twice: each word is shown once."""

from __future__ import annotations

import asyncio
from functools import partial
from random import Random
from typing import Any

from streaming.cluster.bus import Bus, Topic
from tests.support.living import Living
from tests.support.tabs import (
    Page,
    Tab,
    follow,
    watched,
)

ENTRIES = 19
"""With a page for each, and one for none, as many sockets as a person may have open."""

DROPS = 100


async def test_r2_sockets_dropped_at_every_seq_lose_and_double_nothing(
    living: Living, tab: Tab
) -> None:
    """One page for each seq reads up to it, is dropped there, and comes back at the end."""
    answer = await living.answering()
    pages = [await watched(living, tab, answer) for _ in range(ENTRIES + 1)]

    async def read(number: int) -> None:
        page = pages[number]
        async with page.connected() as socket:
            await page.until(socket, lambda page: page.cursor >= number)

    reading = [asyncio.create_task(read(number)) for number in range(len(pages))]
    for number in range(ENTRIES):
        await answer.says(f"word{number} ")
    await asyncio.gather(*reading)
    generation = await answer.finishes()
    for page in pages:
        async with page.connected() as socket:
            await page.ends(socket)
        assert page.answer.text().strip() == generation.message.text.strip()
        assert (page.gaps, page.doubles) == (0, 0)
    assert generation.message.text == "".join(f"word{number} " for number in range(ENTRIES))


async def test_r2_100_random_drops_with_duplicates_show_every_word_once(
    living: Living, tab: Tab
) -> None:
    """After each drop the page asks for what follows its cursor; each message comes twice."""
    moments = Random(2)
    answer = await living.answering()
    page = await watched(living, tab, answer)
    rung = ring_twice(living.site.bus, answer.pk)
    for number in range(DROPS):
        async with page.connected(follow=False) as socket:
            await socket.send(follow(page, after=max(0, page.cursor - moments.randrange(4))))
            if number % 10 == 9:
                await send_again(page, socket, number)
            await answer.says(f"word{number} ")
            rung()
            goal = number + 1 - moments.randrange(3)
            await page.until(socket, partial(is_as_far, goal=goal))
    generation = await answer.finishes()
    async with page.connected() as socket:
        await page.ends(socket)
    assert page.doubles >= DROPS // 10
    assert page.answer.text().split() == generation.message.text.split()
    assert generation.message.text.split() == [f"word{number}" for number in range(DROPS)]


def is_as_far(page: Page, goal: int) -> bool:
    return page.cursor >= goal


async def send_again(page: Page, socket: Any, words: int) -> None:
    """While nothing is said: a page that knows all words asks for the last of them again."""
    await page.until(socket, partial(is_as_far, goal=words))
    known = page.doubles
    await socket.send(follow(page, after=words - 1))
    await page.until(socket, lambda page: page.doubles > known)


def ring_twice(bus: Bus, pk: int) -> Any:
    """Call it to ring again what was rung for this run since."""
    heard: list[tuple[Any, ...]] = []
    bus.subscribe(Topic.ENTRIES.of(pk), lambda *news: heard.append(news))

    def again() -> None:
        repeat, heard[:] = heard[:], []
        for news in repeat:
            bus.publish(Topic.ENTRIES.of(pk), *news)
        heard.clear()

    return again
