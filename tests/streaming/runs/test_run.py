"""A run, from its first request to its end, on a real upstream and the real journal."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from conversations.models import Conversation
from streaming import lifecycle
from streaming.cluster.bus import Topic
from streaming.events import Event, Failed, TextDelta
from streaming.journal import store
from streaming.journal.run_facts import RunFacts
from streaming.journal.writer import JournalWriter
from streaming.models import Generation
from streaming.prices import price_list
from streaming.providers.base import ChatMessage, ChatRequest
from streaming.providers.config import ProviderConfig
from streaming.providers.http import pacing
from streaming.providers.model_facts import ModelFacts
from streaming.runs.job import Job
from streaming.runs.runner import Runner
from tests.support.isolation.database import locked_database
from tests.support.living import Answering, Living, hearing
from tests.support.puppet import Talk
from tests.support.rows import running

FRAME_SECONDS = 0.016
RACES = 200


async def test_an_answer_is_written_and_folded_into_its_message(living: Living) -> None:
    answer = await living.answering("What is a queue?")
    assert answer.talk.turns == [("user", "What is a queue?")]
    await answer.talk.open("X-Request-Id: req-7")
    await answer.says("A line ", "of people.")
    run = await answer.finishes(prompt_tokens=5, completion_tokens=4)
    assert (run.status, run.finish_reason) == ("finished", "stop")
    assert run.message.text == "A line of people."
    assert (run.input_tokens, run.output_tokens, run.usage_source) == (5, 4, "reported")
    assert run.upstream_request_id == "req-7"
    assert run.first_delta_at is not None
    assert run.upstream_closed_at is not None
    assert run.first_delta_at < run.upstream_closed_at
    await living.until_idle()


async def test_what_the_model_thinks_is_kept_apart_from_what_it_says(living: Living) -> None:
    answer = await living.answering()
    await answer.talk.think("Hm. ")
    await answer.says("Well. ")
    await answer.talk.think("Right.")
    await answer.says("Yes.")
    generation = await answer.finishes()
    assert (generation.message.text, generation.message.reasoning) == (
        "Well. Yes.",
        "Hm. \n\nRight.",
    )


async def test_an_answer_may_be_empty(living: Living) -> None:
    run = await (await living.answering()).finishes()
    assert (run.status, run.message.text, run.first_delta_at) == ("finished", "", None)


async def test_the_whole_branch_is_sent_and_nothing_that_was_not_said(living: Living) -> None:
    first = await living.answering("One")
    await first.says("First.")
    generation = await first.finishes()
    unanswered = await living.answering("Two", generation.conversation)
    generation = await unanswered.finishes()
    third = await living.answering("Three", generation.conversation)
    assert third.talk.turns == [
        ("user", "One"),
        ("assistant", "First."),
        ("user", "Two\n\nThree"),
    ]


async def test_a_full_process_reads_no_more_before_what_it_read_is_kept(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: asyncio.Queue[Callable[[], None]] = asyncio.Queue()
    answer = await living.answering()
    await answer.talk.say("One. ")
    await living.until_kept(answer.pk, "One. ")
    with monkeypatch.context() as full:
        full.setattr(JournalWriter, "frame_seconds", property(lambda _: FRAME_SECONDS))
        full.setattr(living.site.writer, "when_kept", waiting.put_nowait)
        full.setattr(pacing, "LONGEST_WAIT_SECONDS", 60.0)
        await answer.talk.say("Two.")
        async with asyncio.timeout(10):
            read_on = await waiting.get()
        assert "Two." not in (await living.snapshot(answer.pk)).text
    read_on()
    await living.until_kept(answer.pk, "One. Two.")
    assert (await answer.finishes()).message.text == "One. Two."


async def test_a_list_of_prices_that_cannot_be_read_leaves_no_answer_running(
    living: Living, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(price_list, "is_listed", lambda _: True)
    monkeypatch.setitem(sys.modules, "genai_prices.data_snapshot", None)
    answer = await living.answering()
    await answer.says("So far")
    generation = await answer.stops()
    assert (generation.status, generation.message.text) == ("cancelled", "So far")
    assert generation.cost_source == "unknown"
    assert "The list of prices cannot be read" in caplog.text


async def test_an_end_that_cannot_be_kept_still_keeps_the_text(
    living: Living, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    close = store.close

    def breaking(generation_id: int, facts: RunFacts, **epoch: Any) -> bool:
        if facts.error_code != "internal":
            raise LookupError("out of this world")
        return close(generation_id, facts, **epoch)

    monkeypatch.setattr(store, "close", breaking)
    answer = await living.answering()
    await answer.says("So far")
    run = await answer.finishes()
    assert (run.status, run.error_code, run.message.text) == ("failed", "internal", "So far")
    assert "out of this world" in caplog.text


# Stopping


async def test_r5_a_stop_before_the_first_delta_hangs_up(living: Living) -> None:
    answer = await living.answering()
    generation = await answer.stops()
    await answer.talk.hung_up()
    assert (generation.status, generation.message.text, generation.error_code) == (
        "cancelled",
        "",
        "",
    )
    assert generation.upstream_closed_at is not None


async def test_r5_a_stop_while_upstream_is_silent_hangs_up_and_keeps_the_text(
    living: Living,
) -> None:
    answer = await living.answering()
    await answer.says("So far ", "so good")
    generation = await answer.stops()
    await answer.talk.hung_up()
    assert (generation.status, generation.message.text) == ("cancelled", "So far so good")


async def test_r5_a_stop_mark_that_another_process_left_ends_the_run(living: Living) -> None:
    answer = await living.answering()
    await answer.says("So far")
    mark = {"stop_requested_at": timezone.now()}
    await living.do(lambda: Generation.objects.filter(pk=answer.pk).update(**mark))
    generation = await answer.ended()
    await answer.talk.hung_up()
    assert (generation.status, generation.message.text) == ("cancelled", "So far")
    assert generation.stop_requested_at == mark["stop_requested_at"]


async def test_r5_a_second_stop_is_a_quiet_no_op(living: Living) -> None:
    answer = await living.answering()
    await answer.says("So far")
    stops = [living.site.runner.stop(answer.pk) for _ in range(3)]
    assert stops[0] is not None
    assert stops == [stops[0]] * 3
    await stops[0]
    assert living.site.runner.stop(answer.pk) is None
    assert (await answer.ended()).status == "cancelled"


async def test_a_stop_in_the_moment_of_the_launch_asks_nobody(living: Living) -> None:
    generation = await living.do(lambda: running_here(living))
    living.site.runner.launch(job(generation, "puppet"))
    stopping = living.site.runner.stop(generation.pk)
    assert stopping is not None
    await stopping
    assert (await living.run(generation.pk)).status == "cancelled"
    assert living.puppet.talks == []


async def test_r4_stop_and_finish_race_to_one_end(living: Living) -> None:
    moments = Random(4)
    lanes = [expects_one_end(living, moments) for _ in range(10)]
    statuses = [status for lane in await asyncio.gather(*lanes) for status in lane]
    assert len(statuses) == RACES
    assert set(statuses) == {"finished", "cancelled"}


async def expects_one_end(living: Living, moments: Random) -> list[str]:
    """Finish and stop runs in the same moment; how each ended."""
    ends = []
    for _ in range(RACES // 10):
        generation = await living.do(lambda: running_here(living))
        with hearing(living.site.bus, Topic.CLOSED.of(generation.pk)) as closed:
            living.site.runner.launch(job(generation, "puppet"))
            talk = await living.puppet.talk(str(generation.pk))
            await talk.say("All of it.")
            await living.until_kept(generation.pk, "All of it.") if moments.random() < 0.5 else None
            finishing = asyncio.create_task(finish(talk))
            for _ in range(moments.randrange(12)):
                await asyncio.sleep(0)
            await asyncio.sleep(moments.choice((0.0, FRAME_SECONDS * 2 * moments.random())))
            if stopping := living.site.runner.stop(generation.pk):
                await stopping
            await finishing
            await closed.wait()
        ended = await living.run(generation.pk)
        assert ended.message.text in ("All of it.", "")
        assert ended.message.text or ended.status == "cancelled"
        assert ended.error_code == ""
        ends.append(ended.status)
    return ends


async def finish(talk: Talk) -> None:
    with suppress(ConnectionError):  # the stop came first
        await talk.finish()


# Ends that nobody asked for


async def test_r7_shutting_down_interrupts_every_run_and_keeps_its_text(living: Living) -> None:
    writing = await living.answering("One")
    await writing.says("So far")
    waiting = await living.answering("Two")
    await lifecycle.stop()
    await asyncio.gather(writing.talk.hung_up(), waiting.talk.hung_up())
    runs = [await living.run(pk) for pk in (writing.pk, waiting.pk)]
    assert [generation.status for generation in runs] == ["interrupted"] * 2
    assert [generation.error_code for generation in runs] == ["interrupted"] * 2
    assert [generation.message.text for generation in runs] == ["So far", ""]


@pytest.mark.parametrize(
    ("status", "error", "headers", "code", "sentence", "wait"),
    [
        (401, {}, (), "upstream_auth", "The provider refused the key.", None),
        (
            429,
            {"code": "rate_limit_exceeded"},
            ("Retry-After: 12",),
            "upstream_rate_limited",
            "The provider asks to wait 12 s.",
            12,
        ),
        (503, {}, (), "upstream_overloaded", "The provider is overloaded.", None),
        (500, {}, (), "upstream_server_error", "The provider had an error.", None),
        (
            400,
            {},
            (),
            "upstream_bad_request",
            "The provider rejected the request: No",
            None,
        ),
    ],
)
async def test_an_upstream_error_is_stored_as_the_sentence_of_the_catalogue(
    living: Living,
    status: int,
    error: dict[str, str],
    headers: Sequence[str],
    code: str,
    sentence: str,
    wait: float | None,
) -> None:
    answer = await living.answering()
    await answer.talk.refuse(status, "<b>No</b>", *headers, "X-Request-Id: req-9", **error)
    run = await answer.ended()
    assert (run.status, run.error_code) == ("failed", code)
    assert run.error_message.startswith(sentence)
    assert (run.retry_after, run.upstream_request_id) == (wait, "req-9")


async def test_e6_a_connection_that_breaks_off_keeps_the_text_and_says_why(
    living: Living,
) -> None:
    answer = await living.answering()
    await answer.says("So far")
    await answer.talk.cut()
    generation = await answer.ended()
    assert (generation.status, generation.error_code) == ("failed", "upstream_disconnected")
    assert generation.message.text == "So far"
    assert generation.error_message == "The connection to the provider broke off."


async def test_e14_an_answer_that_cannot_be_kept_shows_nothing_more_and_fails(
    impatient: None, living: Living, settings: Any
) -> None:
    settings.STORAGE_PATIENCE_SECONDS = 0.0
    generation = await living.do(lambda: running_here(living))
    living.site.runner.launch(job(generation, "puppet"))
    answer = Answering(living, generation.pk, await living.puppet.talk())
    await answer.says("Kept. ")
    with hearing(living.site.bus, Topic.ENTRIES.of(generation.pk)) as rung:
        with locked_database():
            await answer.talk.say("Never kept.")
            await answer.talk.hung_up()
        ended = await answer.ended()
        assert not rung.is_set()
    assert (ended.status, ended.error_code) == ("failed", "storage_unavailable")
    assert ended.message.text == "Kept. "


@dataclass
class Broken:
    """A provider that breaks its promise: it raises."""

    config: ProviderConfig = field(
        default_factory=lambda: ProviderConfig("broken", "Broken", "chat", "http://127.0.0.1:1")
    )
    facts: dict[str, ModelFacts] = field(default_factory=dict)

    async def describe(self) -> None:
        pass

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        yield (TextDelta("So far"),)
        raise LookupError("what nobody thought of")

    async def load(self) -> int | None:
        return None

    async def models(self) -> tuple[str, ...]:
        return ()

    async def cancel(self, response_id: str) -> Failed | None:
        return None


async def test_whatever_breaks_a_run_is_logged_and_the_text_is_kept(
    living: Living, caplog: pytest.LogCaptureFixture
) -> None:
    generation = await living.do(lambda: running_here(living))
    runner = Runner(
        living.site.writer, living.site.stop_marks, living.site.bus, {"broken": Broken()}
    )
    runner.launch(job(generation, "broken"))
    ended = await living.until_ended(generation.pk)
    assert (ended.status, ended.error_code) == ("failed", "internal")
    assert ended.message.text == "So far"
    assert "what nobody thought of" in caplog.text


async def test_deleting_the_conversation_hangs_up_and_tells_who_watches(living: Living) -> None:
    answer = await living.answering()
    await answer.says("So far")
    with hearing(living.site.bus, Topic.CLOSED.of(answer.pk)) as closed:
        await living.do(Conversation.objects.all().delete)
        await answer.talk.say("to nobody")
        async with asyncio.timeout(10):
            await closed.wait()
    await answer.talk.hung_up()
    await living.until_idle()
    assert await living.do(Generation.objects.count) == 0


async def test_r4_a_run_that_was_ended_elsewhere_stops_and_tells_who_watches(
    living: Living,
) -> None:
    answer = await living.answering()
    await answer.says("So far")
    with hearing(living.site.bus, Topic.CLOSED.of(answer.pk)) as closed:
        reaped = RunFacts(Generation.Status.INTERRUPTED)
        assert await living.do(lambda: store.close(answer.pk, reaped))
        async with asyncio.timeout(10):
            await closed.wait()
    await answer.talk.hung_up()
    generation = await answer.ended()
    assert (generation.status, generation.message.text) == ("interrupted", "So far")


def running_here(living: Living) -> Generation:
    """A run of this process that nobody drives yet."""
    return running(living.owner, living.site.lease.worker_id)


def job(run: Generation, provider: str, **fields: Any) -> Job:
    request = ChatRequest("teller", (ChatMessage("user", str(run.pk)),))
    conversation = uuid.UUID(str(run.conversation_id))
    person = run.conversation.owner_id
    return Job(run.pk, run.epoch, conversation, person, provider, request, **fields)
