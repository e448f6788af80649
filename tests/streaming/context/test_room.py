"""How full a window is, what happens when it is too full, and that this is taken back."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from conversations.models import Conversation, Message
from streaming.catalog.model_menu import ModelChoice
from streaming.models import Generation
from streaming.picker import notes
from streaming.providers.http.upstream import Upstream
from streaming.providers.model_facts import ModelFacts
from streaming.runs.refusals import TooFull, must_fit
from streaming.site import site
from tests.support.document import Element, parse
from tests.support.living import Living, living, owner
from tests.support.tabs import Tab, place_of, tab

__all__ = ["living", "owner", "tab"]

LONG = "word " * 80  # about 100 tokens


def window(size: int | None) -> None:
    """Let the provider's list tell this window of the model that answers."""
    provider = site().providers["puppet"]
    assert isinstance(provider, Upstream)
    provider.facts = {"teller": ModelFacts(window=size)}


async def gauge(tab: Tab, run: Generation) -> Element:
    reply = await tab.get(f"/c/{run.conversation_id}/gauge/?model=puppet/teller")
    return parse(reply.content.decode()).one("id", "gauge")


async def sent(tab: Tab, run: Generation, prompt: str = "And now?") -> Any:
    return await tab.post(
        "/send/",
        htmx=True,
        prompt=prompt,
        model="puppet/teller",
        conversation=str(run.conversation_id),
    )


async def two_turns(living: Living) -> Generation:
    first = await living.ended(LONG, prompt=f"First. {LONG}")
    conversation = await living.do(lambda: first.conversation)
    return await living.ended(LONG, prompt=f"Second. {LONG}", conversation=conversation)


async def test_the_gauge_adds_an_estimate_to_what_was_reported(living: Living, tab: Tab) -> None:
    answer = await living.answering(prompt="Hello")
    await answer.says("Hi. ")
    run = await answer.finishes(prompt_tokens=700, completion_tokens=300, total_tokens=1000)
    window(4000)
    shown = await gauge(tab, run)
    assert (shown.attributes["data-used"], shown.attributes["data-window"]) == ("1000", "4000")
    assert "about 1k of 4k tokens" in shown.text()
    await living.do(
        lambda: Message.objects.filter(pk=run.message_id).update(text="x" * 4000)
    )  # reported is what counts, not the text
    assert (await gauge(tab, run)).attributes["data-used"] == "1000"


async def test_an_unknown_window_says_so_until_the_person_tells_it(
    living: Living, tab: Tab
) -> None:
    run = await living.ended("Hi.", prompt="Hello")
    shown = await gauge(tab, run)
    assert (shown.attributes["data-window"], "unknown" in shown.text()) == ("", True)
    place = f"/c/{run.conversation_id}/room/"
    wrong = await tab.post(place, do="window", window="5", model="puppet/teller")
    assert (wrong.status_code, 'value="5"' in wrong.content.decode()) == (400, True)
    await tab.post(place, do="window", window="3000", model="puppet/teller")
    assert (await gauge(tab, run)).attributes["data-window"] == "3000"


async def test_what_is_too_much_is_not_sent_and_leads_to_a_choice(living: Living, tab: Tab) -> None:
    run = await two_turns(living)
    window(200)
    refused = await sent(tab, run)
    assert refused.status_code == 409
    link = parse(refused.content.decode()).one("data-action", "room").attributes["href"]
    assert "Your text is still here" in refused.content.decode()
    again = await tab.post(f"/m/{run.message_id}/regenerate/", htmx=True)
    assert (again.status_code, "Make room" in again.content.decode()) == (409, True)
    assert "Leave out the oldest" in (await tab.page(link)).text()
    assert await living.do(lambda: run.conversation.messages.count()) == 4


async def test_the_oldest_are_left_out_only_when_that_was_chosen_and_come_back(
    living: Living, tab: Tab
) -> None:
    run = await two_turns(living)
    window(300)
    place = f"/c/{run.conversation_id}/"
    done = await tab.post(f"{place}room/", do="leave-out", model="puppet/teller")
    assert place_of(done) == place
    page = await tab.page(place)
    [line] = page.all("data-left-out")
    assert "Not sent from here up" in line.text()
    reply = await sent(tab, run)
    assert reply.status_code == 200
    asked = (await living.puppet.talk()).asked["messages"]
    assert [each["content"][:6] for each in asked] == ["Second", LONG[:6], "And no"]
    first = await living.do(lambda: Message.objects.get(starts_at__isnull=False))
    await tab.post(f"/m/{first.pk}/send-all/")
    assert (await tab.page(place)).all("data-left-out") == []


