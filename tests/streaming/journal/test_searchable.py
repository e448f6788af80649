"""An answer is found by its text, its model and how it ended, from the moment it ended."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth.models import User

from conversations.search import matching
from conversations.search.conditions import Scope
from conversations.search.query import parse
from streaming import actions
from streaming.journal import searchable, store
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation
from tests.support.living import PREFILLER, Living
from tests.support.rows import go_on, keep, running, worker

Status = Generation.Status


def found(owner: User, text: str) -> list[int | None]:
    matches = matching.newest(parse(text), Scope(owner.pk, titles=False), 10)
    return [match.message_id for match in matches]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "word"),
    [
        (Status.CANCELLED, "stopped"),
        (Status.INTERRUPTED, "interrupted"),
        (Status.FAILED, "failed"),
    ],
)
def test_the_text_of_an_answer_that_was_cut_is_found(
    owner: User, status: Generation.Status, word: str
) -> None:
    generation = running(owner, worker(), model="acme/claude-sonnet-4.5")
    keep(generation, "A slow ", "drain")
    assert found(owner, "drain") == []
    store.close(generation.pk, RunFacts(status))
    for query in ("drain", f"is:{word}", f"drain is:{word} model:sonnet", "model:Acme/Claude"):
        assert found(owner, query) == [generation.message_id]
    others = {"stopped", "interrupted", "failed"} - {word}
    for query in (*(f"is:{other}" for other in others), "drain model:gpt", "drain has:code"):
        assert found(owner, query) == []


@pytest.mark.django_db
def test_the_end_of_the_last_run_is_what_counts(owner: User) -> None:
    generation = running(owner, worker())
    keep(generation, "A slow ")
    store.close(generation.pk, RunFacts(Status.INTERRUPTED))
    generation.refresh_from_db()
    following = go_on(generation)
    keep(following, "```drain```")
    store.close(following.pk, RunFacts(Status.FINISHED, finish_reason="stop"))
    assert found(owner, '"slow drain" has:code') == [generation.message_id]
    assert found(owner, "is:interrupted") == []
    assert searchable.endings([generation.message_id])[generation.message_id].state == ""


async def test_what_was_undone_is_not_found(living: Living) -> None:
    first = await living.answering(model=PREFILLER)
    await first.says("Kept. ")
    generation = await first.stops()
    resumed = await living.resuming(generation.message_id)
    await resumed.says("unheard-of")
    await resumed.finishes()
    message = await living.message(generation.message_id)
    assert await living.do(lambda: found(living.owner, "unheard")) == [message.pk]
    await living.do(lambda: actions.undo_resume(living.owner, uuid.uuid4(), message))
    assert await living.do(lambda: found(living.owner, "unheard")) == []
    assert await living.do(lambda: found(living.owner, "kept is:stopped")) == [message.pk]
