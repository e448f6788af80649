"""Deleting where an answer is written: it is stopped truly, and its text comes back."""

from __future__ import annotations

import uuid
from functools import partial

import pytest

from conversations.models import Conversation, Deletion, Message
from streaming import actions as answers
from streaming.cluster.bus import Topic
from streaming.models import Generation, JournalEntry
from streaming.runs.refusals import Refused
from streaming.trash import actions
from tests.support.living import Answering, Living, hearing
from tests.support.rows import left_behind


async def deleted(living: Living, answer: Answering, what: str) -> Deletion:
    """The conversation, its prompt or the answer, deleted while it is written."""
    message = (await living.run(answer.pk)).message
    return await living.do(partial(delete, living, message, what))


def delete(living: Living, message: Message, what: str) -> Deletion:
    key = uuid.uuid4()
    if what == "conversation":
        return actions.delete_conversation(living.owner, key, message.conversation)
    target = message if what == "answer" else message.parent
    assert target is not None
    return actions.delete_branch(living.owner, key, target)


@pytest.mark.parametrize("what", ["conversation", "prompt", "answer"])
async def test_r5_a_running_answer_in_it_is_stopped_and_its_text_is_kept(
    living: Living, what: str
) -> None:
    answer = await living.answering()
    await answer.says("So ", "far")
    deletion = await deleted(living, answer, what)
    await answer.talk.hung_up()
    generation = await living.run(answer.pk)
    assert generation.status == "cancelled"
    assert generation.stop_requested_at and generation.upstream_closed_at
    assert not await living.do(JournalEntry.objects.exists)
    assert not await living.do(Message.objects.visible().filter(role="assistant").exists)
    assert await living.do(partial(actions.restore, deletion))
    thread = await living.do(Conversation.objects.get)
    assert (await living.message(thread.leaf_id or 0)).text == "So far"


async def test_an_answer_before_its_first_word_is_stopped_too(living: Living) -> None:
    answer = await living.answering()
    await deleted(living, answer, "prompt")
    await answer.talk.hung_up()
    assert (await living.run(answer.pk)).status == "cancelled"


async def test_an_answer_that_is_not_deleted_is_written_on(living: Living) -> None:
    first = await living.ended("One.")
    again = await living.again(first.message_id, answers.regenerate)
    await again.says("Another")
    await living.do(partial(delete, living, await living.message(first.message_id), "answer"))
    await again.says(" one.")
    assert (await again.finishes()).message.text == "Another one."


async def test_in_the_trash_nothing_begins(living: Living) -> None:
    generation = await living.ended("Yes.")
    await living.do(partial(delete, living, generation.message, "conversation"))
    for way in (answers.regenerate, answers.resume, answers.retry):
        with pytest.raises(Refused):
            await living.do(partial(way, living.owner, uuid.uuid4(), generation.message))
    with pytest.raises(Refused):
        await living.send("More?", generation.conversation)
    assert await living.do(Generation.objects.count) == 1


async def test_what_was_deleted_since_a_page_offered_it_is_not_shown(living: Living) -> None:
    """Else what is asked next would follow it into the trash."""
    first = await living.ended("One.")
    second = await living.ended("Two.", conversation=first.conversation)
    offered = await living.message(second.message_id)
    asked = await living.message(offered.parent_id or 0)
    await living.do(partial(delete, living, asked, "answer"))
    with pytest.raises(Refused):
        await living.do(partial(answers.show, living.owner, uuid.uuid4(), offered))
    thread = await living.do(Conversation.objects.get)
    assert thread.leaf_id == first.message_id


async def test_what_a_dead_process_wrote_is_not_resumed_in_the_trash(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "STOP_SECONDS", 0.1)
    generation = await living.do(partial(left_behind, living.owner))
    await living.do(partial(delete, living, generation.message, "answer"))
    deletion = await living.do(Deletion.objects.get)
    await living.do(partial(actions.restore, deletion))
    kept = await living.message(generation.message_id)
    assert (await living.run(generation.pk)).stop_requested_at
    assert kept.deletion_id is None


async def test_the_same_request_again_gives_the_first_result(living: Living) -> None:
    generation = await living.ended("Yes.")
    key = uuid.uuid4()
    ways = (
        partial(actions.delete_conversation, living.owner, key, generation.conversation),
        partial(actions.delete_branch, living.owner, uuid.uuid4(), generation.message),
    )
    for way in ways:
        first = await living.do(way)
        assert await living.do(way) == first
        await living.do(partial(actions.restore, first))
        again = await living.do(way)
        assert again == first
        assert again.restored_at is not None
        assert await living.do(Message.objects.visible().count) == 2
    assert await living.do(Deletion.objects.count) == 2


async def test_one_key_for_two_things_deletes_both(living: Living) -> None:
    key = uuid.uuid4()
    for _ in range(2):
        generation = await living.ended("Yes.")
        await living.do(
            partial(actions.delete_conversation, living.owner, key, generation.conversation)
        )
    assert await living.do(Deletion.objects.count) == 2
    assert not await living.do(Conversation.objects.exists)


async def test_pages_and_lists_hear_of_both_ways(living: Living) -> None:
    generation = await living.ended("Yes.")
    thread, bus = generation.conversation, living.site.bus
    deletion = await living.do(partial(delete, living, generation.message, "prompt"))
    for way in (
        partial(actions.restore, deletion),
        partial(delete, living, generation.message, "conversation"),
    ):
        subjects = (Topic.THREAD.of(thread.pk), Topic.LIST.of(living.owner.pk))
        with hearing(bus, subjects[0]) as page, hearing(bus, subjects[1]) as listed:
            await living.do(way)
            await page.wait()
            await listed.wait()
