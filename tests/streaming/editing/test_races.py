"""Edits against a running answer, its end and each other: nothing is lost, nothing sent twice."""

from __future__ import annotations

import asyncio
import threading
import uuid
from functools import partial

from django.db import connection, transaction

from conversations import branches
from conversations.models import Conversation, Message
from streaming import actions as work
from streaming.catalog.model_menu import ModelChoice
from streaming.editing import actions, answers
from streaming.journal import store
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation
from streaming.runs.refusals import Refused, StillWriting
from tests.support.at_once import at_once
from tests.support.isolation.rounds import rounds
from tests.support.living import TELLER, Answering, Living

CHOICE = ModelChoice("puppet", TELLER)
ROUNDS = 20


async def prompt_of(living: Living, run: Generation) -> Message:
    message = await living.message(run.message_id)
    return await living.message(message.parent_id or 0)


def prompts_of(run: Generation) -> list[str]:
    asked = Message.objects.filter(conversation=run.conversation_id, role=Message.Role.USER)
    return [prompt.text for prompt in asked.order_by("pk")]


async def end(living: Living, begun: Generation) -> None:
    await Answering(living, begun.pk, await living.puppet.talk()).finishes()


async def running(living: Living) -> list[int]:
    return await living.do(lambda: list(Generation.objects.running().values_list("pk", flat=True)))


async def test_a_prompt_edited_as_its_answer_ends_is_asked_once_or_refused(
    living: Living,
) -> None:
    """And the answer is whole, whoever is first."""
    for number in range(rounds(ROUNDS)):
        answer = await living.answering(f"Prompt {number}")
        await answer.says("Half, ")
        run = await living.run(answer.pk)
        prompt, key = await prompt_of(living, run), uuid.uuid4()
        edit = partial(actions.edit_prompt, living.owner, key, prompt, "Edited", CHOICE)
        await answer.talk.say("whole.")
        await answer.talk.finish()
        outcomes = await at_once(edit, edit)
        assert (await living.until_ended(run.pk)).message.text == "Half, whole."
        begun = {outcome for outcome in outcomes if isinstance(outcome, Generation)}
        assert all(isinstance(each, (Generation, StillWriting)) for each in outcomes)
        assert len(begun) <= 1
        for each in begun or {await living.do(edit)}:
            await end(living, each)
            assert await living.do(edit) == each
        prompts = await living.do(partial(prompts_of, run))
        assert prompts == [f"Prompt {number}", "Edited"]
    assert len(living.puppet.talks) == 2 * rounds(ROUNDS)


async def test_an_answer_edited_as_it_ends_is_whole_or_edited_and_can_be_undone(
    living: Living,
) -> None:
    for _ in range(rounds(ROUNDS)):
        answer = await living.answering()
        await answer.says("Half, ")
        run = await living.run(answer.pk)
        message = await living.message(run.message_id)
        await answer.talk.say("whole.")
        await answer.talk.finish()
        [outcome] = await at_once(
            partial(answers.edit_answer, living.owner, uuid.uuid4(), message, "Edited", run.pk)
        )
        assert (await living.until_ended(run.pk)).status == "finished"
        if isinstance(outcome, Generation):
            assert (await living.message(run.message_id)).text == "Edited"
            await living.do(partial(answers.undo_edit, await living.run(outcome.pk)))
        else:
            assert isinstance(outcome, Refused)
        assert (await living.message(run.message_id)).text == "Half, whole."


async def test_of_two_edits_of_one_answer_at_once_one_is_refused(living: Living) -> None:
    for _ in range(rounds(ROUNDS)):
        run = await living.ended("One.")
        message = await living.message(run.message_id)
        outcomes = await at_once(
            *(
                partial(answers.edit_answer, living.owner, uuid.uuid4(), message, text, run.pk)
                for text in ("Two.", "Three.")
            )
        )
        assert sorted(type(each).__name__ for each in outcomes) == ["Generation", "Refused"]
        [edit] = [each for each in outcomes if isinstance(each, Generation)]
        await living.do(partial(answers.undo_edit, await living.run(edit.pk)))
        assert (await living.message(run.message_id)).text == "One."


async def test_of_an_edit_and_a_send_at_once_one_begins_and_the_other_is_refused(
    living: Living,
) -> None:
    for _ in range(rounds(ROUNDS)):
        run = await living.ended("One.")
        prompt, thread = await prompt_of(living, run), run.conversation
        outcomes = await at_once(
            partial(actions.edit_prompt, living.owner, uuid.uuid4(), prompt, "Edited", CHOICE),
            partial(work.send, living.owner, uuid.uuid4(), thread, "Next", CHOICE),
        )
        assert sorted(type(each).__name__ for each in outcomes) == ["Generation", "StillWriting"]
        [begun] = [each for each in outcomes if isinstance(each, Generation)]
        await end(living, begun)
        shown = await living.do(partial(Conversation.objects.get, pk=thread.pk))
        assert shown.leaf_id == begun.message_id
        turns = await living.do(partial(branches.history, shown.leaf_id))
        assert [turn.text for turn in turns] in (["Edited", ""], ["Hello", "One.", "Next", ""])
    assert await running(living) == []


async def test_an_answer_does_not_end_while_somebody_holds_it(living: Living) -> None:
    """So its text and the state of its runs belong together, whichever is read first."""
    answer = await living.answering()
    await answer.says("Half.")
    run, ended = await living.run(answer.pk), threading.Event()

    def end_it() -> None:
        try:
            store.close(run.pk, RunFacts(Generation.Status.INTERRUPTED))
            ended.set()
        finally:
            connection.close()

    def look() -> tuple[bool, str, str]:
        with transaction.atomic():
            text = work.as_it_stands(run.message).text
            ending.start()
            went_past = ended.wait(0.2)  # it cannot, however long one waits
            run.refresh_from_db(fields=["status"])
            return went_past, text, run.status

    ending = threading.Thread(target=end_it)
    try:
        assert await living.do(look) == (False, "", "running")
    finally:
        await asyncio.to_thread(ending.join)
    assert (await living.message(run.message_id)).text == "Half."
