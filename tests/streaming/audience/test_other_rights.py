"""Nothing is sent automatically for who may not send: who only reads, or is switched off."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation
from conversations.preferences import choices
from conversations.roles import giving
from conversations.roles.rights import Role
from streaming.cluster import reaper
from streaming.models import Generation
from streaming.runs.takeover import TakeOver
from streaming.titles import automatic
from streaming.titles.models import TitleRequest
from tests.streaming.runs.test_auto_resume import broken_row, resume_after
from tests.support.living import Living, living, owner
from tests.support.rows import left_behind

__all__ = ["living", "owner"]


def reads_only(person: User) -> None:
    giving.give(person, Role.READ_ONLY)


def switched_off(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


TAKEN = pytest.mark.parametrize("take", [reads_only, switched_off])


@TAKEN
async def test_a_broken_answer_is_not_resumed(living: Living, take: Callable[[User], None]) -> None:
    job = await living.do(lambda: broken_row(living.owner))
    await living.do(lambda: take(living.owner))
    assert await living.do(lambda: resume_after(job)) is None
    assert await living.do(Generation.objects.count) == 1


@TAKEN
async def test_nor_is_one_that_another_process_left(
    living: Living, take: Callable[[User], None]
) -> None:
    site = living.site

    def taken() -> int:
        left_behind(living.owner, "So far")
        reaper.reap(site.lease.worker_id)
        take(living.owner)
        return len(TakeOver(site.runner, site.lease.worker_id, 2).take(10))

    assert await living.do(taken) == 0


@TAKEN
async def test_no_title_is_asked_for(living: Living, take: Callable[[User], None]) -> None:
    run = await living.ended("Yes.")

    def titles() -> list[str]:
        choices.choose(living.owner.pk, title_model=f"{run.provider}/{run.model}")
        conversation = Conversation.objects.get(pk=run.conversation_id)
        TitleRequest.objects.all().delete()
        TitleRequest.objects.create(
            conversation=conversation,
            requested_by=living.owner,
            request_key=uuid.uuid4(),
            automatic=True,
            status=TitleRequest.Status.WAITING,
        )
        take(living.owner)
        assert automatic.take(4) == []
        return list(TitleRequest.objects.values_list("status", flat=True))

    assert await living.do(titles) == [TitleRequest.Status.DROPPED]
