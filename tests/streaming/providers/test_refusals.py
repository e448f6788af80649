"""Refusals through the running site: what the page says, and how many requests went out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string

from streaming.cluster.bus import Topic
from streaming.details import facts
from streaming.live.answers import answer_rows, answer_view
from streaming.models import Generation
from streaming.providers.config import Timeouts
from tests.support.document import parse
from tests.support.living import (
    PREFILLER,
    Answering,
    Living,
    alive,
    hearing,
)
from tests.support.puppet import Talk

HASTY = Timeouts(first_byte=0.7)
NO_CREDIT = "The account at the provider has no credit left."


class Refusal(NamedTuple):
    """`requests`: how many go out before the reader is asked."""

    status: int
    body: Any
    said: str
    requests: int = 1
    headers: tuple[str, ...] = ()


def said(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, **more}}


REFUSALS = (
    Refusal(402, said("can only afford 4000"), f"{NO_CREDIT} It said: “can only afford 4000”"),
    Refusal(429, said("Your credit balance is too low"), NO_CREDIT),
    Refusal(500, said("insufficient balance (1008)"), "It said: “insufficient balance (1008)”"),
    Refusal(500, said("CUDA out of memory"), "had an error. It said: “CUDA out of memory”"),
    Refusal(403, said("Region not supported"), "does not allow this. It said: “Region"),
    Refusal(400, said("failed", metadata={"raw": json.dumps(said("4 at most"))}), "failed: 4 at"),
    Refusal(422, {"errors": [{"message": "x is odd"}]}, "rejected the request: x is odd"),
    Refusal(404, b"<html><title>Nothing here</title>", "address right? It said: “Nothing here”"),
    Refusal(429, said("The daily limit is reached"), "It said: “The daily limit is reached”"),
    Refusal(429, said("Slow down. Try again in 20ms."), "asks to wait 1 s.", 3),
    Refusal(429, said("Slow", details=[{"retryDelay": "0.02s"}]), "asks to wait 1 s.", 3),
    Refusal(503, said("busy"), "overloaded. It said: “busy”", 3, ("retry-after-ms: 10",)),
    Refusal(429, said("Try again in 1m9.7s"), "asks to wait 70 s."),
)


@pytest.fixture
async def site(transactional_db: None, owner: User, settings: Any) -> AsyncIterator[Living]:
    settings.BACK_OFF_SECONDS = (0.01, 0.02)
    async with alive(owner, settings) as living:
        yield living


async def bar(living: Living, run: Generation) -> str:
    """What the page says below the answer."""

    def render() -> str:
        rows = answer_rows.load(run.message_id)
        context = {"message": rows.message, "answer": answer_view.answer(rows)}
        return render_to_string("streaming/answer/_outcome.html", context)

    return " ".join(parse(await living.do(render)).text().split())


async def next_talk(living: Living) -> Talk:
    return await living.puppet.talk()


async def test_a_refusal_is_told_in_the_servers_words_and_repeated_only_where_that_can_help(
    site: Living,
) -> None:
    for refusal in REFUSALS:
        before = len(site.puppet.talks)
        answer = await site.answering()
        talk = answer.talk
        for _ in range(refusal.requests - 1):
            await talk.reply(refusal.status, refusal.body, *refusal.headers)
            talk = await next_talk(site)
        await talk.reply(refusal.status, refusal.body, *refusal.headers)
        run = await answer.ended()
        assert (run.status, run.tries) == ("failed", refusal.requests), refusal
        assert refusal.said in await bar(site, run)
        assert len(site.puppet.talks) - before == refusal.requests


async def test_an_account_without_credit_ends_an_answer_and_nothing_goes_on(site: Living) -> None:
    answer = await site.answering(model=PREFILLER)
    await answer.says("Half a sentence")
    await answer.talk.event(said("insufficient balance", type="api_error"))
    generation = await answer.ended()
    assert (generation.status, generation.error_code) == ("failed", "upstream_quota")
    told = await bar(site, generation)
    assert f"{NO_CREDIT} It said: “insufficient balance” All 3 words are kept." in told
    assert len(site.puppet.talks) == 1


async def test_a_frame_that_asks_to_wait_is_waited_for(site: Living) -> None:
    answer = await site.answering(model=PREFILLER)
    await answer.says("Half a sentence")
    with hearing(site.site.bus, Topic.MOVED.of(answer.pk)) as moved:
        await answer.talk.event(said("Slow", code="rate_limit_exceeded", retry_after=30))
        await moved.wait()
    (_, going_on) = await site.do(lambda: list(Generation.objects.order_by("pk")))
    told = await bar(site, going_on)
    assert "The provider asks to wait 30 s. It said: “Slow” Resuming in" in told
    await site.do(lambda: site.site.runner.stop_soon(going_on.pk).result(5))


async def lost(talk: Talk, how: str) -> None:
    """A request whose answer does not come: nothing at all, or a connection that ends."""
    if how == "dropped":
        await talk.cut()
    elif how == "opened":
        await talk.open()
        await talk.cut()
    elif how == "closed":
        await talk.leave_after_the_headers()
    else:
        await talk.hung_up()
        talk.over.set()


async def lost_thrice(site: Living, how: str) -> Generation:
    answer, tries = await site.answering(), []
    talk = answer.talk
    for _ in range(2):
        with hearing(site.site.bus, Topic.WAITING.of(answer.pk)) as waiting:
            await lost(talk, how)
            await waiting.wait()
        tries.append((await site.run(answer.pk)).tries)
        talk = await next_talk(site)
    await lost(talk, how)
    run = await answer.ended()
    assert (tries, run.tries, run.status) == ([2, 3], 3, "failed")
    assert len(site.puppet.talks) == 3
    assert "Retry" in await bar(site, run)
    return run


@pytest.mark.parametrize("how", ["dropped", "opened", "closed"])
async def test_a_request_whose_connection_is_lost_is_made_three_times(
    site: Living, how: str
) -> None:
    await lost_thrice(site, how)


async def test_a_request_that_nobody_answers_is_made_three_times(
    transactional_db: None, owner: User, settings: Any
) -> None:
    settings.BACK_OFF_SECONDS = (0.01, 0.02)
    async with alive(owner, settings, timeouts=HASTY) as living:
        generation = await lost_thrice(living, "silent")
        (told,) = await living.do(
            lambda: facts.of(list(Generation.objects.filter(pk=generation.pk)))
        )
    assert told.billing is not None  # its connection was closed, as by a stop


async def test_what_comes_at_the_third_try_is_the_answer(site: Living) -> None:
    answer = await site.answering()
    await lost(answer.talk, "opened")
    await lost(await next_talk(site), "dropped")
    third = Answering(site, answer.pk, await next_talk(site))
    await third.says("Here it is.")
    run = await third.finishes()
    assert (run.status, run.tries, run.message.text) == ("finished", 3, "Here it is.")


async def test_the_page_counts_the_tries_while_it_waits(
    transactional_db: None, owner: User, settings: Any
) -> None:
    settings.BACK_OFF_SECONDS = (0.01, 30.0)
    async with alive(owner, settings) as living:
        answer = await living.answering()
        await answer.talk.cut()
        talk = await next_talk(living)
        with hearing(living.site.bus, Topic.WAITING.of(answer.pk)) as waiting:
            await talk.cut()
            await waiting.wait()
        told = await bar(living, await living.run(answer.pk))
        assert "The connection to the provider broke off. Trying again, 2 of 2 in" in told
        await answer.stops()
        assert len(living.puppet.talks) == 2
