"""Unfinished answers of a stopped process continue here: once, not without end, never unasked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conversations.models import Message
from streaming import lifecycle
from streaming.cluster import reaper
from streaming.models import Generation
from streaming.runs.job import Job
from streaming.runs.takeover import TakeOver
from streaming.site import site
from tests.support.living import Living
from tests.support.rows import left_behind


def ended(living: Living, text: str = "So far", **fields: Any) -> Generation:
    """An answer whose process died after it wrote this."""
    generation = left_behind(living.owner, text, **fields)
    reaper.reap(living.site.lease.worker_id)
    generation.refresh_from_db()
    assert generation.status == "interrupted"
    return generation


def take(living: Living, most: int = 10, in_a_row: int = 2) -> list[Job]:
    return TakeOver(living.site.runner, living.site.lease.worker_id, in_a_row).take(most)


async def test_r7_an_answer_left_behind_goes_on_in_its_message(living: Living) -> None:
    left = await living.do(lambda: ended(living))
    (job,) = await living.do(lambda: take(living))
    assert (job.partial, job.resumes) == ("So far", 1)
    after = await living.run(job.generation_id)
    assert (after.message_id, after.start_offset) == (left.message_id, len("So far"))
    assert (after.automatic, after.resume_mode, after.status) == (True, "instruct", "running")
    assert after.worker_id == living.site.lease.worker_id


async def test_r10_what_one_process_took_up_is_not_there_for_another(living: Living) -> None:
    await living.do(lambda: ended(living))
    assert len(await living.do(lambda: take(living))) == 1
    assert await living.do(lambda: take(living)) == []


async def test_no_more_are_taken_up_than_there_is_room_for(living: Living) -> None:
    for _ in range(3):
        await living.do(lambda: ended(living))
    assert len(await living.do(lambda: take(living, most=2))) == 2
    assert len(await living.do(lambda: take(living, most=2))) == 1
    assert await living.do(lambda: take(living, most=0)) == []


async def test_an_answer_is_not_taken_up_again_and_again(living: Living) -> None:
    """Whatever it is that ends its process each time."""
    await living.do(lambda: ended(living))
    for _ in range(2):
        assert len(await living.do(lambda: take(living, in_a_row=2))) == 1
        await living.do(lambda: die_again(living))
    assert await living.do(lambda: take(living, in_a_row=2)) == []


def die_again(living: Living) -> None:
    Generation.objects.filter(status="running").update(worker=None)
    assert len(reaper.reap(living.site.lease.worker_id)) == 1


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", {}),
        ("So far", {"provider": "gone"}),
        ("So far", {"stop_requested_at": timezone.now()}),
    ],
    ids=["no text", "a provider that went away", "a stop that came first"],
)
async def test_what_cannot_go_on_or_should_not_stays_as_it_is(
    living: Living, text: str, fields: dict[str, Any]
) -> None:
    left = await living.do(lambda: ended(living, text, **fields))
    assert await living.do(lambda: take(living)) == []
    assert (await living.run(left.pk)).status == "interrupted"


async def test_what_was_left_long_ago_or_gone_on_from_since_is_left_alone(living: Living) -> None:
    old = await living.do(lambda: ended(living))
    long_ago = timezone.now() - timedelta(hours=1)
    await living.do(lambda: Generation.objects.filter(pk=old.pk).update(ended_at=long_ago))
    other = await living.do(lambda: ended(living))
    await living.do(lambda: write_on(other))
    assert await living.do(lambda: take(living)) == []


def write_on(run: Generation) -> None:
    """The person asks for something else."""
    asked = Message.objects.create(
        conversation=run.conversation, parent=run.message, role="user", text="Never mind."
    )
    type(run.conversation).objects.filter(pk=run.conversation_id).update(leaf=asked)


async def test_a_site_that_is_told_to_goes_on_by_itself(living: Living, settings: Any) -> None:
    await lifecycle.stop()
    settings.AUTO_RESUME, settings.AUTOMATIC_RESUMES = True, 2
    settings.TAKE_OVER_EVERY_SECONDS = 0.05
    await lifecycle.ensure_started()
    living.site = site()
    left = await living.do(lambda: ended(living))
    talk = await living.puppet.talk()
    await talk.say(" and on.")
    await talk.finish()
    after = await living.until_ended(left.pk + 1)
    assert (after.status, after.message.text) == ("finished", "So far and on.")
