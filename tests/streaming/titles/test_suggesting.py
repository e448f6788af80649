"""A person asks for a title: it is offered, with and without script, and changes nothing."""

from __future__ import annotations

import asyncio
import sys
import uuid
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.http import HttpResponse

from conversations.models import Conversation
from conversations.preferences import choices
from streaming.models import Generation
from streaming.prices import price_list
from streaming.titles import actions
from streaming.titles.models import TitleRequest
from tests.support.document import Element, parse
from tests.support.living import Living
from tests.support.puppet import Talk
from tests.support.tabs import Tab, place_of

Asked = asyncio.Task[HttpResponse]


async def asking(
    living: Living, tab: Tab, run: Generation, key: str = "", *, htmx: bool = True
) -> tuple[Asked, Talk]:
    """The request of a page, and the model that is asked because of it."""
    asked = asyncio.create_task(ask(tab, run, key, htmx=htmx))
    return asked, await living.puppet.talk()


async def ask(tab: Tab, run: Generation, key: str = "", *, htmx: bool = True) -> HttpResponse:
    fields = {"key": key} if key else {}
    return await tab.post(f"/c/{run.conversation_id}/suggest-title/", htmx=htmx, **fields)


def shown(reply: HttpResponse) -> Element:
    return parse(reply.content.decode())


async def title(living: Living, run: Generation) -> str:
    return await living.do(lambda: Conversation.objects.get(pk=run.conversation_id).title)


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "page"])
async def test_a_suggestion_is_offered_and_taken_by_renaming(
    living: Living, tab: Tab, htmx: bool
) -> None:
    run = await living.ended("Slowly.", prompt="How do taps work?")
    page = await tab.page(f"/c/{run.conversation_id}/")
    [button] = page.all("data-action", "suggest-title")
    assert button.parent is not None
    assert button.parent.attributes["action"] == f"/c/{run.conversation_id}/suggest-title/"
    asked, talk = await asking(living, tab, run, htmx=htmx)
    assert talk.asked["model"] == "teller"  # the conversation's own, where none was chosen
    await talk.say('"Taps & <drains>"')
    await talk.finish(prompt_tokens=30, completion_tokens=4, total_tokens=34)
    reply = await asked
    offer = shown(reply)
    assert reply.status_code == 200
    assert offer.one("data-offered-title").attributes["value"] == "Taps & <drains>"
    assert offer.one("data-action", "take-title")
    assert offer.one("data-action", "leave-title")
    assert await title(living, run) == "How do taps work?"
    form = offer.one("action", f"/c/{run.conversation_id}/rename/")
    saved = await tab.post(form.attributes["action"], title="Taps & <drains>")
    assert (saved.status_code, place_of(saved)) == (303, f"/c/{run.conversation_id}/")
    assert await title(living, run) == "Taps & <drains>"
    row = await living.do(lambda: Conversation.objects.get(pk=run.conversation_id))
    assert row.named_at is not None


async def test_without_the_list_of_prices_a_title_has_no_known_cost(
    living: Living, tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price_list, "is_listed", lambda _: True)
    monkeypatch.setitem(sys.modules, "genai_prices.data_snapshot", None)
    run = await living.ended("Slowly.", prompt="How do taps work?")
    asked, talk = await asking(living, tab, run)
    await talk.say("Taps")
    await talk.finish(prompt_tokens=30, completion_tokens=4, total_tokens=34)
    assert (await asked).status_code == 200
    row = await living.do(TitleRequest.objects.get)
    assert (row.status, row.title, row.cost_source) == ("finished", "Taps", "unknown")


async def test_the_page_that_renames_offers_to_suggest(living: Living, tab: Tab) -> None:
    run = await living.ended("Yes.")
    page = await tab.page(f"/c/{run.conversation_id}/rename/")
    [button] = page.all("data-action", "suggest-title")
    assert button.parent is not None
    assert button.parent.one("name", "key").attributes["value"]


async def test_the_chosen_model_is_asked_and_its_tokens_are_counted(
    living: Living, tab: Tab
) -> None:
    run = await living.ended("Yes.")
    await living.do(lambda: choices.choose(living.owner.pk, title_model="puppet/echoer"))
    asked, talk = await asking(living, tab, run)
    assert talk.asked["model"] == "echoer"
    await talk.say("A title")
    await talk.finish(prompt_tokens=3000, completion_tokens=4000, total_tokens=7000)
    await asked
    page = await tab.page(f"/c/{run.conversation_id}/")
    spent = page.one("id", f"spending-{run.conversation_id}").text()
    assert "3,00" in spent
    assert "4,00" in spent


