"""A long conversation: all of it is asked, and whoever begins an answer does not read it."""

from __future__ import annotations

import pytest
from django.db.models import Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat

from conversations import branches
from conversations.branches import PlainMessage
from conversations.models import Conversation
from streaming.runs import job
from tests.support.living import Living
from tests.support.rows import long_conversation

SIZE = job.AT_ONCE + 100


@pytest.fixture
async def long(living: Living) -> Conversation:
    """Each of its turns says another thing."""

    def make() -> Conversation:
        conversation = long_conversation(living.owner, SIZE)
        number = Cast("pk", CharField())
        conversation.messages.update(text=Concat(Value("Turn "), number))
        return conversation

    return await living.do(make)


async def texts(living: Living, conversation: Conversation) -> list[str]:
    rows = conversation.messages.order_by("pk").values_list("text", flat=True)
    return await living.do(lambda: list(rows))


async def test_every_turn_is_asked_and_the_transaction_reads_few(
    living: Living, long: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await texts(living, long)
    numbers: list[int] = []

    def counted(leaf_id: int | None, most: int = branches.ENDLESS) -> list[PlainMessage]:
        turns = plain(leaf_id, most)
        numbers.append(len(turns))
        return turns

    plain = branches.history
    monkeypatch.setattr(branches, "history", counted)
    answer = await living.answering("And now?", conversation=long)
    assert [text for _, text in answer.talk.turns] == [*before, "And now?"]
    assert numbers == [job.AT_ONCE + 1, SIZE + 1]
    await answer.finishes()


async def test_a_resume_asks_all_of_them_before_the_text_that_it_continues(
    living: Living, long: Conversation
) -> None:
    answer = await living.answering("And now?", conversation=long)
    await answer.says("Half an ans")
    stopped = await answer.stops()
    before = await texts(living, long)
    assert (stopped.input_tokens or 0) > SIZE  # estimated of all that was asked
    resuming = await living.resuming(stopped.message_id)
    assert [text for _, text in resuming.talk.turns][: SIZE + 2] == before
    await resuming.finishes()
