"""The journal: what a run wrote, in order, once; and how it ended, once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.models import Conversation
from streaming.events import CostReported, UsageReported
from streaming.journal import store
from streaming.journal.entries import Claim, Entry, Fenced, written
from streaming.journal.run_facts import RunFacts
from streaming.journal.snapshot import Snapshot
from streaming.models import Generation, JournalEntry, Worker
from tests.support.rows import (
    claim,
    keep,
    running,
    worker,
)

pytestmark = pytest.mark.django_db
threaded = pytest.mark.django_db(transaction=True)

FINISHED = RunFacts(Generation.Status.FINISHED, finish_reason="stop")
CANCELLED = RunFacts(Generation.Status.CANCELLED)


@pytest.fixture
def holder(owner: User) -> Worker:
    return worker()


def test_r2_entries_are_read_behind_a_cursor_in_order(owner: User, holder: Worker) -> None:
    generation = running(owner, holder)
    keep(generation, "one ", "two ")
    keep(generation, ("reasoning", "hm"), "three")
    assert [entry.seq for entry in store.after(generation.pk, 0)] == [1, 2, 3, 4]
    assert store.after(generation.pk, 2) == [Entry(3, "reasoning", "hm"), Entry(4, "text", "three")]
    assert store.after(generation.pk, 4) == []


def test_r2_a_number_is_given_once(owner: User, holder: Worker) -> None:
    generation = running(owner, holder)
    keep(generation, "one")
    with pytest.raises(IntegrityError):
        store.commit_frame(holder.pk, [(claim(generation), [Entry(1, "text", "again")])])
    assert [entry.text for entry in store.after(generation.pk, 0)] == ["one"]


@threaded
def test_a_frame_of_many_runs_is_one_commit_and_three_statements(
    owner: User, holder: Worker
) -> None:
    runs = [running(owner, holder) for _ in range(50)]
    frame = [
        (claim(generation), [Entry(1, "text", f"text {generation.pk}")]) for generation in runs
    ]
    with CaptureQueriesContext(connection) as queries:
        states = store.commit_frame(holder.pk, frame)
    said = [query["sql"].split()[0] for query in queries.captured_queries]
    assert said == ["BEGIN", "INSERT", "SELECT", "COMMIT"]
    assert set(states) == {generation.pk for generation in runs}
    assert all(
        store.after(generation.pk, 0)[0].text == f"text {generation.pk}" for generation in runs
    )


def test_a_frame_larger_than_a_statement_is_kept_whole(owner: User, holder: Worker) -> None:
    generation = running(owner, holder)
    many = [f"{number} " for number in range(store.ROWS_A_STATEMENT * 2 + 1)]
    keep(generation, *many)
    assert written(store.after(generation.pk, 0), "text") == "".join(many)


def test_a_frame_tells_which_runs_were_asked_to_stop(owner: User, holder: Worker) -> None:
    asked, other = running(owner, holder), running(owner, holder)
    Generation.objects.filter(pk=asked.pk).update(stop_requested_at=timezone.now())
    states = store.commit_frame(holder.pk, [(claim(other), [Entry(1, "text", "x")])])
    assert states[asked.pk].stop_requested
    assert not states[other.pk].stop_requested


@threaded
@pytest.mark.parametrize("lost", ["taken", "closed", "deleted", "foreign"])
def test_a_fenced_claim_writes_nothing_of_its_frame(owner: User, holder: Worker, lost: str) -> None:
    mine, gone = running(owner, holder), running(owner, holder)
    right = claim(gone)
    match lost:
        case "taken":
            Generation.objects.filter(pk=gone.pk).update(epoch=2)
        case "closed":
            store.close(gone.pk, CANCELLED)
        case "deleted":
            Conversation.objects.filter(pk=gone.conversation_id).delete()
        case "foreign":
            Generation.objects.filter(pk=gone.pk).update(worker=worker("elsewhere"))
    frame = [(claim(mine), [Entry(1, "text", "a")]), (right, [Entry(1, "text", "b")])]
    with pytest.raises((Fenced, IntegrityError)):
        store.commit_frame(holder.pk, frame)
    assert not JournalEntry.objects.exists()


def test_closing_folds_all_entries_behind_the_kept_text(owner: User, holder: Worker) -> None:
    generation = running(owner, holder, text="Kept. ")
    keep(generation, ("reasoning", "Think. "), "Go", "ne on.", ("reasoning", "Done."))
    assert store.close(generation.pk, FINISHED)
    generation = Generation.objects.select_related("message").get(pk=generation.pk)
    assert generation.message.text == "Kept. Gone on."
    assert generation.message.reasoning == "Think. Done."
    assert (generation.start_offset, generation.end_offset) == (6, 14)
    assert (generation.status, generation.finish_reason) == ("finished", "stop")
    assert generation.ended_at is not None
    assert not JournalEntry.objects.exists()


def test_r4_a_run_ends_once_and_the_first_ending_stands(owner: User, holder: Worker) -> None:
    generation = running(owner, holder)
    keep(generation, "text")
    assert store.close(generation.pk, CANCELLED)
    assert not store.close(generation.pk, FINISHED)
    generation.refresh_from_db()
    assert (generation.status, generation.message.text) == ("cancelled", "text")


@pytest.mark.parametrize("status", ["finished", "failed", "cancelled", "interrupted"])
@pytest.mark.parametrize("then", list(Generation.Status))
def test_r4_no_ending_is_followed_by_another(
    owner: User, holder: Worker, status: str, then: Generation.Status
) -> None:
    generation = running(owner, holder, status=status)
    assert not store.close(generation.pk, RunFacts(then))
    generation.refresh_from_db()
    assert generation.status == status


def test_only_the_claim_of_the_right_epoch_closes(owner: User, holder: Worker) -> None:
    generation = running(owner, holder, epoch=2)
    assert not store.close(generation.pk, FINISHED, epoch=1)
    assert store.close(generation.pk, FINISHED, epoch=2)


def test_closing_fences_whoever_held_the_run(owner: User, holder: Worker) -> None:
    generation = running(owner, holder)
    before = claim(generation)
    store.close(generation.pk, RunFacts(Generation.Status.INTERRUPTED))
    Generation.objects.filter(pk=generation.pk).update(status="running")
    with pytest.raises(Fenced):
        store.commit_frame(holder.pk, [(before, [Entry(1, "text", "late")])])


@threaded
def test_r4_of_many_who_close_at_once_one_does(owner: User, holder: Worker) -> None:
    for _ in range(10):
        run = running(owner, holder)
        keep(run, "all ", "of it")
        start = threading.Barrier(4)

        def close(run: Generation = run, start: threading.Barrier = start) -> bool:
            start.wait()
            try:
                return store.close(run.pk, CANCELLED)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            won = list(pool.map(lambda _: close(), range(4)))
        run.message.refresh_from_db()
        assert sorted(won) == [False, False, False, True]
        assert run.message.text == "all of it"


@threaded
def test_r3_a_snapshot_beside_a_closing_run_never_lacks_or_doubles_text(
    owner: User, holder: Worker
) -> None:
    for _ in range(10):
        run = running(owner, holder, text="Kept. ")
        keep(run, "More ", "of ", "it.")
        seen = snapshots_while(run, lambda run=run: store.close(run.pk, CANCELLED))
        assert {found.text for found in seen} == {"Kept. More of it."}
        assert seen[-1].ended
        assert seen[-1].entries == ()


@threaded
def test_r3_a_snapshot_beside_a_writing_run_is_a_prefix_that_grows(
    owner: User, holder: Worker
) -> None:
    run = running(owner, holder)
    pieces = [f"{number} " for number in range(100)]
    seen = snapshots_while(run, lambda: [keep(run, piece) for piece in pieces])
    for found in seen:
        assert found.text == "".join(pieces[: found.cursor])
        assert [entry.seq for entry in found.entries] == list(range(1, found.cursor + 1))
    assert [found.cursor for found in seen] == sorted(found.cursor for found in seen)
    assert seen[-1].cursor == 100


def snapshots_while(run: Generation, work: object) -> list[Snapshot]:
    """Snapshots taken while another thread works, and one afterwards."""
    assert callable(work)

    def do() -> None:
        try:
            work()
        finally:
            connections.close_all()

    seen = []
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(do)
        while not working.done():
            seen.append(store.snapshot(run.pk))
        working.result()
    seen.append(store.snapshot(run.pk))
    return [found for found in seen if found is not None]


def test_a_snapshot_of_a_run_that_is_gone_is_none(owner: User) -> None:
    assert store.snapshot(1) is None


def test_usage_is_recorded_as_reported(owner: User, holder: Worker) -> None:
    run = running(owner, holder)
    usage = UsageReported(10, 20, 30, reasoning_tokens=5, cached_tokens=8)
    cost = CostReported(0.00125, currency="EUR")
    store.close(run.pk, RunFacts(Generation.Status.FINISHED, usage=usage, cost=cost))
    run.refresh_from_db()
    assert (run.input_tokens, run.output_tokens) == (10, 20)
    assert (run.reasoning_tokens, run.cached_tokens) == (5, 8)
    assert run.usage_source == "reported"
    assert (run.cost_nanos, run.cost_currency) == (1_250_000, "EUR")
    assert run.cost_source == "reported"


def test_usage_that_nobody_reported_is_an_estimate_and_called_so(
    owner: User, holder: Worker
) -> None:
    generation = running(owner, holder, text="Not mine.")
    keep(generation, "nine char")
    store.close(generation.pk, RunFacts(Generation.Status.CANCELLED, request_characters=41))
    generation.refresh_from_db()
    assert (generation.input_tokens, generation.output_tokens) == (11, 3)
    assert generation.usage_source == "estimated"


@pytest.mark.parametrize(
    "told",
    [
        {"usage": UsageReported(2**53, 2**53, reasoning_tokens=2**53, cached_tokens=2**53)},
        {"cost": CostReported(2.0**53)},
        {"cost": CostReported(99_999_999.999999999)},
        {"cost": CostReported(0.1, currency="an unlikely currency")},
        {"error_message": "x" * 500},
        {"request_id": "i" * 500},
    ],
    ids=lambda told: next(iter(told)),
)
def test_r7_nothing_that_upstream_counts_or_says_keeps_a_run_from_ending(
    owner: User, holder: Worker, told: dict[str, Any]
) -> None:
    run = running(owner, holder)
    keep(run, "text")
    assert store.close(run.pk, RunFacts(Generation.Status.FAILED, **told))
    run = Generation.objects.select_related("message").get(pk=run.pk)
    run.full_clean(validate_constraints=False)
    counted = (run.input_tokens, run.output_tokens, run.reasoning_tokens, run.cached_tokens)
    assert all(number is None or number < 2**31 for number in counted)
    assert run.message.text == "text"


def test_a_run_that_starts_over_writes_beside_what_is_kept(owner: User, holder: Worker) -> None:
    generation = running(owner, holder, text="Kept. ", resume_mode="instruct")
    moved = store.move_to_sibling(generation.pk, generation.epoch)
    keep(generation, "Anew.")
    store.close(generation.pk, FINISHED)
    old, generation = (
        generation.message,
        Generation.objects.select_related("message", "conversation").get(),
    )
    old.refresh_from_db()
    assert old.text == "Kept. "
    assert (generation.message_id, generation.message.text) == (moved, "Anew.")
    assert generation.message.parent_id == old.parent_id
    assert (generation.start_offset, generation.end_offset, generation.resume_mode) == (0, 5, "")
    assert generation.conversation.leaf_id == moved


def test_only_who_holds_a_run_may_move_it(owner: User, holder: Worker) -> None:
    generation = running(owner, holder)
    with pytest.raises(Fenced):
        store.move_to_sibling(generation.pk, generation.epoch + 1)
    store.close(generation.pk, FINISHED)
    with pytest.raises(Fenced):
        store.move_to_sibling(generation.pk, generation.epoch)


def test_r10_the_database_itself_refuses_a_second_running_generation(
    owner: User, holder: Worker
) -> None:
    generation = running(owner, holder)
    with pytest.raises(IntegrityError):
        Generation.objects.create(
            conversation=generation.conversation,
            message=generation.message,
            requested_by=owner,
            request_key="00000000-0000-4000-8000-000000000000",
            provider="puppet",
            model="teller",
            worker=holder,
        )


def test_a_claim_counts_from_its_first_entry() -> None:
    assert Claim(7, 1).seq == 0
