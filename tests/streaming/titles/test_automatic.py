"""A chosen model titles new conversations, once each; no answer waits for it and nobody is told."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conversations.models import Conversation
from conversations.preferences import choices
from streaming.models import Generation
from streaming.titles import automatic
from streaming.titles.models import TitleRequest
from tests.streaming.titles.conftest import Carried
from tests.support.living import Living
from tests.support.puppet import PATIENCE_SECONDS
from tests.support.tabs import Tab

Status = TitleRequest.Status
USAGE = {"prompt_tokens": 40, "completion_tokens": 5, "total_tokens": 45}


@pytest.fixture
async def titling(living: Living) -> Living:
    """The owner has chosen a model for titles."""
    await living.do(lambda: choices.choose(living.owner.pk, title_model="puppet/echoer"))
    return living


async def conversation(living: Living, run: Generation) -> Conversation:
    return await living.do(lambda: Conversation.everything.get(pk=run.conversation_id))


async def wish(living: Living, run: Generation) -> TitleRequest:
    return await living.do(lambda: TitleRequest.objects.get(conversation=run.conversation_id))


async def until_kept(carried: Carried, living: Living, run: Generation) -> TitleRequest:
    """The wish, once all that came of it is kept."""
    row = await wish(living, run)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await carried.get() != row.pk:
            pass
    return await wish(living, run)


async def says(carried: Carried, living: Living, run: Generation, text: str) -> TitleRequest:
    """The model says this, in reply to the next request."""
    talk = await living.puppet.talk()
    await talk.say(text)
    await talk.finish("stop", **USAGE)
    return await until_kept(carried, living, run)


async def test_the_first_answer_leads_to_a_title(
    carried: Carried, titling: Living, tab: Tab
) -> None:
    older = await titling.do(lambda: Conversation.objects.create(owner=titling.owner, title="Old"))
    answer = await titling.answering("How do taps and drains work together?")
    run = await titling.run(answer.pk)
    assert (await wish(titling, run)).status == Status.WAITING
    await answer.says("Slowly.")
    await answer.finishes()
    before = await conversation(titling, run)
    talk = await titling.puppet.talk()
    assert (talk.asked["model"], talk.asked["max_tokens"]) == ("echoer", 1024)
    assert "How do taps and drains work together?" in talk.turns[-1][1]
    assert "Slowly." in talk.turns[-1][1]
    await talk.say('**"Taps & <drains>."**')
    await talk.finish("stop", **USAGE)
    row = await until_kept(carried, titling, run)
    now = await conversation(titling, run)
    assert now.title == "Taps & <drains>"
    assert (now.updated_at, now.leaf_id) == (before.updated_at, before.leaf_id)
    assert row.status == Status.FINISHED
    assert (row.input_tokens, row.output_tokens) == (40, 5)
    page = await tab.page(f"/c/{run.conversation_id}/")
    assert "Taps & <drains>" in page.one("data-heading").text()
    listed = [row.text().strip() for row in page.all("class", "row__title")]
    assert listed == ["Taps & <drains>", older.title]


async def test_what_it_used_is_counted_with_the_conversation(
    carried: Carried, titling: Living, tab: Tab
) -> None:
    answer = await titling.answering()
    await answer.says("Yes.")
    run = await answer.finishes(prompt_tokens=100, completion_tokens=10, total_tokens=110)
    await says(carried, titling, run, "A title")
    page = await tab.page(f"/c/{run.conversation_id}/")
    assert page.one("id", f"spending-{run.conversation_id}").text() == "140 tokens in, 15 out"


async def test_a_title_that_its_owner_gave_is_left_alone(
    carried: Carried, titling: Living, tab: Tab
) -> None:
    """Also where it was given while the model wrote, and reads like the beginning of the prompt."""
    answer = await titling.answering("Hello there")
    await answer.says("Yes.")
    run = await answer.finishes()
    talk = await titling.puppet.talk()
    for title in ("My own", "Hello there"):
        reply = await tab.post(f"/c/{run.conversation_id}/rename/", title=title)
        assert reply.status_code == 303
    await talk.say("The model's")
    await talk.finish()
    await until_kept(carried, titling, run)
    assert (await conversation(titling, run)).title == "Hello there"


async def test_nobody_is_asked_where_the_title_was_given_before(titling: Living, tab: Tab) -> None:
    answer = await titling.answering()
    run = await titling.run(answer.pk)
    await tab.post(f"/c/{run.conversation_id}/rename/", title="My own")
    await answer.says("Yes.")
    await answer.finishes()
    assert await titling.do(lambda: automatic.take(4)) == []
    assert (await wish(titling, run)).status == Status.DROPPED
    assert len(titling.puppet.talks) == 1


async def test_there_is_one_title_a_conversation_and_none_without_the_choice(
    carried: Carried,
    titling: Living,
) -> None:
    run = await titling.ended("Yes.")
    await says(carried, titling, run, "First")
    again = await titling.ended("Yes.", conversation=await conversation(titling, run))
    assert again.conversation_id == run.conversation_id
    await titling.do(lambda: choices.choose(titling.owner.pk, title_model=""))
    other = await titling.ended("Yes.")
    assert await titling.do(TitleRequest.objects.count) == 1
    assert (await conversation(titling, other)).title == "Hello"
    assert len(titling.puppet.talks) == 4


async def test_an_answer_that_broke_off_is_waited_for(carried: Carried, titling: Living) -> None:
    answer = await titling.answering()
    await answer.says("Ye")
    await answer.talk.cut()
    run = await answer.ended()
    assert run.status == Generation.Status.FAILED
    assert (await titling.do(lambda: automatic.take(4))) == []
    resumed = await titling.resuming(run.message_id)
    await resumed.talk.say("Yes, and more of it.")
    await resumed.finishes()
    await says(carried, titling, run, "Yes")
    assert (await conversation(titling, run)).title == "Yes"


async def test_a_failure_is_silent_and_final(carried: Carried, titling: Living, tab: Tab) -> None:
    run = await titling.ended("Yes.")
    talk = await titling.puppet.talk()
    await talk.cut()
    row = await until_kept(carried, titling, run)
    assert row.sentence
    assert (await conversation(titling, run)).title == "Hello"
    page = await tab.page(f"/c/{run.conversation_id}/")
    assert row.sentence not in page.text()
    assert await titling.do(lambda: automatic.take(4)) == []
    assert len(titling.puppet.talks) == 2


async def test_two_processes_claim_a_wish_once(titling: Living, settings: Any) -> None:
    settings.TITLES_AT_ONCE = 0  # the site's own chore takes none
    run = await titling.ended("Yes.")
    takes = (titling.do(lambda: automatic.take(4)) for _ in range(8))
    claimed = [work.row_id for works in await asyncio.gather(*takes) for work in works]
    assert claimed == [(await wish(titling, run)).pk]


async def test_what_a_process_that_died_left_is_taken_up_unless_it_had_asked(
    carried: Carried,
    living: Living,
) -> None:
    """A wish that was claimed may have been paid for: it is not asked again."""
    runs = [await living.ended("Yes.") for _ in range(2)]

    def left(run: Generation, status: Status) -> None:
        TitleRequest.objects.create(
            conversation_id=run.conversation_id,
            requested_by=living.owner,
            request_key=uuid.uuid4(),
            automatic=True,
            status=status,
            asked_at=timezone.now() - timedelta(hours=1) if status == Status.RUNNING else None,
        )

    await living.do(lambda: choices.choose(living.owner.pk, title_model="puppet/echoer"))
    await living.do(lambda: left(runs[0], Status.RUNNING))
    await living.do(lambda: left(runs[1], Status.WAITING))
    await says(carried, living, runs[1], "Taken up")
    assert (await conversation(living, runs[1])).title == "Taken up"
    assert (await conversation(living, runs[0])).title == "Hello"
    assert len(living.puppet.talks) == 3


async def test_a_provider_that_is_not_connected_is_waited_for_and_the_limits_hold(
    carried: Carried, titling: Living, settings: Any
) -> None:
    await titling.do(lambda: choices.choose(titling.owner.pk, title_model="away/small"))
    run = await titling.ended("Yes.")
    assert await titling.do(lambda: automatic.take(4)) == []
    assert (await wish(titling, run)).status == Status.WAITING
    await titling.do(lambda: choices.choose(titling.owner.pk, title_model="puppet/echoer"))
    await says(carried, titling, run, "Back again")
    assert (await conversation(titling, run)).title == "Back again"
    settings.SENDS_A_DAY = 3
    other = await titling.ended("Yes.")
    assert await titling.do(lambda: automatic.take(4)) == []
    assert (await wish(titling, other)).status == Status.DROPPED


async def test_what_goes_to_the_trash_or_for_good_gets_none(
    carried: Carried, titling: Living, tab: Tab
) -> None:
    run = await titling.ended("Yes.")
    talk = await titling.puppet.talk()
    assert (await tab.post(f"/c/{run.conversation_id}/delete/")).status_code == 303
    await talk.say("Too late")
    await talk.finish()
    await until_kept(carried, titling, run)
    assert (await conversation(titling, run)).title == "Hello"
    await titling.do(lambda: Conversation.everything.filter(pk=run.conversation_id).delete())
    assert await titling.do(TitleRequest.objects.count) == 0
