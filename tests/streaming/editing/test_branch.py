"""A branch as a conversation of its own, which shares nothing but text."""

from __future__ import annotations

import uuid
from functools import partial

import pytest
from django.db import DatabaseError
from django.http import Http404

from conversations import branches
from conversations.branching import copying
from conversations.models import Conversation, Message
from conversations.trash import moving, purging
from streaming import actions as work
from streaming.editing import actions
from streaming.models import Generation
from tests.support.at_once import at_once
from tests.support.living import TELLER, Living
from tests.support.rows import long_conversation
from tests.support.tabs import Tab, place_of


async def branched(living: Living, message_id: int, key: uuid.UUID | None = None) -> Conversation:
    message = await living.message(message_id)
    act = partial(actions.branch, living.owner, key or uuid.uuid4(), message)
    return await living.do(act)


async def texts(living: Living, conversation: Conversation) -> list[str]:
    now = await living.do(lambda: Conversation.objects.get(pk=conversation.pk))
    return [turn.text for turn in await living.do(lambda: branches.history(now.leaf_id))]


async def test_a_branch_has_the_text_down_to_the_message_and_no_more(living: Living) -> None:
    first = await living.ended("One.", prompt="First")
    await living.ended("Two.", conversation=first.conversation, prompt="Second")
    copied = await branched(living, first.message_id)
    assert await texts(living, copied) == ["First", "One."]
    assert copied.title == "Branch of First"
    own = await living.do(lambda: list(copied.messages.values_list("pk", flat=True)))
    assert not set(own) & {first.message_id, first.message.parent_id}
    assert not await living.do(Generation.objects.filter(conversation=copied).exists)


async def test_what_happens_to_one_does_not_happen_to_the_other(living: Living) -> None:
    first = await living.ended("One.", prompt="First")
    copied = await branched(living, first.message_id)
    answer = await living.answering("Second", copied)
    assert [text for _, text in answer.talk.turns] == ["First", "One.", "Second"]
    await answer.finishes()
    await living.do(lambda: Conversation.objects.get(pk=first.conversation_id).delete())
    assert (await texts(living, copied))[:3] == ["First", "One.", "Second"]


async def test_an_answer_that_is_written_is_copied_as_far_as_it_is(living: Living) -> None:
    answer = await living.answering("First")
    await answer.says("So far")
    run = await living.run(answer.pk)
    copied = await branched(living, run.message_id)
    await answer.says(", and more.")
    await answer.finishes()
    assert await texts(living, copied) == ["First", "So far"]


async def test_a_copied_answer_can_be_written_anew(living: Living) -> None:
    first = await living.ended("One.", prompt="First")
    copied = await branched(living, first.message_id)
    leaf = await living.do(lambda: Conversation.objects.get(pk=copied.pk).leaf_id)
    again = await living.again(leaf or 0, work.regenerate)
    assert (again.talk.turns, again.talk.asked["model"]) == ([("user", "First")], TELLER)
    await again.finishes()


async def test_r8_one_key_makes_one_branch_also_at_once(living: Living) -> None:
    first = await living.ended("One.", prompt="First")
    key, message = uuid.uuid4(), await living.message(first.message_id)
    act = partial(actions.branch, living.owner, key, message)
    made = await at_once(act, act)
    assert made[0] == made[1] == await branched(living, first.message_id, key)
    assert await living.do(Conversation.objects.count) == 2
    assert await living.do(Message.objects.count) == 4


async def test_r8_a_branch_that_was_cut_off_is_completed_by_the_same_request(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "AT_ONCE", 3)
    source = await living.do(partial(long_conversation, living.owner, 10))
    key, pieces = uuid.uuid4(), iter([True, True, False])
    whole = copying._copy_some

    def cut_off(*said: object) -> bool:
        if not next(pieces):
            raise DatabaseError
        return whole(*said)  # type: ignore[arg-type]

    leaf = source.leaf_id or 0
    with monkeypatch.context() as cut, pytest.raises(DatabaseError):
        cut.setattr(copying, "_copy_some", cut_off)
        await branched(living, leaf, key)
    copied = await branched(living, leaf, key)
    assert await texts(living, copied) == await texts(living, source)
    assert await living.do(Message.objects.filter(conversation=copied).count) == 10


async def test_a_branch_can_be_found_by_its_words(living: Living) -> None:
    first = await living.ended("An owl.", prompt="First")
    copied = await branched(living, first.message_id)
    indexed = await living.do(lambda: set(copied.search_entries.values_list("key", flat=True)))
    leaf = await living.do(lambda: Conversation.objects.get(pk=copied.pk).leaf_id)
    assert len(indexed) == 3
    assert any(str(leaf) in key for key in indexed)


async def test_the_form_leads_to_the_branch(living: Living, tab: Tab) -> None:
    first = await living.ended("One.", prompt="First")
    key = str(uuid.uuid4())
    replies = [await tab.post(f"/m/{first.message_id}/branch/", key=key) for _ in range(2)]
    assert {reply.status_code for reply in replies} == {303}
    assert len({place_of(reply) for reply in replies}) == 1
    page = await tab.page(place_of(replies[0]))
    assert [each.text().strip() for each in page.all("data-answer")] == ["One."]
    reply = await tab.post(f"/m/{first.message_id}/branch/", htmx=True)
    assert reply["HX-Redirect"].startswith("/c/")
    assert (await tab.post(f"/m/{first.message_id}/branch/", key="7")).status_code == 409


@pytest.mark.parametrize("for_good", [False, True], ids=["to the trash", "for good"])
async def test_of_what_is_deleted_while_it_is_copied_no_half_copy_is_left(
    living: Living, monkeypatch: pytest.MonkeyPatch, for_good: bool
) -> None:
    monkeypatch.setattr(copying, "AT_ONCE", 3)
    source = await living.do(partial(long_conversation, living.owner, 10))
    some, pieces = copying._copy_some, iter(range(10))

    def delete_after_the_first(*said: object) -> bool:
        if next(pieces) == 1:
            deletion = moving.trash_conversation(source, uuid.uuid4())
            while for_good and (purging.doom(deletion) or purging.purge_some(deletion.pk)):
                pass
        return some(*said)  # type: ignore[arg-type]

    monkeypatch.setattr(copying, "_copy_some", delete_after_the_first)
    if for_good:
        with pytest.raises(Http404):
            await branched(living, source.leaf_id or 0)
        assert not await living.do(Conversation.everything.exists)
    else:
        copied = await branched(living, source.leaf_id or 0)
        assert len(await texts(living, copied)) == 10


async def test_an_answer_that_ended_since_it_was_looked_up_is_copied_whole(
    living: Living,
) -> None:
    answer = await living.answering("First")
    run = await living.run(answer.pk)
    message = await living.message(run.message_id)  # as it was: empty
    await answer.says("All of it.")
    await answer.finishes()
    act = partial(actions.branch, living.owner, uuid.uuid4(), message)
    assert await texts(living, await living.do(act)) == ["First", "All of it."]
