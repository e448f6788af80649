"""Answers that a provider writes in the background: nothing of them is lost, and Stop ends them."""

from __future__ import annotations

import asyncio
import json
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User

from streaming import lifecycle
from streaming.cluster.bus import Topic
from streaming.db_threads import in_thread
from streaming.demo.behaviours.texts import essay
from streaming.demo.serving.server import DemoUpstream
from streaming.models import Generation
from streaming.site import site
from tests.streaming.runs.held import (
    PROMPT,
    breaks_after,
    completed,
    created,
    demo,
    lines,
    response,
    said,
    scripted,
    served,
    tells,
)
from tests.support.living import hearing
from tests.support.network.loopback import CHUNKED, Visit

CUTS = 12

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_connection_cut_anywhere_loses_nothing_and_asks_for_nothing_twice(
    owner: User, settings: Any
) -> None:
    places = Random(7)
    models = [f"demo-tour+cut-{places.randrange(1500, 150_000)}" for _ in range(CUTS)]
    async with demo(owner, settings, *models) as here:
        asked = [await here.send(model) for model in models]
        ends = [await here.ended(pk) for pk in asked]
        ways = [
            [generation.resume_mode for generation in await here.runs(end.message_id)]
            for end in ends
        ]
        visits = await here.upstream("/_demo/log")
    assert {(end.status, end.message.text) for end in ends} == {("finished", essay(PROMPT))}
    assert {way for first, *later in ways for way in later} == {"replay"}
    assert len([visit for visit in visits if visit["path"] == "/v1/responses"]) == CUTS


async def test_an_answer_interrupted_by_a_restart_is_read_on_from_its_last_word(
    owner: User, settings: Any
) -> None:
    async with (
        DemoUpstream(speed=20, say=lambda line: None) as upstream,
        served(owner, settings, upstream.url, "demo-tour") as here,
    ):
        pk = await here.send("demo-tour")
        await here.writes(pk, 40)
        await lifecycle.stop()
        generation = await here.run(pk)
        assert generation.status == "interrupted"
        assert generation.response_id
        assert essay(PROMPT).startswith(generation.message.text)
        await lifecycle.ensure_started()
        last = await here.ended(await here.resume(generation.message_id))
    assert (last.resume_mode, last.start_offset) == ("replay", len(generation.message.text))
    assert (last.status, last.message.text) == ("finished", essay(PROMPT))


async def test_stop_cancels_what_would_be_written_on_behind_a_closed_connection(
    owner: User, settings: Any
) -> None:
    async with demo(owner, settings, "demo-slow", speed=5) as here:
        pk = await here.send("demo-slow")
        await here.writes(pk, 3)
        generation = await here.stop(pk)
        assert (generation.status, generation.error_message) == ("cancelled", "")
        found = await here.upstream(f"/v1/responses/{generation.response_id}")
        assert found["status"] == "cancelled"
        # What was cancelled is not held any more: the model has to be told to continue.
        again = await here.resume(generation.message_id)
        assert (await here.stop(again)).resume_mode == "instruct"


async def test_a_provider_that_let_go_of_the_answer_is_told_to_go_on(
    owner: User, settings: Any
) -> None:
    settings.AUTOMATIC_RESUMES = 0
    async with demo(owner, settings, "demo-tour+cut-20000") as here:
        broken = await here.ended(await here.send("demo-tour+cut-20000"))
        assert broken.status == "failed"
        await in_thread(lambda: Generation.objects.update(response_id="resp_forgotten"))()
        last = await here.ended(await here.resume(broken.message_id))
    assert (last.status, last.resume_mode, last.tries) == ("finished", "instruct", 1)
    assert last.message.text == essay(PROMPT)


async def test_what_broke_before_the_first_word_is_read_and_not_made_again(
    owner: User, settings: Any
) -> None:
    rest = tells(said(3, "Here."), completed(4))
    async with scripted(owner, settings, breaks_after(created()), rest) as (here, place):
        run = await here.ended(await here.send("model"))
        asked = lines(place)
    assert (run.status, run.message.text, run.tries) == ("finished", "Here.", 2)
    assert asked == [
        "POST /v1/responses",
        "GET /v1/responses/resp_1?stream=true&starting_after=0",
    ]


async def test_a_stop_before_the_answer_has_a_name_waits_for_it_and_cancels(
    owner: User, settings: Any
) -> None:
    asked, stopped = asyncio.Event(), asyncio.Event()

    async def names_it_late(visit: Visit) -> None:
        asked.set()
        await stopped.wait()
        await visit.send(CHUNKED)
        await visit.chunk(created())
        await visit.until_hang_up()

    async def cancels(visit: Visit) -> None:
        body = json.dumps(response("cancelled")).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
        await visit.send(head.encode() + body)

    async with scripted(owner, settings, names_it_late, cancels) as (here, place):
        pk = await here.send("model")
        await asked.wait()
        with hearing(site().bus, Topic.STOPPING.of(pk)) as stopping:
            site().runner.stop(pk)
            assert stopping.is_set()
        stopped.set()
        generation = await here.ended(pk)
        assert lines(place)[1] == "POST /v1/responses/resp_1/cancel"
    assert (generation.status, generation.message.text, generation.error_message) == (
        "cancelled",
        "",
        "",
    )


async def test_a_stop_that_upstream_does_not_hear_says_so(owner: User, settings: Any) -> None:
    async def writes(visit: Visit) -> None:
        await visit.send(CHUNKED)
        await visit.chunk(created() + said(1, "So far"))
        await visit.until_hang_up()

    async def is_broken(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 500 Oh no\r\nContent-Length: 0\r\n\r\n")

    async with scripted(owner, settings, writes, is_broken) as (here, _):
        pk = await here.send("model")
        await here.writes(pk, 2)
        generation = await here.stop(pk)
    assert (generation.status, generation.message.text) == ("cancelled", "So far")
    assert "may continue to write" in generation.error_message


async def test_replays_that_bring_nothing_new_come_to_an_end(owner: User, settings: Any) -> None:
    begins = breaks_after(created(), said(1, "The first words "))
    silent = [breaks_after() for _ in range(9)]
    async with scripted(owner, settings, begins, *silent) as (here, place):
        last = await here.ended(await here.send("model"))
        asked = lines(place)
    assert (last.status, last.error_code) == ("failed", "upstream_disconnected")
    assert last.message.text == "The first words "
    assert (len(asked), last.tries) == (4, 3)
    assert all("starting_after=1" in line for line in asked[1:])


async def test_replays_that_bring_something_are_not_counted_against_the_answer(
    owner: User, settings: Any
) -> None:
    begins = breaks_after(created(), said(1, "0 "))
    pieces = [breaks_after(said(number + 1, f"{number} ")) for number in range(1, 6)]
    ends = tells(said(7, "6"), completed(8))
    async with scripted(owner, settings, begins, *pieces, ends) as (here, place):
        last = await here.ended(await here.send("model"))
        asked = lines(place)
    assert (last.status, last.message.text) == ("finished", "0 1 2 3 4 5 6")
    assert len(asked) == 7