async def test_r8_the_same_request_again_asks_once(living: Living, tab: Tab) -> None:
    run, key = await living.ended("Yes."), str(uuid.uuid4())
    asked, talk = await asking(living, tab, run, key)
    again = asyncio.create_task(ask(tab, run, key))
    await talk.say("Once")
    await talk.finish()
    replies = [await asked, await again, await ask(tab, run, key)]
    offered = [shown(each).one("data-offered-title").attributes["value"] for each in replies]
    assert offered == ["Once"] * 3
    assert len(living.puppet.talks) == 2
    assert await living.do(TitleRequest.objects.count) == 1
    asked, talk = await asking(living, tab, run)  # another key asks anew
    await talk.say("Twice")
    await talk.finish()
    assert shown(await asked).one("data-offered-title").attributes["value"] == "Twice"


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "page"])
async def test_a_failure_is_said_where_it_was_asked(living: Living, tab: Tab, htmx: bool) -> None:
    run = await living.ended("Yes.")
    asked, talk = await asking(living, tab, run, htmx=htmx)
    await talk.refuse(401, "Incorrect API key provided.")
    reply = await asked
    assert reply.status_code == 200
    assert "The provider refused the key." in shown(reply).text()
    assert shown(reply).all("data-offered-title") == []
    assert await title(living, run) == "Hello"


async def test_an_empty_reply_is_no_title(living: Living, tab: Tab) -> None:
    run = await living.ended("Yes.")
    asked, talk = await asking(living, tab, run)
    await talk.say("***")
    await talk.finish()
    assert "suggested no title" in shown(await asked).text()


async def test_a_model_that_says_nothing_or_too_much_is_not_listened_to(
    living: Living, tab: Tab, settings: Any
) -> None:
    run = await living.ended("Yes.")
    asked, talk = await asking(living, tab, run)
    await talk.say("All about taps " * 100)
    await talk.hung_up()
    offered = shown(await asked).one("data-offered-title").attributes["value"]
    assert offered.startswith("All about taps")
    assert len(offered) <= 80
    settings.TITLE_SECONDS = 0.1
    asked, talk = await asking(living, tab, run)
    await talk.open()
    await talk.hung_up()
    assert shown(await asked).all("data-offered-title") == []


async def test_what_is_shown_of_a_long_conversation_is_bounded(living: Living, tab: Tab) -> None:
    run = await living.ended("long answer " * 2000, prompt="long prompt " * 2000)
    asked, talk = await asking(living, tab, run)
    assert len(talk.turns[-1][1]) < 4000
    await talk.say("Length")
    await talk.finish()
    await asked


async def test_l6_titles_count_with_what_is_sent(living: Living, tab: Tab, settings: Any) -> None:
    run = await living.ended("Yes.")
    settings.SENDS_A_MINUTE = 1
    reply = await ask(tab, run)
    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "60")
    assert "Too many titles" in shown(reply).text()
    settings.SENDS_A_MINUTE = 2
    asked, talk = await asking(living, tab, run)
    await talk.say("A title")
    await talk.finish()
    assert (await asked).status_code == 200
    assert (await ask(tab, run)).status_code == 429
    assert len(living.puppet.talks) == 2
    await living.ended("An answer is not held up by titles.")


async def test_l5_only_a_few_threads_wait_for_titles(
    living: Living, tab: Tab, monkeypatch: Any
) -> None:
    run = await living.ended("Yes.")
    monkeypatch.setattr(actions, "_room", BoundedSemaphore(1))
    asked, talk = await asking(living, tab, run)
    assert (await ask(tab, run)).status_code == 429
    await talk.say("A title")
    await talk.finish()
    assert (await asked).status_code == 200


async def test_a_title_is_suggested_while_an_answer_is_written(living: Living, tab: Tab) -> None:
    answer = await living.answering("How do taps work?")
    await answer.says("Slow")
    run = await living.run(answer.pk)
    asked, talk = await asking(living, tab, run)
    await answer.says("ly.")
    await talk.say("Taps")
    await talk.finish()
    assert (await asked).status_code == 200
    assert (await answer.finishes()).status == Generation.Status.FINISHED


async def test_without_a_key_or_a_model_nobody_is_asked(living: Living, tab: Tab) -> None:
    run = await living.ended("Yes.")
    assert (await ask(tab, run, "none")).status_code == 409
    await living.do(lambda: Conversation.objects.update(provider="gone"))
    reply = await ask(tab, run)
    assert reply.status_code == 409
    assert "not connected here" in shown(reply).text()
    assert (await tab.get(f"/c/{run.conversation_id}/suggest-title/")).status_code == 405
