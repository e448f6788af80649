"""R3: an answer that ends while a page is being read is shown whole, never ended and cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from conversations import branches
from streaming.journal import store
from streaming.journal.run_facts import RunFacts
from streaming.live.answers import answer_rows, answer_view
from streaming.live.answers.answer_rows import AnswerRows
from streaming.models import Generation
from tests.support.rows import keep, running, worker

pytestmark = pytest.mark.django_db


class EndBefore:
    """Ends a run right before the first query that names its table: between two reads."""

    def __init__(self, run: Generation) -> None:
        self.run = run
        self.done = False

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if not self.done and "streaming_generation" in sql:
            self.done = True
            assert store.close(self.run.pk, RunFacts(Generation.Status.FINISHED))
        return execute(sql, params, many, context)


def leaf_of_thread(run: Generation) -> AnswerRows:
    messages = branches.newest(run.conversation).messages
    return answer_rows.load_all(messages)[messages[-1].pk]


def loaded(run: Generation) -> AnswerRows:
    return answer_rows.load(run.message_id)


@pytest.mark.parametrize("find", [leaf_of_thread, loaded])
def test_the_text_is_as_new_as_the_status(find: Callable[[Generation], AnswerRows]) -> None:
    generation = running(User.objects.create(username="reader"), worker())
    keep(generation, "All of ", "it.")
    generation = Generation.objects.select_related("conversation").get(pk=generation.pk)
    generation.conversation.refresh_from_db()
    ending = EndBefore(generation)
    with connection.execute_wrapper(ending):
        answer = answer_view.answer(find(generation))
    assert ending.done
    assert "All of it." in answer.content.html
    assert not answer.content.empty
