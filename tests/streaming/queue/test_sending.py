"""A prompt in line is sent once, when it is its turn, or held and said why."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from conversations.models import Message
from streaming import actions
from streaming.catalog.model_menu import ModelChoice
from streaming.models import Generation, QueuedPrompt
from streaming.picker import notes
from streaming.queue import changes, sending
from streaming.queue import line as queued
from streaming.runs.refusals import Refused, TooFull, TooMuch
from tests.streaming.queue.queueing import Line, line_behind
from tests.streaming.queue.test_races import NEXT, left_in_line
from tests.support.living import PREFILLER, Living


async def runs(living: Living) -> int:
    return await living.do(Generation.objects.count)


async def test_prompts_in_line_are_sent_one_after_the_other(living: Living) -> None:
    line = await line_behind(living, "Two?", "Three?")
    assert await line.rows() == [("Two?", ""), ("Three?", "")]
    await line.answer.finishes()
    second = await line.next_answer()
    assert second.talk.turns == [("user", "Hello"), ("assistant", "One."), ("user", "Two?")]
    assert await line.texts() == ["Three?"]
    await second.says("Two.")
    await second.finishes()
    third = await line.next_answer()
    await third.says("Three.")
    await third.finishes()
    assert await line.said() == ["Hello", "One.", "Two?", "Two.", "Three?", "Three."]
    assert await line.rows() == []
    assert await runs(living) == 3


async def test_a_prompt_in_line_keeps_its_model_and_parameters(living: Living) -> None:
    line = await line_behind(living)
    await living.do(partial(set_parameters, line, {"temperature": 0.25}))
    await line.put("Two?", model=PREFILLER)
    await living.do(partial(set_parameters, line, {"temperature": 0.75}))
    await line.answer.finishes()
    second = await line.next_answer()
    assert (second.talk.asked["model"], second.talk.asked["temperature"]) == (PREFILLER, 0.25)
    await second.finishes()
    thread = await living.do(lambda: type(line.conversation).objects.get(pk=line.conversation.pk))
    assert thread.parameters == {"temperature": 0.75}


def set_parameters(line: Line, parameters: dict[str, Any]) -> None:
    type(line.conversation).objects.filter(pk=line.conversation.pk).update(parameters=parameters)


async def test_r8_the_same_request_is_in_line_once_and_sent_once(living: Living) -> None:
    line, key = await line_behind(living), uuid.uuid4()
    first = await line.put("Two?", key)
    assert await line.put("Two?", key) == first
    assert await line.texts() == ["Two?"]
    await line.answer.finishes()
    second = await line.next_answer()
    again = await living.do(partial(sending.send, *request(line, key, "Two?")))
    assert isinstance(again, Generation)
    assert again.pk == second.pk
    await second.finishes()
    again = await living.do(partial(sending.send, *request(line, key, "Two?")))
    assert (await runs(living), await line.rows()) == (2, [])


def request(line: Line, key: uuid.UUID, text: str) -> tuple[Any, ...]:
    choice = ModelChoice("puppet", "teller")
    return (line.living.owner, key, line.conversation, text, choice)


async def test_r8_a_request_that_comes_again_finds_its_prompt_held_or_changed(
    living: Living,
) -> None:
    line, key = await line_behind(living), uuid.uuid4()
    first = await line.put("Two?", key)
    await living.do(lambda: QueuedPrompt.objects.update(text="Two, changed?"))
    assert await line.put("Two?", key) == first
    await line.stops()
    await line.until(("Two, changed?", "stopped"))
    assert await line.put("Two?", key) == first
    assert await runs(living) == 1
    await line.send_now(first)
    second = await line.next_answer()
    again = await living.do(partial(sending.send, *request(line, key, "Two?")))
    assert again.pk == second.pk
    await second.finishes()
    assert await runs(living) == 2


async def test_r8_a_request_that_comes_again_puts_nothing_back_that_was_taken_out(
    living: Living,
) -> None:
    """Whether the answer before it is still written or not, and after its text was forgotten."""
    line, key = await line_behind(living), uuid.uuid4()
    first = await line.put("Two?", key)
    await living.do(partial(changes.take_out, line.conversation, first.key))
    await expects_refusal(line, key)
    await line.answer.finishes()
    await expects_refusal(line, key)
    long_ago = timezone.now() - timedelta(hours=1)
    await living.do(lambda: QueuedPrompt.objects.update(removed_at=long_ago))
    await living.do(queued.forget_removed)
    await expects_refusal(line, key)
    assert (await living.do(QueuedPrompt.objects.get)).text == ""
    await living.do(partial(changes.put_back, line.conversation, first.key))
    assert (await line.rows(), await runs(living)) == ([], 1)
    other = await living.do(partial(sending.send, *request(line, uuid.uuid4(), "Two?")))
    assert isinstance(other, Generation)  # the same words, sent anew, are sent
    await (await line.answers("Two?")).finishes()
    await living.do(lambda: QueuedPrompt.objects.update(removed_at=long_ago - timedelta(days=1)))
    await living.do(queued.forget_removed)
    assert await living.do(QueuedPrompt.objects.count) == 0


async def expects_refusal(line: Line, key: uuid.UUID) -> None:
    with pytest.raises(Refused, match="taken out"):
        await line.put("Two?", key)
    assert await line.rows() == []


@pytest.mark.parametrize("way", ["stopped", "failed"])
async def test_after_an_end_that_was_not_good_the_line_is_held(living: Living, way: str) -> None:
    line = await line_behind(living, "Two?", "Three?")
    if way == "stopped":
        await line.stops()
    else:
        await line.answer.talk.cut()
    await line.until(("Two?", way), ("Three?", way))
    await living.do(lambda: sending.advance(line.conversation.pk))
    assert await runs(living) == 1


async def test_sending_one_that_is_held_releases_what_follows_it_alone(living: Living) -> None:
    line = await line_behind(living, "Two?", "Three?", "Four?")
    await line.stops()
    await line.until(("Two?", "stopped"), ("Three?", "stopped"), ("Four?", "stopped"))
    three = await living.do(lambda: QueuedPrompt.objects.get(text="Three?"))
    await line.send_now(three)
    answer = await line.answers("Three?")
    assert await line.rows() == [("Two?", "stopped"), ("Four?", "")]
    await answer.finishes()
    await (await line.answers("Four?")).finishes()
    await living.do(lambda: sending.advance(line.conversation.pk))
    assert await line.rows() == [("Two?", "stopped")]


async def test_stop_and_send_stops_truly_keeps_the_text_and_sends(living: Living) -> None:
    line = await line_behind(living, "Two?", "Three?")
    three = await living.do(lambda: QueuedPrompt.objects.get(text="Three?"))
    await line.send_now(three, stops=line.answer.pk)
    await line.answer.talk.hung_up()
    stopped = await living.run(line.answer.pk)
    assert (stopped.status, stopped.message.text) == ("cancelled", "One.")
    answer = await line.answers("Three?")
    assert answer.talk.turns[:2] == [("user", "Hello"), ("assistant", "One.")]
    assert await line.rows() == [("Two?", "")]
    await line.send_now(three, stops=line.answer.pk)  # the request comes again
    assert (await living.run(answer.pk)).status == "running"
    await answer.finishes()
    await (await line.answers("Two?")).finishes()


async def test_a_page_that_is_behind_stops_no_answer_that_it_does_not_show(living: Living) -> None:
    line = await line_behind(living, "Two?", "Three?")
    three = await living.do(lambda: QueuedPrompt.objects.get(text="Three?"))
    await line.send_now(three)
    assert (await living.run(line.answer.pk)).stop_requested_at is None
    assert await line.texts() == ["Three?", "Two?"]
    await line.answer.finishes()
    await (await line.answers("Three?")).finishes()


async def test_what_is_sent_while_an_answer_is_being_stopped_follows_the_stop(
    living: Living,
) -> None:
    """The stop is quick: it is done before the prompt is looked at, or after it was put in line."""
    line = await line_behind(living, "Two?")
    await living.do(lambda: actions.mark_stopped(Generation.objects.get(pk=line.answer.pk)))
    await living.do(partial(sending.send, *request(line, uuid.uuid4(), "Instead?")))
    await line.answer.ended()
    answer = await line.answers("Instead?")
    assert await line.rows() == [("Two?", "stopped")]
    await answer.finishes()


async def test_what_is_sent_before_a_stop_has_held_the_line_follows_the_stop(
    living: Living,
) -> None:
    line = await line_behind(living)
    await line.stops()
    await living.do(partial(left_in_line, line))
    waiting = await living.do(partial(sending.send, *request(line, uuid.uuid4(), "Instead?")))
    assert isinstance(waiting, QueuedPrompt)
    answer = await line.answers("Instead?")
    assert await line.rows() == [(NEXT, "stopped")]
    await answer.finishes()


async def test_a_new_prompt_past_a_held_line_is_sent_and_leaves_it_held(living: Living) -> None:
    line = await line_behind(living, "Two?")
    await line.stops()
    await line.until(("Two?", "stopped"))
    other = await living.answering("Other?", line.conversation)
    await line.put("After the other?")
    await other.says("Other.")
    await other.finishes()
    await (await line.answers("After the other?")).finishes()
    assert await line.rows() == [("Two?", "stopped")]


async def test_it_is_asked_below_the_answer_that_it_waited_for(living: Living) -> None:
    """Though another branch is shown by then."""
    first = await living.ended("One way.")
    again = await living.again(first.message_id, actions.regenerate)
    line = Line(living, again, first.conversation)
    await line.put("Two?")
    await living.do(lambda: actions.show(living.owner, uuid.uuid4(), first.message))
    ended = await again.finishes()
    await (await line.next_answer()).finishes()
    asked = await living.do(lambda: Message.objects.get(text="Two?"))
    assert asked.parent_id == ended.message_id


# Limits


async def test_more_prompts_than_a_line_holds_are_refused(living: Living, settings: Any) -> None:
    settings.QUEUED_PROMPTS = 2
    line = await line_behind(living, "Two?", "Three?")
    with pytest.raises(TooMuch, match="2 prompts are in line"):
        await line.put("Four?")
    assert await line.texts() == ["Two?", "Three?"]


async def test_more_bytes_than_a_line_holds_are_refused(living: Living, settings: Any) -> None:
    settings.QUEUED_BYTES = 10
    line = await line_behind(living, "ééé")
    await line.put("four")
    with pytest.raises(TooMuch, match="11 bytes; 10"):
        await line.put("x")


async def test_a_limit_that_is_over_soon_does_not_hold_the_line(
    living: Living, settings: Any
) -> None:
    line = await line_behind(living, "Two?")
    settings.SENDS_A_MINUTE = 1
    await line.answer.finishes()
    await living.do(lambda: sending.advance(line.conversation.pk))
    assert await line.rows() == [("Two?", "")]
    settings.SENDS_A_MINUTE, settings.SENDS_A_DAY = 30, 1
    await living.do(lambda: sending.advance(line.conversation.pk))
    assert await line.rows() == [("Two?", "limit")]


async def test_who_sends_past_a_limit_is_told_and_the_prompt_is_held(
    living: Living, settings: Any
) -> None:
    line = await line_behind(living, "Two?")
    await line.stops()
    await line.until(("Two?", "stopped"))
    settings.SENDS_A_MINUTE = 1
    prompt = await living.do(QueuedPrompt.objects.get)
    with pytest.raises(TooMuch, match="1 messages a minute"):
        await line.send_now(prompt)
    assert await line.rows() == [("Two?", "limit")]


async def test_a_prompt_whose_model_is_gone_is_held(living: Living) -> None:
    line = await line_behind(living, "Two?")
    await living.do(lambda: QueuedPrompt.objects.update(provider="gone"))
    await line.answer.finishes()
    await line.until(("Two?", "model"))
    assert await runs(living) == 1


async def test_who_sends_more_than_the_window_holds_is_told_and_the_prompt_is_held(
    living: Living,
) -> None:
    line = await line_behind(living, "Two? " + "word " * 200)
    await line.stops()
    prompt = await living.do(QueuedPrompt.objects.get)
    choice = ModelChoice("puppet", prompt.model)
    await living.do(lambda: notes.note(living.owner.pk, choice, window=100))
    with pytest.raises(TooFull):
        await line.send_now(prompt)
    assert [why for _, why in await line.rows()] == ["full"]
