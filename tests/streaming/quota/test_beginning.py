"""How much one person may begin: L5, L6. What is refused is still in the box."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from conversations.models import Conversation, Deletion
from conversations.trash.purging import purge_some
from streaming.models import Generation
from streaming.runs.refusals import TooMuch
from streaming.trash import actions as trash
from tests.support.document import parse
from tests.support.living import Living
from tests.support.tabs import Tab


async def expects_refusal(tab: Tab) -> tuple[str, int]:
    """What a send that is refused for now says, and how long to wait."""
    reply = await tab.post("/send/", prompt="Dear words", model="puppet/teller", conversation="")
    assert reply.status_code == 429
    page = parse(reply.content.decode())
    assert page.one("name", "prompt").text().strip() == "Dear words"
    return page.one("id", "composer").text(), int(reply.headers.get("Retry-After", 0))


def for_good(owner: User, *threads: Conversation) -> None:
    """Deletes them, past the trash."""
    for thread in threads:
        pk = trash.delete_conversation(owner, uuid.uuid4(), thread).pk
        Deletion.objects.filter(pk=pk).update(doomed_at=timezone.now())
        while purge_some(pk):
            continue


async def test_l6_sends_at_the_limit_are_taken_and_one_more_waits(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.SENDS_A_MINUTE = 2
    for _ in range(2):
        await living.ended("Yes.")
    said, wait = await expects_refusal(tab)
    assert "2 messages a minute" in said
    assert 0 < wait <= 60
    await living.do(
        lambda: Generation.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    )
    await living.ended("Again.")


async def test_l6_a_day_has_its_own_limit(living: Living, tab: Tab, settings: Any) -> None:
    settings.SENDS_A_DAY = 1
    await living.ended("Yes.")
    await living.do(
        lambda: Generation.objects.update(created_at=timezone.now() - timedelta(hours=1))
    )
    said, wait = await expects_refusal(tab)
    assert "1 messages a day" in said
    assert "23 h" in said
    assert wait <= 23 * 3600


async def test_l6_what_was_sent_today_counts_though_it_is_deleted_for_good(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.SENDS_A_DAY = 2
    for _ in range(2):
        first = await living.ended("Yes.")
    await living.do(lambda: for_good(living.owner, first.conversation))
    said, _ = await expects_refusal(tab)
    assert "2 messages a day" in said
    settings.SENDS_A_DAY = 3
    await living.ended("One more.")
    await living.do(lambda: for_good(living.owner, *Conversation.objects.all()))
    said, wait = await expects_refusal(tab)
    assert "3 messages a day" in said
    assert 0 < wait <= 24 * 3600
    settings.SENDS_A_DAY = 4
    await living.ended("And one more.")


async def test_l6_what_goes_on_by_itself_and_what_others_send_does_not_count(
    living: Living, settings: Any
) -> None:
    settings.SENDS_A_MINUTE = 1
    await living.ended("Yes.")
    await living.do(lambda: Generation.objects.update(automatic=True))
    first = await living.ended("Again.")
    with pytest.raises(TooMuch):
        await living.send()
    living.owner = await living.do(lambda: User.objects.create_user("other"))
    assert first.pk < (await living.ended("Mine.")).pk


async def test_r8_the_same_key_again_is_no_send_of_its_own(living: Living, settings: Any) -> None:
    settings.SENDS_A_MINUTE = 1
    key = uuid.uuid4()
    generation = await living.send(key=key)
    assert (await living.send(key=key)).pk == generation.pk


async def test_l5_answers_of_one_person_at_once_are_bounded(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.RUNNING_PER_USER, settings.WAITING_PER_USER = 2, 0
    one, two = [await living.answering() for _ in range(2)]
    said, _ = await expects_refusal(tab)
    assert "2 answers are being written for you" in said
    await one.finishes()
    await (await living.answering()).finishes()
    await two.finishes()


async def test_l5_sends_at_the_same_moment_do_not_pass_it_together(
    living: Living, settings: Any
) -> None:
    settings.RUNNING_PER_USER, settings.WAITING_PER_USER = 2, 0
    outcomes = await asyncio.gather(*[living.send() for _ in range(8)], return_exceptions=True)
    begun = [outcome for outcome in outcomes if isinstance(outcome, Generation)]
    refusals = [outcome for outcome in outcomes if isinstance(outcome, TooMuch)]
    assert (len(begun), len(refusals)) == (2, 6)
    for _ in begun:
        await (await living.puppet.talk()).finish()


async def test_r8_the_same_send_twice_at_once_is_one_also_at_the_limit(
    living: Living, settings: Any
) -> None:
    settings.RUNNING_PER_USER, settings.WAITING_PER_USER = 1, 0
    key = uuid.uuid4()
    runs = await asyncio.gather(*[living.send(key=key) for _ in range(4)])
    assert len({generation.pk for generation in runs}) == 1
    await (await living.puppet.talk()).finish()


async def test_l5_answers_of_a_process_at_once_are_bounded(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.RUNNING_GENERATIONS, settings.WAITING_GENERATIONS = 1, 0
    answer = await living.answering()
    said, _ = await expects_refusal(tab)
    assert "Too much is running at once" in said
    with pytest.raises(TooMuch):
        await living.send()
    await answer.finishes()
    assert TooMuch.status == 429
