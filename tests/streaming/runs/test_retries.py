"""Answers that meet trouble: asked again before the first word, resumed after it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from conversations.models import Message
from streaming import actions, lifecycle
from streaming.cluster.bus import Topic
from streaming.live.answers import answer_rows, answer_view
from streaming.live.answers.answer_view import AnswerView
from streaming.live.broadcast import BroadcastItem
from streaming.live.position import Position
from streaming.live.thread import catch_up
from streaming.models import Generation
from tests.support.living import (
    PREFILLER,
    TELLER,
    Answering,
    Living,
    alive,
    hearing,
)

SHORT = (0.01, 0.02)
SAID = (
    "The quick brown fox jumps over the lazy dog, and then it sits down for a while to think "
    "about what it has done; the dog, meanwhile, sleeps on and dreams of "
)


@pytest.fixture
async def recovering(transactional_db: None, owner: User, settings: Any) -> AsyncIterator[Living]:
    """A site that retries automatically, with short waits."""
    settings.BACK_OFF_SECONDS = SHORT
    async with alive(owner, settings) as living:
        yield living


async def next_talk(living: Living) -> Answering:
    """The next request, and the generation that asks."""
    talk = await living.puppet.talk()
    generation = await living.do(lambda: Generation.objects.order_by("pk").last())
    assert generation is not None
    return Answering(living, generation.pk, talk)


async def runs_of(living: Living, message_id: int) -> list[Generation]:
    found = Generation.objects.filter(message=message_id).select_related("message")
    return await living.do(lambda: list(found.order_by("pk")))


async def shown(living: Living, message_id: int) -> AnswerView:
    return await living.do(lambda: answer_view.answer(answer_rows.load(message_id)))


# Before the first word


async def test_e3_a_provider_that_asks_to_wait_is_waited_for_and_asked_again(
    recovering: Living,
) -> None:
    answer = await recovering.answering("Tell me")
    await answer.talk.refuse(429, "Slow down", "Retry-After: 0.02")
    again = await next_talk(recovering)
    assert again.talk.asked == answer.talk.asked
    await again.says("Here ", "it is.")
    run = await again.finishes()
    assert (run.pk, run.status, run.tries) == (answer.pk, "finished", 2)
    assert (run.message.text, run.error_message, run.retry_at) == ("Here it is.", "", None)


async def test_e4_an_overloaded_provider_is_asked_three_times_at_most(recovering: Living) -> None:
    answer = await recovering.answering()
    for _ in range(2):
        await answer.talk.refuse(503, "Too much to do")
        answer = await next_talk(recovering)
    await answer.talk.refuse(503, "Too much to do")
    run = await answer.ended()
    assert (run.status, run.error_code, run.tries) == ("failed", "upstream_overloaded", 3)
    assert (await shown(recovering, run.message_id)).offers.retry
    assert len(recovering.puppet.talks) == 3


async def test_e6_a_connection_that_breaks_before_the_first_word_is_made_three_times(
    recovering: Living,
) -> None:
    answer = await recovering.answering()
    await answer.talk.open()
    await answer.talk.cut()
    for _ in range(2):
        again = await next_talk(recovering)
        await again.talk.cut()
    run = await answer.ended()
    assert (run.pk, run.status, run.tries) == (again.pk, "failed", 3)
    assert len(recovering.puppet.talks) == 3


@pytest.mark.parametrize("status", [400, 401, 404, 500])
async def test_what_asking_again_cannot_help_is_asked_once(recovering: Living, status: int) -> None:
    answer = await recovering.answering()
    await answer.talk.refuse(status, "No")
    run = await answer.ended()
    assert (run.status, run.tries, len(recovering.puppet.talks)) == ("failed", 1, 1)


async def test_a_wait_of_more_than_a_minute_is_left_to_the_reader(recovering: Living) -> None:
    answer = await recovering.answering()
    await answer.talk.refuse(429, "Come back later", "Retry-After: 61")
    run = await answer.ended()
    assert (run.status, run.retry_after) == ("failed", 61)
    told = await shown(recovering, run.message_id)
    assert told.offers.retry
    assert told.notice.retry_after == pytest.approx(61, abs=30)


class Page:
    """Whoever is shown a broadcast."""

    def __init__(self) -> None:
        self.items: list[BroadcastItem] = []
        self.looks = 0
        self.news = asyncio.Event()

    def show(self, item: BroadcastItem) -> None:
        self.items.append(item)
        self.news.set()

    def look_again(self) -> None:
        self.looks += 1
        self.news.set()

    async def hears(self) -> BroadcastItem:
        """The first thing shown that was not asked for yet."""
        async with asyncio.timeout(10):
            while not self.items:
                self.news.clear()
                await self.news.wait()
        return self.items.pop(0)


async def waiting(living: Living, seconds: int) -> tuple[Generation, Page]:
    """An answer whose provider asked to wait, and a page that watches."""
    answer, page = await living.answering(), Page()
    generation = await living.run(answer.pk)
    await living.site.broadcasts.watch(page, generation.pk, generation.message_id, 0)
    await answer.talk.refuse(429, "Slow down", f"Retry-After: {seconds}")
    return generation, page


async def test_the_wait_counts_down_on_the_page_and_on_every_page_that_comes(
    recovering: Living,
) -> None:
    generation, page = await waiting(recovering, 30)
    bar = str(await page.hears())
    assert f'id="bar-{generation.message_id}"' in bar
    assert "The provider asks to wait 30 s." in bar
    assert 'data-wait="30"' in bar or 'data-wait="31"' in bar
    told = await shown(recovering, generation.message_id)
    assert told.status == "running"
    assert (told.wait.headline, told.wait.tone) == ("Trying again, 1 of 2", "amber")
    assert (told.offers.resume, told.offers.retry) == (False, False)
    assert 25 < (told.wait.retry_after or 0) <= 33


async def test_stop_during_the_wait_ends_it_at_once_and_nobody_is_asked_again(
    recovering: Living,
) -> None:
    generation, page = await waiting(recovering, 30)
    await page.hears()
    began = timezone.now()
    await recovering.do(lambda: recovering.site.runner.stop_soon(generation.pk).result(5))
    ended = await recovering.run(generation.pk)
    assert (ended.status, ended.error_code, ended.error_message) == ("cancelled", "", "")
    assert ended.retry_at is None
    assert ended.upstream_closed_at is not None
    assert ended.upstream_closed_at - began < timedelta(seconds=2)
    assert len(recovering.puppet.talks) == 1


async def test_a_shutdown_during_the_wait_interrupts(recovering: Living) -> None:
    generation, page = await waiting(recovering, 30)
    await page.hears()
    await lifecycle.stop()
    assert (await recovering.run(generation.pk)).status == "interrupted"


async def test_the_bar_is_empty_again_when_the_provider_is_asked(recovering: Living) -> None:
    answer, page = await recovering.answering(), Page()
    generation = await recovering.run(answer.pk)
    await recovering.site.broadcasts.watch(page, generation.pk, generation.message_id, 0)
    await answer.talk.refuse(429, "Slow down", "Retry-After: 1")
    assert "data-wait" in str(await page.hears())
    again = await next_talk(recovering)
    bar = str(await page.hears())
    assert f'id="bar-{generation.message_id}"' in bar
    assert "data-wait" not in bar
    await again.says("Here.")
    await again.finishes()


# After it


async def broken(living: Living, model: str = PREFILLER, text: str = SAID) -> Answering:
    """An answer that broke off after this text, and the request that resumes it automatically."""
    answer = await living.answering("Tell me", model=model)
    await answer.says(text)
    await answer.talk.cut()
    return await next_talk(living)


async def test_a_broken_answer_goes_on_by_itself_in_a_generation_of_its_own(
    recovering: Living,
) -> None:
    going_on = await broken(recovering)
    assert going_on.talk.turns[-1] == ("assistant", SAID.rstrip())
    await going_on.talk.say("rabbits.")
    last = await going_on.finishes()
    first, second = await runs_of(recovering, last.message_id)
    assert (first.status, first.error_code) == ("failed", "upstream_disconnected")
    assert (first.automatic, first.end_offset) == (False, len(SAID))
    assert (second.status, second.automatic, second.resume_mode) == ("finished", True, "prefill")
    assert (second.start_offset, second.error_message) == (len(SAID), "")
    assert last.message.text == SAID + "rabbits."
    told = await shown(recovering, last.message_id)
    assert [segment.resumed for segment in told.life.segments] == [False, True]
    assert (told.facts.resumed, told.notice.headline) == (1, "")


async def test_what_went_on_by_itself_can_be_undone(recovering: Living) -> None:
    going_on = await broken(recovering)
    await going_on.talk.say("rabbits.")
    last = await going_on.finishes()
    message = await recovering.message(last.message_id)
    await recovering.do(lambda: actions.undo_resume(recovering.owner, uuid.uuid4(), message))
    assert (await recovering.message(message.pk)).text == SAID
    told = await shown(recovering, message.pk)
    assert (told.status, told.offers.resume) == ("failed", True)


async def test_it_goes_on_twice_in_vain_and_then_offers_resume(recovering: Living) -> None:
    going_on = await broken(recovering)
    for thoughts in ("Hm. ", "Hm. Hm. "):
        await going_on.talk.think("Hm. ")  # each time anew: no progress
        await recovering.until_kept(going_on.pk, thoughts, "reasoning")
        await going_on.talk.cut()
        going_on = await next_talk(recovering) if thoughts == "Hm. " else going_on
    last = await going_on.ended()
    runs = await runs_of(recovering, last.message_id)
    assert [generation.status for generation in runs] == ["failed"] * 3
    assert [generation.automatic for generation in runs] == [False, True, True]
    told = await shown(recovering, last.message_id)
    assert (told.notice.headline, told.offers.resume) == ("Broken off", True)
    assert len(recovering.puppet.talks) == 3


async def test_an_answer_that_grows_is_not_ended_by_how_often_it_breaks(
    recovering: Living,
) -> None:
    going_on, text = await broken(recovering), SAID
    for number in range(5):
        await going_on.talk.say(f"{number} hares, ")
        text += f"{number} hares, "
        await recovering.until_kept(going_on.pk, text)
        await going_on.talk.cut()
        going_on = await next_talk(recovering)
    await going_on.talk.say("and a fox.")
    last = await going_on.finishes()
    assert (last.status, last.message.text) == ("finished", f"{text}and a fox.")
    runs = await runs_of(recovering, last.message_id)
    assert [generation.automatic for generation in runs] == [False, *[True] * 6]


async def test_how_often_an_answer_goes_on_has_an_end_of_its_own(
    recovering: Living, settings: Any
) -> None:
    settings.AUTOMATIC_RESUMES_IN_ALL = 1
    going_on = await broken(recovering)
    await going_on.talk.say("rabbits, ")
    await recovering.until_kept(going_on.pk, f"{SAID}rabbits, ")
    await going_on.talk.cut()
    last = await going_on.ended()
    assert (last.status, len(recovering.puppet.talks)) == ("failed", 2)
    assert (await shown(recovering, last.message_id)).offers.resume


async def test_a_page_that_watched_is_led_on_to_the_run_that_goes_on(recovering: Living) -> None:
    answer, page = await recovering.answering("Tell me", model=PREFILLER), Page()
    generation = await recovering.run(answer.pk)
    await recovering.site.broadcasts.watch(page, generation.pk, generation.message_id, 0)
    await answer.says(SAID)
    await answer.talk.cut()
    going_on = await next_talk(recovering)
    assert page.looks == 1
    stood = Position(generation.message_id, generation.pk, 1, "running")
    news = await recovering.do(
        lambda: catch_up.catch_up(generation.conversation_id, recovering.owner.pk, stood)
    )
    assert news is not None
    assert news.position == Position(generation.message_id, going_on.pk, 0, "running")
    assert "sleeps on and dreams of" in news.fragments[0]
    await going_on.stops()


async def test_before_it_goes_on_the_page_says_why_it_waits(
    transactional_db: None, owner: User, settings: Any
) -> None:
    settings.BACK_OFF_SECONDS = (30.0,)
    async with alive(owner, settings) as living:
        answer = await living.answering("Tell me", model=PREFILLER)
        with hearing(living.site.bus, Topic.MOVED.of(answer.pk)) as moved:
            await answer.says(SAID)
            await answer.talk.cut()
            await moved.wait()
        message_id = (await living.run(answer.pk)).message_id
        told = await shown(living, message_id)
        assert (told.status, told.wait.headline) == ("running", "Resuming")
        assert told.wait.sentence == "The connection to the provider broke off."
        # A stop that names the run which broke off means the one that resumes it.
        await living.do(lambda: living.site.runner.stop_soon(answer.pk).result(5))
        first, second = await runs_of(living, message_id)
        assert (first.status, second.status) == ("failed", "cancelled")
        assert second.message.text == SAID
        assert (await shown(living, message_id)).offers.resume
        assert len(living.puppet.talks) == 1


async def test_thoughts_without_a_word_are_left_to_the_reader(recovering: Living) -> None:
    answer = await recovering.answering()
    await answer.talk.think("Hm, ")
    await recovering.until_kept(answer.pk, "Hm, ", "reasoning")
    await answer.talk.cut()
    generation = await answer.ended()
    assert (generation.status, generation.message.reasoning, generation.message.text) == (
        "failed",
        "Hm, ",
        "",
    )
    assert len(recovering.puppet.talks) == 1
    told = await shown(recovering, generation.message_id)
    assert (told.offers.retry, told.offers.resume) == (True, False)


async def test_a_model_that_starts_over_when_it_goes_on_by_itself_writes_beside_the_kept_text(
    recovering: Living,
) -> None:
    going_on = await broken(recovering)
    await going_on.talk.say(SAID[:130])
    await going_on.talk.say("and never mind the dog.")
    last = await going_on.finishes()
    kept = await recovering.do(lambda: Message.objects.filter(role="assistant").order_by("pk"))
    texts = await recovering.do(lambda: [message.text for message in kept])
    assert texts == [SAID, SAID[:130] + "and never mind the dog."]
    assert last.message.text == texts[1]


async def test_a_failure_while_it_repeats_the_end_leaves_no_scar(recovering: Living) -> None:
    going_on = await broken(recovering, model=TELLER)
    anchor = going_on.talk.turns[-1][1].split("<<<")[1].split(">>>")[0]
    await going_on.talk.say(anchor[:40])
    await going_on.talk.cut()
    once_more = await next_talk(recovering)
    assert once_more.talk.turns == going_on.talk.turns
    await once_more.talk.say(anchor + "rabbits.")
    assert (await once_more.finishes()).message.text == SAID + "rabbits."


@pytest.mark.parametrize("length", [1, 12, 40])
async def test_a_stop_while_it_repeats_the_end_leaves_no_scar(living: Living, length: int) -> None:
    answer = await living.answering("Tell me")
    await answer.says(SAID)
    first = await answer.stops()
    going_on = await living.resuming(first.message_id)
    anchor = going_on.talk.turns[-1][1].split("<<<")[1].split(">>>")[0]
    await going_on.talk.say(anchor[:length])
    await going_on.talk.think("Hm.")
    await living.until_kept(going_on.pk, "Hm.", "reasoning")
    generation = await going_on.stops()
    assert (generation.status, generation.message.text) == ("cancelled", SAID)


async def test_an_answer_that_broke_off_stays_so_where_that_is_wanted(living: Living) -> None:
    answer = await living.answering("Tell me", model=PREFILLER)
    await answer.says(SAID)
    await answer.talk.cut()
    generation = await answer.ended()
    assert (generation.status, len(living.puppet.talks)) == ("failed", 1)
    assert (await shown(living, generation.message_id)).offers.resume
