"""A branch that starts with a summary: what is sent for it, and what goes without it afterwards."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from conversations.models import Conversation, Message
from streaming import actions
from streaming.catalog.model_menu import ModelChoice
from streaming.editing import actions as editing
from streaming.models import Generation
from streaming.runs import job as jobs
from tests.streaming.context.test_room import LONG, gauge, sent, two_turns, window
from tests.support.living import Answering, Living, living, owner
from tests.support.tabs import Tab, place_of, tab

__all__ = ["living", "owner", "tab"]

ASKED = "Sum it up."


async def sum_up(living: Living, tab: Tab, run: Generation, **said: str) -> Any:
    page = await tab.page(f"/c/{run.conversation_id}/room/?model=puppet/teller")
    form = page.one("data-sum-up")
    fields = {
        field.attributes["name"] or "": field.attributes.get("value") or ""
        for field in form.walk()
        if field.tag == "input" and field.attributes["name"] != "csrfmiddlewaretoken"
    }
    assert "Sum up our conversation so far" in form.one("name", "prompt").text()
    given: dict[str, Any] = {**fields, "prompt": ASKED, **said}
    return await tab.post(f"/c/{run.conversation_id}/room/", **given)


async def begun(living: Living, run: Generation) -> Generation:
    def newest() -> Generation:
        return Generation.objects.filter(conversation=run.conversation_id).latest("pk")

    return await living.do(newest)


def contents(asked: Any) -> list[str]:
    return [each["content"][:6] for each in asked["messages"]]


async def test_the_summary_is_an_answer_and_what_follows_goes_with_it_alone(
    living: Living, tab: Tab
) -> None:
    run = await two_turns(living)
    reply = await sum_up(living, tab, run)
    assert place_of(reply) == f"/c/{run.conversation_id}/"
    answer = Answering(living, (await begun(living, run)).pk, await living.puppet.talk())
    assert contents(answer.talk.asked) == ["First.", LONG[:6], "Second", LONG[:6], ASKED[:6]]
    await answer.says("We spoke of two things.")
    ended = await answer.finishes(prompt_tokens=900, completion_tokens=20, total_tokens=920)
    window(4000)
    used = int((await gauge(tab, ended)).attributes["data-used"] or 0)
    assert used < 20, "what was summed up is not sent again"
    await sent(tab, ended, "And now?")
    talk = await living.puppet.talk("And now?")
    assert contents(talk.asked) == [ASKED[:6], "We spo", "And no"]


async def test_the_branch_before_stays_and_is_a_press_away(living: Living, tab: Tab) -> None:
    run = await two_turns(living)
    await sum_up(living, tab, run)
    answer = Answering(living, (await begun(living, run)).pk, await living.puppet.talk())
    await answer.finishes()
    page = await tab.page(f"/c/{run.conversation_id}/")
    [note] = page.all("data-summarises")
    assert "messages of another branch" in note.text()
    roots = await living.do(
        lambda: list(run.conversation.messages.filter(parent=None).values_list("text", flat=True))
    )
    assert [root[:6] for root in roots] == ["First.", ASKED[:6]]
    await tab.post(f"/m/{run.message_id}/show/", htmx=True)
    thread = await living.do(lambda: Conversation.objects.get(pk=run.conversation_id))
    assert thread.leaf_id == run.message_id


async def test_as_much_is_sent_as_fits_half_of_the_window(living: Living, tab: Tab) -> None:
    run = await two_turns(living)
    window(420)  # the second prompt and answer have some 200 tokens
    await sum_up(living, tab, run)
    asked = (await living.puppet.talk()).asked
    assert contents(asked) == ["Second", LONG[:6], ASKED[:6]]


async def test_in_other_words_and_anew_it_sums_up_the_same(living: Living, tab: Tab) -> None:
    run = await two_turns(living)
    await sum_up(living, tab, run)
    first = Answering(living, (await begun(living, run)).pk, await living.puppet.talk())
    await first.says("Short.")
    ended = await first.finishes()
    prompt = await living.do(lambda: Message.objects.get(text=ASKED))
    again = await living.again(ended.message_id, actions.regenerate)
    assert contents(again.talk.asked)[-2:] == [LONG[:6], ASKED[:6]]
    await again.finishes()

    def edit() -> Generation:
        choice = ModelChoice("puppet", "teller")
        return editing.edit_prompt(living.owner, uuid.uuid4(), prompt, "Briefly.", choice)

    await living.do(edit)
    talk = await living.puppet.talk()
    assert contents(talk.asked)[0] == "First."
    assert contents(talk.asked)[-1] == "Briefl"


async def test_a_long_branch_is_summed_up_whole(
    living: Living, tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 3)
    run = await two_turns(living)
    await sum_up(living, tab, run)
    asked = (await living.puppet.talk()).asked
    assert contents(asked) == ["First.", LONG[:6], "Second", LONG[:6], ASKED[:6]]


async def test_what_cannot_be_is_refused_with_the_words_kept(living: Living, tab: Tab) -> None:
    run = await two_turns(living)
    empty = await sum_up(living, tab, run, prompt=" ")
    assert (empty.status_code, "summary-error" in empty.content.decode()) == (400, True)
    await living.answering("More?", await living.do(lambda: run.conversation))
    busy = await sum_up(living, tab, run, prompt="In five words.")
    assert (busy.status_code, "In five words." in busy.content.decode()) == (409, True)
    assert await living.do(lambda: Message.objects.filter(parent=None).count()) == 1
