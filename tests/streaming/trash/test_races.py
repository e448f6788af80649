"""Deleting against an answer that begins, is written, resumes or ends: one order of the two.

`ROUNDS=200` runs each race in full.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from random import Random
from typing import TypeVar

from conversations.models import Conversation, Deletion, Message
from streaming import actions as answers
from streaming.models import Generation, JournalEntry
from streaming.runs.refusals import Refused
from streaming.trash import actions
from tests.support.at_once import at_once
from tests.support.isolation.rounds import rounds
from tests.support.living import Answering, Living

T = TypeVar("T")

TEXTS = [f"word {number} " for number in range(6)]


def late(seconds: float, work: Callable[[], T]) -> T:
    time.sleep(seconds)
    return work()


def delete(living: Living, message: Message, whole: bool) -> Deletion:
    key = uuid.uuid4()
    if whole:
        return actions.delete_conversation(living.owner, key, message.conversation)
    asked = message.parent
    assert asked is not None
    return actions.delete_branch(living.owner, key, asked)


def whole_and_branch(number: int) -> bool:
    return number % 2 == 0


async def expects_rest(living: Living) -> None:
    """Nothing runs, no entry is left, and what is in sight follows nothing that is not."""
    assert not await living.do(Generation.objects.running().exists)
    assert not await living.do(JournalEntry.objects.exists)
    orphans = Message.objects.filter(parent__deletion__isnull=False)
    assert not await living.do(orphans.exists)
    leaf = Conversation.everything.filter(leaf__deletion__isnull=False)
    assert not await living.do(leaf.exists)


async def test_r5_deleting_while_an_answer_is_written_keeps_what_was_written(
    living: Living,
) -> None:
    """All that upstream said before the hang-up is a prefix of what it meant to say."""
    moments = Random(15)
    for number in range(rounds(20)):
        answer = await living.answering()
        message = (await living.run(answer.pk)).message
        talking = asyncio.create_task(talk(answer))
        await asyncio.sleep(moments.uniform(0, 0.03))
        deletion = await living.do(partial(delete, living, message, whole_and_branch(number)))
        await asyncio.wait([talking])
        with suppress(ConnectionError):  # it was seen while something was said
            await answer.talk.hung_up()
        shown = (await living.run(answer.pk)).message.text
        assert "".join(TEXTS).startswith(shown)
        assert (await living.run(answer.pk)).status == "cancelled"
        await expects_rest(living)
        assert await living.do(partial(actions.restore, deletion))
        kept = await living.message(message.pk)
        assert (kept.text, kept.deletion_id) == (shown, None)
        assert (await living.run(answer.pk)).conversation.leaf_id == message.pk


async def talk(answer: Answering) -> None:
    with suppress(ConnectionError):  # hung up on
        for text in TEXTS:
            await answer.talk.say(text)
            await asyncio.sleep(0.005)


async def test_r4_deleting_while_an_answer_ends_leaves_one_end(living: Living) -> None:
    moments = Random(16)
    for number in range(rounds(20)):
        answer = await living.answering()
        await answer.says("All of it.")
        message = (await living.run(answer.pk)).message
        wait = moments.uniform(0, 0.02)
        deleting = asyncio.create_task(
            living.do(
                partial(late, wait, partial(delete, living, message, whole_and_branch(number)))
            )
        )
        await asyncio.sleep(moments.uniform(0, 0.02))
        with suppress(ConnectionError):  # hung up on
            await answer.talk.finish()
        deletion = await deleting
        generation = await living.run(answer.pk)
        assert generation.status in ("finished", "cancelled")
        assert generation.message.text == "All of it."
        await expects_rest(living)
        assert await living.do(partial(actions.restore, deletion))


async def test_r10_deleting_and_sending_leave_nothing_running_in_the_trash(
    living: Living,
) -> None:
    """The prompt is refused, or goes to the trash together with the rest, or is next to it."""
    moments = Random(17)
    for number in range(rounds(20)):
        first = await answered(living, f"Round {number}")
        whole = whole_and_branch(number)
        ways: list[Callable[[], object]] = [
            partial(late, moments.uniform(0, 0.005), partial(delete, living, first.message, whole)),
            partial(late, moments.uniform(0, 0.005), partial(again, living, first)),
        ]
        deleted, sent = await at_once(*ways)
        assert isinstance(deleted, Deletion)
        if isinstance(sent, Generation):
            run = await living.run(sent.pk)
            in_sight = await living.do(Message.objects.visible().filter(pk=run.message_id).exists)
            if in_sight:
                await living.do(partial(stop, run))
            await living.until_ended(run.pk)
        else:
            assert isinstance(sent, Refused)
        await expects_rest(living)
        assert await living.do(partial(actions.restore, deleted))


async def answered(living: Living, prompt: str) -> Generation:
    """Other requests for the upstream, of answers that were stopped, may be older."""
    run = await living.send(prompt)
    answer = Answering(living, run.pk, await living.puppet.talk(prompt))
    await answer.says("Yes.")
    return await answer.finishes()


def stop(run: Generation) -> None:
    answers.stop(run).result(5)


def again(living: Living, first: Generation) -> Generation:
    return answers.regenerate(living.owner, uuid.uuid4(), first.message)


async def test_r8_two_tabs_that_delete_the_same_delete_it_once(living: Living) -> None:
    for number in range(rounds(20)):
        first = await living.ended("Yes.")
        way = partial(delete, living, first.message, whole_and_branch(number))
        one, other = await at_once(way, way)
        assert one == other
        both = await at_once(*[partial(actions.restore, one)] * 2)
        assert sorted(map(str, both)) == ["False", "True"]
