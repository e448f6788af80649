"""The chore that has new conversations titled, once each, after their first answer.

The wish is a row (`wishes`). A process claims it before it asks, with one compare-and-set, so of
several processes one asks. If that one dies, the title stays as it is: to ask again might double
what was paid for. Whatever fails is logged by its cause in the row, and nobody is told.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from conversations.preferences import choices
from conversations.roles.rights import Right, may_now
from streaming.catalog.model_menu import ModelChoice
from streaming.db_threads import OneRound, in_thread
from streaming.models import Generation
from streaming.quota.spent import Spent
from streaming.runs.whom import permission
from streaming.titles import limits, requests
from streaming.titles.models import TitleRequest
from streaming.titles.requests import Work

EVERY_SECONDS = 1.0
WAITS = timedelta(days=1)
"""How long a conversation may take to its first answer."""

Status = TitleRequest.Status


async def keep_titling() -> None:
    """Runs until it is cancelled; what it asks for ends with it."""
    asking: set[asyncio.Task[None]] = set()
    try:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            with OneRound("look for conversations without a title"):
                for work in await in_thread(take)(settings.TITLES_AT_ONCE - len(asking)):
                    task = asyncio.create_task(_carry_out(work), name=f"title {work.row_id}")
                    asking.add(task)
                    task.add_done_callback(asking.discard)
    finally:
        for task in asking:
            task.cancel()


async def _carry_out(work: Work) -> None:
    with OneRound("keep a title"):
        await requests.carry_out(work)


def take(most: int) -> list[Work]:
    """Claim some of those that are due; those that nobody wants any more are dropped."""
    if most <= 0:
        return []
    waiting = TitleRequest.objects.filter(status=Status.WAITING)
    due = _due(waiting).select_related("conversation")[:most]
    claimed = [work for row in due if (work := _claim(row)) is not None]
    waiting.filter(created_at__lt=timezone.now() - WAITS).update(status=Status.DROPPED)
    return claimed


def _due(waiting: QuerySet[TitleRequest]) -> QuerySet[TitleRequest]:
    """Those whose conversation has an answer, and none that is being written."""
    own = Generation.objects.filter(conversation=OuterRef("conversation"))
    ended = own.filter(status__in=["finished", "cancelled"]).exclude(message__text="")
    return waiting.filter(Exists(ended), ~Exists(own.running())).order_by("pk")


@transaction.atomic
def _claim(row: TitleRequest) -> Work | None:
    """None where another claimed it, where it is not wanted, or where nobody can be asked yet."""
    mine = TitleRequest.objects.filter(pk=row.pk, status=Status.WAITING)
    value = choices.title_model(row.requested_by_id)
    if not value or not _is_allowed(row):
        mine.update(status=Status.DROPPED)
        return None
    provider, _, model = value.partition("/")
    if not permission.is_usable(row.requested_by_id, provider, model):
        return None  # it may be connected again, or be allowed again
    taken = mine.update(
        status=Status.RUNNING, provider=provider, model=model, asked_at=timezone.now()
    )
    choice = ModelChoice(provider, model)
    return requests.work_for(row, row.conversation, choice) if taken else None


def _is_allowed(row: TitleRequest) -> bool:
    """Whether the title may still be changed, and the person may have one asked for."""
    if row.conversation.trashed_at is not None or not requests.is_cut(row.conversation):
        return False
    if not may_now(row.requested_by_id, Right.WRITE):
        return False
    try:
        limits.check(User(pk=row.requested_by_id))
    except Spent:
        return False
    return True
