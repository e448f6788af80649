"""What upstream can do to a connection: whatever was kept is shown, once, and the run ends.

A page records every state that a reader saw; afterwards each is held against the database.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.auth.models import User

from streaming.models import JournalEntry
from streaming.providers.config import Timeouts
from streaming.providers.formats.building import text_limit as limits
from tests.support.living import Answering, Living, alive
from tests.support.puppet import Talk
from tests.support.tabs import Page, Tab, watched

SHORT = Timeouts(first_byte=1, silence=1, no_text=5, total=2)
LONGEST = 20_000
WORDS = [f"word{number} " for number in range(30)]

Fault = Callable[[Answering], Awaitable[None]]


@pytest.fixture
async def living(
    transactional_db: None, owner: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Living]:
    """A site with little patience and room, which retries nothing automatically."""
    settings.AUTOMATIC_RETRIES = settings.AUTOMATIC_RESUMES = 0
    monkeypatch.setattr(limits, "MAX_ANSWER", LONGEST)
    async with alive(owner, settings, timeouts=SHORT) as living:
        yield living


async def says_words(answer: Answering) -> None:
    for word in WORDS:
        await answer.talk.say(word)
    await answer.living.until_kept(answer.pk, "".join(WORDS))


async def stall_before_headers(answer: Answering) -> None:
    """Takes the request, and that was all."""


async def stall_mid_stream(answer: Answering) -> None:
    await says_words(answer)


async def reset(answer: Answering) -> None:
    await says_words(answer)
    await answer.talk.reset()


async def half_close(answer: Answering) -> None:
    await says_words(answer)
    await answer.talk.half_close()


async def truncated_chunk(answer: Answering) -> None:
    await says_words(answer)
    await answer.talk.leave_in_a_chunk()


async def endless(answer: Answering) -> None:
    await says_words(answer)
    await talk_without_end(answer.talk)


async def talk_without_end(talk: Talk) -> None:
    with suppress(ConnectionError):  # the site has had enough
        while True:
            await talk.say("on " * 100)


FAULTS = [
    (stall_before_headers, "upstream_timeout"),
    (stall_mid_stream, "upstream_timeout"),
    (reset, "upstream_disconnected"),
    (half_close, "upstream_disconnected"),
    (truncated_chunk, "upstream_disconnected"),
    (endless, "upstream_too_large"),
]


@pytest.mark.parametrize(("fault", "code"), FAULTS, ids=[fault.__name__ for fault, _ in FAULTS])
async def test_r1_r7_whatever_upstream_does_what_was_seen_is_kept_and_the_run_ends(
    living: Living, tab: Tab, fault: Fault, code: str
) -> None:
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        await fault(answer)
        seen = await seen_to_the_end(page, socket)
    if fault not in (reset, endless):  # these have seen the end of the connection already
        await answer.talk.hung_up()
    generation = await answer.ended()
    assert (generation.status, generation.error_code, page.status) == ("failed", code, "failed")
    said = "" if fault is stall_before_headers else "".join(WORDS)
    assert generation.message.text.startswith(said)
    assert set(generation.message.text[len(said) :].split()) <= (
        {"on"} if fault is endless else set()
    )
    assert seen[-1] == generation.message.text.strip()
    assert all(generation.message.text.startswith(text) for text in seen)
    assert (page.gaps, page.doubles) == (0, 0)
    assert not await living.do(JournalEntry.objects.exists)
    await living.until_idle()


async def seen_to_the_end(page: Page, socket: Any) -> list[str]:
    """Every text that the page showed, up to the end of the answer."""
    seen = [page.answer.text().strip()]
    while page.status == "running":
        await page.take_in_one(socket)
        seen.append(page.answer.text().strip())
    return seen
