"""Prompts put in line against the end of the answer: nothing is lost, nothing is sent twice.

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
from typing import Any

from conversations.models import Message
from streaming import actions
from streaming.catalog.model_menu import ModelChoice
from streaming.models import Generation, QueuedPrompt
from streaming.queue import recovery, sending
from tests.streaming.queue.queueing import Line, line_behind
from tests.support.at_once import at_once
from tests.support.isolation.rounds import rounds
from tests.support.living import TELLER, Living

NEXT = "What follows?"
CHOICE = ModelChoice("puppet", TELLER)


def late(seconds: float, work: Callable[[], Any]) -> Any:
    time.sleep(seconds)
    return work()


def asking(line: Line, key: uuid.UUID) -> Callable[[], Any]:
    return partial(sending.send, line.living.owner, key, line.conversation, NEXT, CHOICE)


async def settled(line: Line) -> None:
    """Returns once the prompt has been sent, and answered, or is held; and that once."""

    def places() -> tuple[int, int, int]:
        """Looked for in the order in which a prompt moves, so that none is missed on its way."""
        rows = QueuedPrompt.objects.filter(conversation=line.conversation)
        waiting, held = rows.filter(held="").count(), rows.exclude(held="").count()
        return (
            Message.objects.filter(conversation=line.conversation, text=NEXT).count(),
            held,
            waiting,
        )

    async with asyncio.timeout(10):
        while (found := await line.living.do(places))[2]:  # noqa: ASYNC110 (a look at rows that others move)
            await asyncio.sleep(0.002)
    assert found in ((1, 0, 0), (0, 1, 0)), found
    if found[0]:
        answer = await line.answers(NEXT)
        await answer.finishes()
    assert await line.living.do(Generation.objects.running().count) == 0
    assert (await line.living.do(places))[0] == found[0]


async def test_r8_the_same_prompt_twice_against_the_finish_is_sent_once(living: Living) -> None:
    moments = Random(31)
    for _ in range(rounds(20)):
        line, key = await line_behind(living), uuid.uuid4()
        finishing = asyncio.create_task(line.answer.finishes())
        first, second = moments.uniform(0, 0.02), moments.uniform(0, 0.02)
        ask = asking(line, key)
        outcomes = await at_once(partial(late, first, ask), partial(late, second, ask))
        await finishing
        await settled(line)
        assert all(isinstance(one, Generation | QueuedPrompt) for one in outcomes)
        assert (await line.said())[:2] == ["Hello", "One."]


async def test_a_prompt_against_a_stop_is_sent_or_held(living: Living) -> None:
    moments = Random(32)
    for _ in range(rounds(20)):
        line = await line_behind(living)
        generation = await living.run(line.answer.pk)
        stop = partial(late, moments.uniform(0, 0.02), partial(actions.stop, generation))
        put = partial(late, moments.uniform(0, 0.02), asking(line, uuid.uuid4()))
        await at_once(stop, put)
        assert (await line.answer.ended()).message.text == "One."
        await settled(line)


async def test_stop_and_send_against_the_finish_sends_once(living: Living) -> None:
    moments = Random(33)
    for _ in range(rounds(20)):
        line = await line_behind(living, NEXT)
        prompt = await living.do(line.conversation.queued_prompts.get)
        send = partial(
            sending.send_now, living.owner, line.conversation, prompt.key, line.answer.pk
        )
        presses = [partial(late, moments.uniform(0, 0.02), send) for _ in range(2)]
        finish = finishing(line, moments.uniform(0, 0.02))
        outcomes, _ = await asyncio.gather(at_once(*presses), finish)
        assert outcomes == [None, None]
        await settled(line)


async def test_of_several_processes_that_look_one_sends(living: Living) -> None:
    """Each has lost the process that was to send, and finds the prompt."""
    for _ in range(rounds(20)):
        line = await line_behind(living)
        await line.answer.finishes()
        await living.do(partial(left_in_line, line))
        advance = partial(sending.advance, line.conversation.pk)
        await at_once(advance, recovery.advance_all, advance)
        await settled(line)


async def finishing(line: Line, seconds: float) -> None:
    """Upstream ends the answer at that moment, unless it was stopped before."""
    await asyncio.sleep(seconds)  # any moment is what is tested
    with suppress(ConnectionError):
        await line.answer.talk.finish()


def left_in_line(line: Line) -> None:
    """What a process leaves that dies between the end of an answer and what follows."""
    QueuedPrompt.objects.create(
        conversation=line.conversation,
        key=uuid.uuid4(),
        place=0,
        text=NEXT,
        provider="puppet",
        model=TELLER,
    )
