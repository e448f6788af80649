"""A person asks for a title of a conversation, and waits for what a model suggests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore
from uuid import UUID, uuid5

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from conversations.access import Person
from conversations.models import Conversation
from conversations.preferences import choices
from streaming.catalog.model_menu import ModelChoice, UnknownModel
from streaming.error_messages import replies
from streaming.quota.spent import Spent
from streaming.runs.refusals import Refused, ShuttingDown, TooMuch
from streaming.runs.whom import permission
from streaming.site import site
from streaming.titles import limits, requests
from streaming.titles.models import TitleRequest
from streaming.titles.requests import Work

LOOK_SECONDS = 0.2
GRACE_SECONDS = 5.0

_room = BoundedSemaphore(settings.TITLES_AT_ONCE)


def suggest(user: Person, key: UUID, conversation: Conversation) -> TitleRequest:
    """The request once it has ended. The same key leads to the same request, asked once."""
    if site().closing:
        raise ShuttingDown(replies.RESTARTING)
    own = uuid5(key, conversation.pk.hex)
    with _place():
        return _ended(_made(user, own) or _begin(user, own, conversation))


def cancel(user: Person, key: UUID, conversation: Conversation) -> None:
    """End the request of this key, in whichever process; one that comes later asks nobody."""
    own, now = uuid5(key, conversation.pk.hex), timezone.now()
    ended = {"status": TitleRequest.Status.DROPPED, "ended_at": now}
    if _made(user, own) is None:
        with suppress(Spent), transaction.atomic():  # then the other is refused too
            limits.check(user)
            TitleRequest.objects.get_or_create(
                requested_by_id=user.pk,
                request_key=own,
                defaults={"conversation": conversation, "asked_at": now, **ended},
            )
    made = TitleRequest.objects.filter(requested_by_id=user.pk, request_key=own)
    made.filter(status=TitleRequest.Status.RUNNING).update(**ended)


@contextmanager
def _place() -> Iterator[None]:
    """Whoever waits holds a thread that pages need, so only a few may."""
    if not _room.acquire(blocking=False):
        raise TooMuch(replies.TOO_MANY_TITLES, 5)
    try:
        yield
    finally:
        _room.release()


def _made(user: Person, key: UUID) -> TitleRequest | None:
    return TitleRequest.objects.filter(requested_by_id=user.pk, request_key=key).first()


def _begin(user: Person, key: UUID, conversation: Conversation) -> TitleRequest:
    """Make the row, then ask and wait; who has the same key and is slower finds the row."""
    choice = _choice(user, conversation)
    permission.check(user.pk, *choice)
    try:
        with transaction.atomic():
            limits.check(user)
            row = TitleRequest.objects.create(
                conversation=conversation,
                requested_by_id=user.pk,
                request_key=key,
                provider=choice.provider,
                model=choice.model,
                asked_at=timezone.now(),
            )
    except Spent as spent:
        raise TooMuch(str(spent), spent.wait) from spent
    except IntegrityError:
        if (first := _made(user, key)) is not None:
            return first
        raise
    work = requests.work_for(row, conversation, choice)
    asking = asyncio.run_coroutine_threadsafe(requests.carry_out(work), site().loop)
    _wait(asking, work)
    row.refresh_from_db()
    return row


def _wait(asking: Future[None], work: Work) -> None:
    """Until the model was asked, the person cancelled it, or it takes too long."""
    until = time.monotonic() + settings.TITLE_SECONDS + GRACE_SECONDS
    while not wait([asking], LOOK_SECONDS).done:
        if time.monotonic() > until or not requests.is_running(work):
            asking.cancel()
            requests.count_cancelled(work)
            return
    asking.result()


def _choice(user: Person, conversation: Conversation) -> ModelChoice:
    """The model that the person chose for titles, else the conversation's own."""
    menu = site().menu.of(user.pk)
    try:
        return menu.choose(choices.title_model(user.pk))
    except UnknownModel:
        pass
    try:
        return menu.choose(f"{conversation.provider}/{conversation.model}")
    except UnknownModel as trouble:
        raise Refused(str(trouble)) from trouble


def _ended(row: TitleRequest) -> TitleRequest:
    """The row once somebody has ended it. One whose process died is never ended."""
    until = time.monotonic() + settings.TITLE_SECONDS + GRACE_SECONDS
    while row.status == TitleRequest.Status.RUNNING and time.monotonic() < until:
        if row.asked_at and _is_over(row):
            break
        time.sleep(LOOK_SECONDS)
        row.refresh_from_db()
    return row


def _is_over(row: TitleRequest) -> bool:
    """Whether it was asked so long ago that no reply can come any more."""
    assert row.asked_at is not None
    passed = (timezone.now() - row.asked_at).total_seconds()
    return passed > settings.TITLE_SECONDS + GRACE_SECONDS
