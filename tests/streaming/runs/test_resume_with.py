"""An answer that was cut is resumed with another model, of the same provider or of another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from streaming.models import Generation
from tests.support.document import parse
from tests.support.living import (
    PREFILLER,
    TELLER,
    Answering,
    Living,
    alive,
)
from tests.support.tabs import Tab

SAID = (
    "The quick brown fox jumps over the lazy dog, and then it sits down for a while to think "
    "about what it has done; the dog, meanwhile, sleeps on and dreams of "
)


@pytest.fixture
async def living(transactional_db: None, owner: User, settings: Any) -> AsyncIterator[Living]:
    """A site with two providers, both of them the puppet."""
    settings.AUTOMATIC_RESUMES = 0
    async with alive(owner, settings, "other") as living:
        yield living


@pytest.fixture
async def stopped(living: Living) -> Generation:
    answer = await living.answering("Tell me", model=PREFILLER)
    await answer.says(SAID)
    return await answer.stops()


async def resumed(living: Living, tab: Tab, message_id: int, model: str) -> Answering:
    reply = await tab.post(f"/m/{message_id}/resume/", model=model)
    assert reply.status_code == 303
    talk = await living.puppet.talk()
    generation = await living.do(lambda: Generation.objects.order_by("pk").last())
    assert generation is not None
    return Answering(living, generation.pk, talk)


async def test_the_bar_offers_every_model_and_names_the_one_that_wrote(
    living: Living, stopped: Generation, tab: Tab
) -> None:
    page = await tab.page(f"/c/{stopped.conversation_id}/")
    article = page.one("id", f"message-{stopped.message_id}")
    [choice] = article.all("name", "model")
    options = {option.attributes["value"]: option for option in choice.all("value")}
    assert set(options) == {
        f"{slug}/{model}"
        for slug in ("puppet", "other")
        for model in ("teller", "prefiller", "echoer")
    }
    chosen = [value for value, option in options.items() if "selected" in option.attributes]
    assert chosen == ["puppet/prefiller"]
    assert len(article.all("data-action", "resume")) == 1


@pytest.mark.parametrize("choice", ["puppet/teller", "other/teller", "other/prefiller"])
async def test_it_goes_on_in_the_way_of_the_new_model(
    living: Living, stopped: Generation, tab: Tab, choice: str
) -> None:
    slug, model = choice.split("/")
    going_on = await resumed(living, tab, stopped.message_id, choice)
    assert going_on.talk.asked["model"] == model
    told = model == TELLER
    last_turn = going_on.talk.turns[-1]
    assert ("Do not start over" in last_turn[1]) if told else last_turn[0] == "assistant"
    await going_on.talk.say(SAID[-80:] + "rabbits." if told else "rabbits.")
    generation = await going_on.finishes()
    assert (generation.message_id, generation.message.text) == (
        stopped.message_id,
        SAID + "rabbits.",
    )
    assert (generation.provider, generation.model) == (slug, model)
    assert generation.resume_mode == ("instruct" if told else "prefill")
    assert (generation.conversation.provider, generation.conversation.model) == (slug, model)


async def test_without_a_choice_it_goes_on_with_the_same(
    living: Living, stopped: Generation, tab: Tab
) -> None:
    going_on = await resumed(living, tab, stopped.message_id, "")
    assert going_on.talk.asked["model"] == PREFILLER
    await going_on.stops()


async def test_an_unknown_model_is_refused_in_a_sentence(
    living: Living, stopped: Generation, tab: Tab
) -> None:
    reply = await tab.post(f"/m/{stopped.message_id}/resume/", htmx=True, model="puppet/poet")
    assert reply.status_code == 409
    notice = parse(reply.content.decode()).one("id", "notice").text()
    assert "Puppet has no model “poet”. Choose another one." in notice
    assert await living.do(Generation.objects.count) == 1


async def test_an_answer_whose_model_is_gone_goes_on_with_another(
    living: Living, stopped: Generation, tab: Tab
) -> None:
    await living.do(lambda: Generation.objects.update(provider="gone"))
    page = await tab.page(f"/c/{stopped.conversation_id}/")
    assert page.all("data-action", "resume-with")
    reply = await tab.post(f"/m/{stopped.message_id}/resume/", htmx=True)
    assert (reply.status_code, "Resume with another one" in reply.content.decode()) == (409, True)
    going_on = await resumed(living, tab, stopped.message_id, "other/prefiller")
    await going_on.talk.say("rabbits.")
    assert (await going_on.finishes()).message.text == SAID + "rabbits."


async def test_an_answer_is_written_anew_by_the_model_that_the_form_names(
    living: Living, stopped: Generation, tab: Tab
) -> None:
    reply = await tab.post(f"/m/{stopped.message_id}/regenerate/", model="other/teller")
    assert reply.status_code == 303
    talk = await living.puppet.talk()
    assert talk.asked["model"] == TELLER
    generation = await living.do(lambda: Generation.objects.latest("pk"))
    assert (generation.provider, generation.model) == ("other", "teller")
    assert generation.message_id != stopped.message_id
    await Answering(living, generation.pk, talk).stops()


async def test_an_unknown_model_is_refused_for_another_answer_too(
    living: Living, stopped: Generation, tab: Tab
) -> None:
    address = f"/m/{stopped.message_id}/regenerate/"
    reply = await tab.post(address, htmx=True, model="puppet/poet")
    assert (reply.status_code, "no model “poet”" in reply.content.decode()) == (409, True)
