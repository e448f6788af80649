"""The automatic resume, as rows: it begins in the transaction that ends the first run."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.utils import timezone

from conversations.models import Message
from streaming import actions
from streaming.journal.run_facts import RunFacts
from streaming.live.answers import answer_rows, answer_view
from streaming.models import Generation
from streaming.providers.base import ChatMessage, ChatRequest
from streaming.runs import auto_resume
from streaming.runs.job import Job
from streaming.runs.retry_policy import Pause
from tests.streaming.runs.test_retries import SAID, recovering
from tests.support.living import Living, provider
from tests.support.rows import keep, running, worker

__all__ = ["recovering"]


def broken_row(owner: User, **fields: Any) -> Job:
    generation = running(owner, worker(), **fields)
    keep(generation, "So far")
    request = ChatRequest("teller", (ChatMessage("user", "Hello"),))
    return Job(
        generation.pk,
        generation.epoch,
        generation.conversation_id,
        generation.conversation.owner_id,
        "puppet",
        request,
    )


FAILED = RunFacts(Generation.Status.FAILED, error_code="upstream_disconnected")


def resume_after(job: Job, ending: RunFacts = FAILED) -> Job | None:
    config = provider("http://127.0.0.1:1")
    return auto_resume.close_and_resume(job, ending, Pause(1.0, "It broke off."), config, set())


@pytest.mark.django_db
def test_the_next_run_begins_in_the_moment_in_which_the_first_ends(owner: User) -> None:
    job = broken_row(owner)
    following = resume_after(job)
    assert following is not None
    assert (following.partial, following.mode, following.resumes) == ("So far", "instruct", 1)
    first, second = Generation.objects.order_by("pk")
    assert (first.status, second.status) == ("failed", "running")
    assert (second.error_message, second.worker_id) == ("It broke off.", first.worker_id)
    assert second.retry_at is not None


@pytest.mark.django_db
def test_r4_a_stop_that_came_first_lets_nothing_follow(owner: User) -> None:
    job = broken_row(owner, stop_requested_at=timezone.now())
    assert resume_after(job) is None
    assert Generation.objects.get().status == "running"


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["content_filtered", "context_too_long", "upstream_auth"])
def test_what_cannot_go_on_is_not_ended_twice(owner: User, code: str) -> None:
    job = broken_row(owner)
    assert resume_after(job, RunFacts(Generation.Status.FAILED, error_code=code)) is None
    run = Generation.objects.get()
    assert (run.status, run.entries.count()) == ("running", 1)


@pytest.mark.django_db
def test_r5_a_stop_means_the_run_that_goes_on_by_itself_and_none_that_was_asked_for(
    owner: User,
) -> None:
    job = broken_row(owner)
    following = resume_after(job)
    assert following is not None
    first, second = Generation.objects.order_by("pk")
    assert actions.now_writing(first) == second
    assert actions.now_writing(second) == second
    Generation.objects.filter(pk=second.pk).update(automatic=False)
    assert actions.now_writing(first) == first


def test_the_bar_of_a_waiting_answer_reads_well_without_script(db: None, owner: User) -> None:
    resume_after(broken_row(owner))
    rows = answer_rows.load(Message.objects.get(role="assistant").pk)
    context = {"message": rows.message, "answer": answer_view.answer(rows)}
    bar = " ".join(render_to_string("streaming/answer/_outcome.html", context).split())
    assert "It broke off. <strong" in bar
    assert ">in 1 s</span>" in bar


def row(automatic: bool, start: int, end: int) -> Generation:
    mode = "instruct" if automatic else ""
    return Generation(automatic=automatic, resume_mode=mode, start_offset=start, end_offset=end)


@pytest.mark.parametrize(
    ("runs", "times"),
    [
        ([row(False, 0, 6)], 0),
        ([row(False, 0, 6), row(True, 6, 6)], 1),
        ([row(False, 0, 6), row(True, 6, 6), row(True, 6, 7)], 2),
        ([row(False, 0, 6), row(True, 6, 6), row(True, 6, 10)], 0),
        ([row(False, 0, 6), row(True, 6, 10), row(True, 10, 10)], 1),
        ([row(False, 0, 6), row(True, 6, 6), row(False, 6, 6)], 0),
    ],
)
def test_only_resumes_since_text_last_came_count(runs: list[Generation], times: int) -> None:
    assert auto_resume.resumed_in_vain(runs, "So far and") == times


@pytest.mark.django_db
def test_an_answer_that_has_its_full_length_does_not_go_on(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auto_resume, "MAX_ANSWER", 5)
    assert resume_after(broken_row(owner)) is None


async def test_what_cannot_be_resumed_for_a_reason_nobody_foresaw_is_closed(
    recovering: Living, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaking(*_: Any) -> None:
        raise LookupError("out of this world")

    monkeypatch.setattr(auto_resume, "close_and_resume", breaking)
    answer = await recovering.answering("Tell me")
    await answer.says(SAID)
    await answer.talk.cut()
    run = await answer.ended()
    assert (run.status, run.error_code) == ("failed", "upstream_disconnected")
    assert run.message.text == SAID
    assert "out of this world" in caplog.text
