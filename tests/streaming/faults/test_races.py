"""Two who act on one answer in the same moment: one order of the two happened, and no other.

`ROUNDS=200` runs each race in full.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from functools import partial
from random import Random

from conversations.models import Message
from streaming import actions
from streaming.cluster import reaper
from streaming.models import Generation, JournalEntry
from streaming.runs.refusals import Refused
from tests.support.at_once import at_once
from tests.support.isolation.rounds import rounds
from tests.support.living import PREFILLER, Answering, Living
from tests.support.rows import left_behind


def begun(outcomes: list[object]) -> list[Generation]:
    return [one for one in outcomes if isinstance(one, Generation)]


def late(seconds: float, begin_it: Callable[[], Generation]) -> Generation:
    time.sleep(seconds)
    return begin_it()


async def running_runs(living: Living) -> int:
    return await living.do(Generation.objects.filter(status="running").count)


async def test_r7_r10_resume_and_reaper_race_to_one_run_and_one_text(living: Living) -> None:
    """Whoever resumes what a dead process left is told to wait, or continues after all of it."""
    moments = Random(7)
    for _ in range(rounds(10)):
        generation = await living.do(
            partial(left_behind, living.owner, "So far, ", model=PREFILLER)
        )
        message = await living.message(generation.message_id)
        resume = partial(actions.resume, living.owner, uuid.uuid4(), message)
        outcomes = await at_once(reaper.reap, partial(late, moments.uniform(0, 0.01), resume))
        ended = await living.run(generation.pk)
        assert (ended.status, ended.message.text) == ("interrupted", "So far, ")
        [again] = begun(outcomes) or [
            await living.do(partial(actions.resume, living.owner, uuid.uuid4(), message))
        ]
        answer = Answering(living, again.pk, await living.puppet.talk())
        assert await running_runs(living) == 1
        await answer.says("so good.")
        assert (await answer.finishes()).message.text == "So far, so good."
        assert not await living.do(JournalEntry.objects.exists)


async def test_r10_resume_and_undo_from_two_tabs_leave_one_text(living: Living) -> None:
    """Resume continues after what undo left, or undo is refused."""
    for _ in range(rounds(10)):
        message = await stopped_resume(living)
        outcomes = await at_once(
            partial(actions.undo_resume, living.owner, uuid.uuid4(), message),
            partial(actions.resume, living.owner, uuid.uuid4(), message),
        )
        kept = "So far, so good" if isinstance(outcomes[0], Refused) else "So far, "
        [again] = begun(outcomes)
        answer = Answering(living, again.pk, await living.puppet.talk())
        assert (await living.snapshot(again.pk)).text == kept
        await answer.says(", and on.")
        generation = await answer.finishes()
        assert (generation.message.text, generation.start_offset) == (f"{kept}, and on.", len(kept))


async def test_r10_regenerate_and_undo_from_two_tabs_keep_both_answers(living: Living) -> None:
    for _ in range(rounds(10)):
        message = await stopped_resume(living)
        outcomes = await at_once(
            partial(actions.undo_resume, living.owner, uuid.uuid4(), message),
            partial(actions.regenerate, living.owner, uuid.uuid4(), message),
        )
        [again] = begun(outcomes)
        answer = Answering(living, again.pk, await living.puppet.talk())
        await answer.says("Another.")
        generation = await answer.finishes()
        assert (outcomes[0], generation.message.text) == (None, "Another.")
        assert (await living.message(message.pk)).text == "So far, "
        assert generation.conversation.leaf_id == generation.message_id != message.pk


async def test_r10_of_two_tabs_that_regenerate_one_is_refused(living: Living) -> None:
    for _ in range(rounds(10)):
        first = await living.ended("One answer.")
        ways = [
            partial(actions.regenerate, living.owner, uuid.uuid4(), first.message) for _ in range(2)
        ]
        outcomes = await at_once(*ways)
        assert sorted(type(one).__name__ for one in outcomes) == ["Generation", "StillWriting"]
        [again] = begun(outcomes)
        await Answering(living, again.pk, await living.puppet.talk()).finishes()
        assert await living.do(first.conversation.messages.count) == 3


async def stopped_resume(living: Living) -> Message:
    """An answer that was stopped, resumed, and stopped again."""
    answer = await living.answering(model=PREFILLER)
    await answer.says("So far, ")
    generation = await answer.stops()
    again = await living.resuming(generation.message_id)
    await again.says("so good")
    await again.stops()
    return await living.message(generation.message_id)
