"""Marks: where upstream stood when a text was kept, so that the rest can be read from there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from streaming.journal import store
from streaming.journal.entries import mark
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation
from tests.support.rows import keep, running, worker

pytestmark = pytest.mark.django_db

INTERRUPTED = RunFacts(Generation.Status.INTERRUPTED)


def test_the_last_mark_outlives_the_entries_whoever_ends_the_run(owner: User) -> None:
    run = running(owner, worker())
    keep(run, "One ", ("mark", mark("resp_1", 7)), "two", ("mark", "12 resp_1"))
    assert store.close(run.pk, INTERRUPTED)
    run.refresh_from_db()
    assert run.message.text == "One two"
    assert (run.response_id, run.response_cursor) == ("resp_1", 12)


def test_a_run_without_marks_keeps_where_it_was_told_that_upstream_stands(owner: User) -> None:
    run = running(owner, worker(), "One ", response_id="resp_1", response_cursor=7)
    assert store.close(run.pk, INTERRUPTED)
    run.refresh_from_db()
    assert (run.response_id, run.response_cursor) == ("resp_1", 7)


@pytest.mark.parametrize(
    ("response_id", "cursor"), [("", 7), ("r" * 201, 7), ("resp_1", -1), ("resp_1", 2**63)]
)
def test_what_no_column_takes_is_no_mark(response_id: str, cursor: int) -> None:
    assert mark(response_id, cursor) == ""


def test_a_pause_is_over_when_the_run_has_ended(owner: User) -> None:
    run = running(owner, worker())
    until = timezone.now() + timedelta(seconds=12)
    store.record_pause(run.pk, "The provider asks to wait 12 s.", until)
    run.refresh_from_db()
    assert (run.retry_at, run.tries) == (until, 2)
    assert run.error_message == "The provider asks to wait 12 s."
    assert store.close(run.pk, RunFacts(Generation.Status.CANCELLED))
    run.refresh_from_db()
    assert (run.retry_at, run.error_message, run.tries) == (None, "", 2)


def test_what_the_next_request_needs_is_kept_and_not_read_with_every_page(owner: User) -> None:
    generation = running(owner, worker())
    ending = RunFacts(Generation.Status.FINISHED, opaque={"format": "chat", "signature": "x"})
    assert store.close(generation.pk, ending)
    found = Generation.objects.get(pk=generation.pk)
    assert "opaque" in found.get_deferred_fields()
    assert found.opaque == {"format": "chat", "signature": "x"}
