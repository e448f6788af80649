"""Lines that nobody moves any more: sent or held by whoever looks next."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.contrib.auth.models import User

from streaming import lifecycle
from streaming.cluster import reaper
from streaming.models import Generation, QueuedPrompt
from streaming.queue import recovery, sending
from streaming.trash import actions as trash
from tests.streaming.queue.queueing import Line, line_behind
from tests.streaming.queue.test_races import NEXT, left_in_line
from tests.support.living import Living
from tests.support.rows import left_behind


async def left(living: Living) -> Line:
    """An answer that has ended, and a prompt that its process did not send."""
    line = await line_behind(living)
    await line.answer.finishes()
    await living.do(partial(left_in_line, line))
    return line


async def test_what_a_process_left_in_line_is_sent_by_the_next_who_looks(living: Living) -> None:
    line = await left(living)
    assert await living.do(recovery.stalled) == [line.conversation.pk]
    await living.do(recovery.advance_all)
    answer = await line.answers(NEXT)
    assert await living.do(recovery.stalled) == []
    await answer.finishes()
    assert await living.do(Generation.objects.count) == 2


async def test_a_process_looks_when_it_starts(living: Living) -> None:
    await lifecycle.stop()
    generation = await living.do(partial(left_behind, living.owner))

    def leave() -> None:
        QueuedPrompt.objects.create(
            conversation=generation.conversation, key=uuid.uuid4(), place=0, text=NEXT
        )
        reaper.reap()

    await living.do(leave)
    await lifecycle.ensure_started()
    await living.do(recovery.advance_all)
    held = await living.do(lambda: QueuedPrompt.objects.get().held)
    assert held == "interrupted"


async def test_what_an_interruption_held_waits_again_once_the_answer_goes_on(
    living: Living,
) -> None:
    line = await line_behind(living, "Two?")
    await living.do(lambda: QueuedPrompt.objects.update(held="interrupted"))
    await living.do(lambda: recovery.release(line.conversation.pk))
    assert await line.rows() == [("Two?", "")]
    await line.answer.finishes()
    await (await line.answers("Two?")).finishes()


async def test_nothing_is_sent_for_who_may_not_sign_in(living: Living) -> None:
    await left(living)
    await living.do(lambda: User.objects.update(is_active=False))
    assert await living.do(recovery.stalled) == []
    await living.do(recovery.advance_all)
    assert await living.do(Generation.objects.count) == 1


async def test_a_line_in_the_trash_sends_nothing_and_comes_back_held(living: Living) -> None:
    line = await line_behind(living, "Two?")
    delete = partial(trash.delete_conversation, living.owner, uuid.uuid4(), line.conversation)
    deletion = await living.do(delete)
    await line.answer.ended()
    await living.do(recovery.advance_all)
    assert await line.rows() == [("Two?", "deleted")]
    await living.do(partial(trash.restore, deletion))
    await living.do(recovery.advance_all)
    assert await line.rows() == [("Two?", "deleted")]
    assert await living.do(Generation.objects.count) == 1


async def test_an_answer_that_ends_with_nothing_in_line_asks_one_question_more(
    living: Living, django_assert_num_queries: Any
) -> None:
    generation = await living.ended("One.")

    def look() -> None:
        with django_assert_num_queries(1):
            sending.advance(generation.conversation_id)

    await living.do(look)