async def test_a_single_prompt_cannot_be_left_out(living: Living, tab: Tab) -> None:
    run = await living.ended("Hi.", prompt="Hello")
    reply = await tab.post(f"/c/{run.conversation_id}/room/", do="leave-out")
    assert reply.status_code == 409
    assert "nothing older to leave out" in reply.content.decode()


@pytest.mark.parametrize(
    ("used", "reported", "fits"),
    [(100, True, True), (101, True, False), (150, False, True), (151, False, False)],
)
async def test_an_estimate_refuses_only_what_is_clearly_too_much(
    used: int, reported: bool, fits: bool
) -> None:
    with nullcontext() if fits else pytest.raises(TooFull):
        must_fit(used, 100, reported=reported)


async def test_what_the_person_said_of_a_window_counts_before_any_gauge(
    living: Living, tab: Tab
) -> None:
    run = await two_turns(living)
    choice = ModelChoice("puppet", "teller")
    await living.do(lambda: notes.note(living.owner.pk, choice, window=200))
    assert (await sent(tab, run)).status_code == 409


async def test_reported_usage_within_the_window_is_sent_however_long_the_text_is(
    living: Living, tab: Tab
) -> None:
    answer = await living.answering(prompt="Hello")
    await answer.says(LONG * 4)
    run = await answer.finishes(prompt_tokens=50, completion_tokens=30, total_tokens=80)
    window(100)
    assert (await sent(tab, run, "And?")).status_code == 200


async def test_room_is_made_in_the_branch_that_was_asked_for(living: Living, tab: Tab) -> None:
    run = await two_turns(living)
    conversation = await living.do(lambda: run.conversation)
    await living.ended("Other.", prompt="Elsewhere", conversation=conversation)
    first = await living.do(lambda: conversation.messages.order_by("pk").first())
    await living.do(lambda: Conversation.objects.filter(pk=conversation.pk).update(leaf=first))
    window(200)
    refused = await tab.post(f"/m/{run.message_id}/regenerate/", htmx=True)
    link = parse(refused.content.decode()).one("data-action", "room").attributes["href"] or ""
    link = link.replace("&amp;", "&")
    assert (await tab.page(link)).all("name", "message")
    await tab.post(link, do="leave-out")
    mark = await living.do(lambda: Message.objects.get(starts_at__isnull=False))
    assert mark.text.startswith("Second.")


async def test_what_is_copied_or_asked_anew_keeps_the_mark(living: Living, tab: Tab) -> None:
    run = await two_turns(living)
    place = f"/c/{run.conversation_id}/"
    await tab.post(f"{place}room/", do="leave-out", model="puppet/teller")
    shown = await tab.post(f"{place}parameters/", do="preview", model="puppet/teller")
    turns = parse(shown.content.decode()).all("data-turn")
    assert [turn.attributes["data-turn"] for turn in turns] == ["user", "assistant"]
    await tab.post(f"/m/{run.message_id}/branch/")
    marked = await living.do(
        lambda: list(Message.objects.filter(starts_at__isnull=False).order_by("pk"))
    )
    assert len({each.conversation_id for each in marked}) == 2
    await tab.post(f"/m/{marked[0].pk}/edit/", text="Other words", model="puppet/teller")
    edited = await living.do(lambda: Message.objects.get(text="Other words"))
    assert edited.starts_at == marked[0].starts_at


async def test_other_pages_hear_of_a_mark_and_that_it_was_taken_back(
    living: Living, tab: Tab
) -> None:
    run = await two_turns(living)
    page = await tab.watch(run.conversation_id)
    async with page.connected() as socket:
        await tab.post(f"/c/{run.conversation_id}/room/", do="leave-out", model="puppet/teller")
        await page.until(socket, lambda shown: shown.page.all("data-left-out"))
        first = await living.do(lambda: Message.objects.get(starts_at__isnull=False))
        await tab.post(f"/m/{first.pk}/send-all/")
        await page.until(socket, lambda shown: not shown.page.all("data-left-out"))


async def test_an_edit_that_is_too_much_leads_to_the_choice_too(living: Living, tab: Tab) -> None:
    run = await two_turns(living)
    window(200)
    prompt = await living.do(lambda: run.message.parent_id)
    address, fields = f"/m/{prompt}/edit/", {"text": LONG * 2, "model": "puppet/teller"}
    for htmx in (True, False):
        refused = await tab.post(address, htmx=htmx, **fields)
        link = parse(refused.content.decode()).one("data-action", "room").attributes["href"]
        assert f"message={prompt}" in (link or "")
