"""Work that begins: each thing once, whole, and only where it can."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.auth.models import User

from conversations import branches
from conversations.invisible import title_of
from conversations.models import Conversation, Message
from streaming import actions, lifecycle
from streaming.catalog.model_menu import ModelChoice
from streaming.models import Generation
from streaming.runs.refusals import Refused
from tests.support.at_once import at_once
from tests.support.isolation.rounds import rounds
from tests.support.living import PREFILLER, TELLER, Living

CHOICE = ModelChoice("puppet", TELLER)


async def counts(living: Living) -> tuple[int, int, int]:
    """How many conversations, messages and generations there are."""
    models = (Conversation, Message, Generation)
    found = await living.do(lambda: [model._default_manager.count() for model in models])
    return found[0], found[1], found[2]


# Sending


async def test_a_prompt_makes_a_conversation_that_is_named_after_it(living: Living) -> None:
    generation = await living.send("What is\na queue?")
    assert await counts(living) == (1, 2, 1)
    assert generation.conversation.title == "What is a queue?"
    assert (generation.conversation.provider, generation.conversation.model) == CHOICE
    thread = await living.do(lambda: branches.newest(generation.conversation).messages)
    assert [(one.role, one.text) for one in thread] == [
        ("user", "What is\na queue?"),
        ("assistant", ""),
    ]


async def test_r8_the_same_key_gives_the_first_result_again(living: Living) -> None:
    key = uuid.uuid4()
    first = await living.send(key=key)
    assert await living.send(key=key) == first
    talk = await living.puppet.talk()
    await talk.finish()
    await living.until_ended(first.pk)
    assert await living.send(key=key) == first
    assert await counts(living) == (1, 2, 1)
    assert len(living.puppet.talks) == 1


async def test_r8_another_text_under_a_used_key_is_sent_once_too(living: Living) -> None:
    key = uuid.uuid4()
    first = await living.send(key=key)
    await (await living.puppet.talk()).finish()
    await living.until_ended(first.pk)
    other = await living.send("Something else", key=key)
    assert other != first
    assert await living.send("Something else", key=key) == other
    assert await living.send(key=key) == first
    assert await counts(living) == (2, 4, 2)
    assert (await living.puppet.talk()).turns == [("user", "Something else")]


async def test_r8_two_requests_with_one_key_at_once_make_one_answer(living: Living) -> None:
    for number in range(1, rounds(10) + 1):
        key = uuid.uuid4()
        ask = partial(actions.send, living.owner, key, None, "Hello", CHOICE)
        first, second = await at_once(ask, ask)
        assert first == second
        assert await counts(living) == (number, 2 * number, number)


async def test_r8_keys_belong_to_a_person(living: Living) -> None:
    key = uuid.uuid4()
    first = await living.send(key=key)
    other = await living.do(lambda: User.objects.create_user("other"))
    second = await living.do(lambda: actions.send(other, key, None, "Hello", CHOICE))
    assert first != second


async def test_r10_a_conversation_has_one_running_answer(living: Living) -> None:
    generation = await living.send()
    with pytest.raises(Refused, match="still being written"):
        await living.send("And another", generation.conversation)
    assert await counts(living) == (1, 2, 1)


async def test_r10_of_two_sends_from_two_tabs_at_once_one_is_refused(living: Living) -> None:
    for _ in range(rounds(10)):
        conversation = (await living.ended()).conversation
        outcomes = await at_once(
            *(
                partial(actions.send, living.owner, uuid.uuid4(), conversation, tab, CHOICE)
                for tab in ("one tab", "another")
            ),
        )
        assert sorted(type(outcome).__name__ for outcome in outcomes) == [
            "Generation",
            "StillWriting",
        ]
        talk = await living.puppet.talk()
        await talk.finish()
        begun = next(one for one in outcomes if isinstance(one, Generation))
        await living.until_ended(begun.pk)
        assert len(await living.do(partial(branches.history, begun.conversation.leaf_id))) == 4


async def test_r10_a_tab_that_is_behind_asks_at_the_end_of_the_thread(living: Living) -> None:
    behind = (await living.ended("First.")).conversation
    await living.ended("Second.", conversation=behind, prompt="Two")
    stale = Conversation(pk=behind.pk, owner_id=behind.owner_id, leaf_id=behind.leaf_id)
    third = await living.answering("Three", stale)
    assert [text for _, text in third.talk.turns] == ["Hello", "First.", "Two", "Second.", "Three"]


# Another answer


async def test_regenerating_writes_another_answer_beside_the_first(living: Living) -> None:
    first = await living.ended("One answer.")
    again = await living.again(first.message_id, actions.regenerate)
    assert again.talk.turns == [("user", "Hello")]
    await again.says("Another.")
    second = await again.finishes()
    assert second.message.parent_id == first.message.parent_id
    assert second.conversation.leaf_id == second.message_id != first.message_id
    thread = await living.do(lambda: branches.newest(second.conversation).messages)
    assert [one.text for one in thread] == ["Hello", "Another."]
    siblings = await living.do(partial(branches.siblings, thread))
    assert siblings[second.message_id] == [first.message_id, second.message_id]
    assert (await living.message(first.message_id)).text == "One answer."


async def test_a_prompt_cannot_be_regenerated(living: Living) -> None:
    generation = await living.ended("One answer.")
    asked = await living.do(lambda: Message.objects.get(role="user"))
    with pytest.raises(Refused):
        await living.again(asked.pk, actions.regenerate)
    assert await counts(living) == (1, 2, 1)
    assert generation.message.parent_id == asked.pk


@pytest.mark.parametrize("way", [actions.regenerate, actions.resume, actions.retry])
async def test_r10_nothing_begins_while_the_answer_is_being_written(
    living: Living, way: Callable[[User, uuid.UUID, Message], Generation]
) -> None:
    answer = await living.answering()
    generation = await living.run(answer.pk)
    with pytest.raises(Refused):
        await living.again(generation.message_id, way)
    assert await counts(living) == (1, 2, 1)


async def test_showing_a_sibling_leads_to_the_end_of_its_branch(living: Living) -> None:
    first = await living.ended("One answer.")
    follow_up = await living.ended("More.", conversation=first.conversation, prompt="Go on")
    other = await (await living.again(first.message_id, actions.regenerate)).finishes()
    assert await shown(living) == other.message_id
    message = await living.message(first.message_id)
    await living.do(lambda: actions.show(living.owner, uuid.uuid4(), message))
    assert await shown(living) == follow_up.message_id


async def shown(living: Living) -> int | None:
    return (await living.do(Conversation.objects.get)).leaf_id


# Once more


async def test_a_retry_asks_again_for_the_same_message(living: Living) -> None:
    failed = await living.answering()
    await failed.talk.refuse(500, "Broken")
    first = await failed.ended()
    again = await living.again(first.message_id, actions.retry)
    assert again.talk.turns == [("user", "Hello")]
    await again.says("Now.")
    second = await again.finishes()
    assert (second.message_id, second.message.text) == (first.message_id, "Now.")


async def test_an_answer_with_text_is_not_retried(living: Living) -> None:
    answer = await living.answering()
    await answer.says("So far")
    generation = await answer.stops()
    with pytest.raises(Refused, match="has text"):
        await living.again(generation.message_id, actions.retry)


async def test_a_tab_that_is_behind_does_not_retry_an_answer_that_came(living: Living) -> None:
    failed = await living.answering()
    await failed.talk.refuse(500, "Broken")
    generation = await failed.ended()
    behind = await living.message(generation.message_id)
    again = await living.again(generation.message_id, actions.retry)
    await again.says("Now.")
    await again.finishes()
    with pytest.raises(Refused):
        await living.do(lambda: actions.retry(living.owner, uuid.uuid4(), behind))


# Going on


@pytest.mark.parametrize(
    ("reason", "can"), [("stop", False), ("length", True), ("content_filter", False)]
)
async def test_an_answer_goes_on_only_where_it_was_cut(
    living: Living, reason: str, can: bool
) -> None:
    generation = await living.ended("So far", reason)
    if can:
        assert await living.resuming(generation.message_id)
    else:
        with pytest.raises(Refused, match="cannot be resumed"):
            await living.resuming(generation.message_id)


async def test_an_answer_without_text_does_not_go_on(living: Living) -> None:
    generation = await (await living.answering()).stops()
    with pytest.raises(Refused, match="cannot be resumed"):
        await living.resuming(generation.message_id)


async def test_a_tab_that_is_behind_goes_on_from_the_end_of_the_text(living: Living) -> None:
    first = await living.answering(model=PREFILLER)
    await first.says("One ")
    generation = await first.stops()
    behind = await living.message(generation.message_id)
    second = await living.resuming(generation.message_id)
    await second.says("two ")
    await second.stops()
    last = await living.do(lambda: actions.resume(living.owner, uuid.uuid4(), behind))
    talk = await living.puppet.talk()
    assert talk.turns[-1] == ("assistant", "One two")
    assert last.start_offset == len("One two ")


async def test_undoing_a_resume_restores_the_text_before_it_exactly(living: Living) -> None:
    first = await living.answering(model=PREFILLER)
    await first.says("Kept, 🦉 and all. ")
    generation = await first.stops()
    second = await living.resuming(generation.message_id)
    await second.says("More. ")
    await second.stops()
    third = await living.resuming(generation.message_id)
    await third.says("And more.")
    await third.finishes()
    message = await living.message(generation.message_id)
    assert message.text == "Kept, 🦉 and all. More. And more."
    await undo(living, message)
    assert (await living.message(message.pk)).text == "Kept, 🦉 and all. More. "
    await undo(living, message)
    assert (await living.message(message.pk)).text == "Kept, 🦉 and all. "
    with pytest.raises(Refused, match="no finished resume"):
        await undo(living, message)


async def test_an_undone_answer_can_be_gone_on_with_again(living: Living) -> None:
    first = await living.answering(model=PREFILLER)
    await first.says("Kept. ")
    generation = await first.stops()
    second = await living.resuming(generation.message_id)
    await second.says("Wrong. ")
    await second.stops()
    await undo(living, await living.message(generation.message_id))
    third = await living.resuming(generation.message_id)
    assert third.talk.turns[-1] == ("assistant", "Kept.")
    await third.says("Right.")
    assert (await third.finishes()).message.text == "Kept. Right."


async def test_what_is_being_written_cannot_be_undone(living: Living) -> None:
    first = await living.answering(model=PREFILLER)
    await first.says("Kept. ")
    generation = await first.stops()
    second = await living.resuming(generation.message_id)
    await second.says("More. ")
    with pytest.raises(Refused, match="no finished resume"):
        await undo(living, await living.message(generation.message_id))
    assert (await second.finishes()).message.text == "Kept. More. "


async def undo(living: Living, message: Message) -> None:
    await living.do(lambda: actions.undo_resume(living.owner, uuid.uuid4(), message))


# Where nothing can begin


@pytest.mark.parametrize("way", [actions.regenerate, actions.resume, actions.retry])
async def test_a_model_that_is_not_connected_any_more_is_named_as_the_reason(
    living: Living, way: Callable[[User, uuid.UUID, Message], Generation]
) -> None:
    answer = await living.answering()
    generation = await answer.stops()
    await living.do(lambda: Generation.objects.update(provider="gone"))
    with pytest.raises(Refused, match="not connected"):
        await living.again(generation.message_id, way)


async def test_r9_a_server_that_is_closing_takes_nothing_more(living: Living) -> None:
    living.site.closing = True
    with pytest.raises(Refused, match="restarting"):
        await living.send()
    assert await counts(living) == (0, 0, 0)


async def test_r7_what_began_while_the_server_closed_does_not_stay_running(
    living: Living,
) -> None:
    begin_late = partial(actions.send, living.owner, uuid.uuid4(), None, "Hello", CHOICE)
    beginning = asyncio.create_task(living.do(begin_late))
    await lifecycle.stop()
    await asyncio.gather(beginning, return_exceptions=True)
    await lifecycle.ensure_started()
    states = await living.do(lambda: list(Generation.objects.values_list("status", flat=True)))
    assert set(states) <= {"interrupted"}


async def test_in_a_conversation_that_was_just_deleted_nothing_begins(living: Living) -> None:
    answer = await living.answering()
    generation = await answer.stops()
    message = await living.message(generation.message_id)
    await living.do(Conversation.objects.all().delete)
    with pytest.raises(Refused, match="does not exist"):
        await living.send("Hello?", generation.conversation)
    with pytest.raises(Refused, match="does not exist"):
        await living.do(lambda: actions.regenerate(living.owner, uuid.uuid4(), message))
    assert await counts(living) == (0, 0, 0)


# Titles


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("What is a queue?", "What is a queue?"),
        ("  What\n is   a\tqueue?  ", "What is a queue?"),
        ("word " * 30, "word word word word word word word word word word word word…"),
        ("a" * 200, "a" * 60 + "…"),
        ("x" * 60, "x" * 60),
        ("Tell me all about queues, stacks and other ways to wait, please", None),
    ],
)
def test_a_title_is_the_beginning_of_the_prompt(prompt: str, title: str | None) -> None:
    wanted = title or "Tell me all about queues, stacks and other ways to wait…"
    assert title_of(prompt) == wanted
