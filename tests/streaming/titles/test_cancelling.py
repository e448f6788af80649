"""Who asked for a title and does not want it any more ends the request, wherever it is."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from streaming.titles.models import TitleRequest
from tests.streaming.titles.test_suggesting import ask, asking, shown
from tests.support.living import Living
from tests.support.tabs import Tab, place_of


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "page"])
async def test_a_cancelled_request_is_ended_at_the_model_and_counted(
    living: Living, tab: Tab, htmx: bool
) -> None:
    run, key = await living.ended("Yes."), str(uuid.uuid4())
    path = f"/c/{run.conversation_id}/"
    asked, talk = await asking(living, tab, run, key)
    await talk.say("Half a ti")
    reply = await tab.post(f"{path}suggest-title/cancel/", htmx=htmx, key=key)
    assert reply.status_code == (204 if htmx else 303)
    assert htmx or place_of(reply) == path
    await talk.hung_up()
    assert shown(await asked).all("data-offered-title") == []
    row = await living.do(TitleRequest.objects.get)
    assert (row.status, row.title) == (TitleRequest.Status.DROPPED, "")
    assert row.input_tokens
    assert row.ended_at is not None
    again, other = await asking(living, tab, run)  # another key asks anew
    await other.say("A title")
    await other.finish()
    assert shown(await again).one("data-offered-title").attributes["value"] == "A title"


async def test_a_request_that_comes_after_it_was_cancelled_asks_nobody(
    living: Living, tab: Tab
) -> None:
    run, key = await living.ended("Yes."), str(uuid.uuid4())
    for _ in range(2):
        await tab.post(f"/c/{run.conversation_id}/suggest-title/cancel/", htmx=True, key=key)
    assert shown(await ask(tab, run, key)).all("data-offered-title") == []
    assert len(living.puppet.talks) == 1
    assert await living.do(TitleRequest.objects.count) == 1


async def test_a_title_that_was_offered_is_not_taken_back(living: Living, tab: Tab) -> None:
    run, key = await living.ended("Yes."), str(uuid.uuid4())
    asked, talk = await asking(living, tab, run, key)
    await talk.say("A title")
    await talk.finish()
    await asked
    await tab.post(f"/c/{run.conversation_id}/suggest-title/cancel/", htmx=True, key=key)
    again = shown(await ask(tab, run, key))
    assert again.one("data-offered-title").attributes["value"] == "A title"


async def test_a_model_that_stalls_is_given_up_and_it_is_said(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.TITLE_SECONDS = 0.1
    asked, talk = await asking(living, tab, await living.ended("Yes."))
    await talk.open()
    await talk.hung_up()
    page = shown(await asked)
    assert "Asking a model" not in page.text()
    assert page.one("data-offer-line").text().endswith(".")
    assert page.one("data-action", "leave-title").text() == "Close"
