"""The answers that are being written now, by whom and with what; and how one is stopped."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import TimeoutError as StillRunning
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce, Length
from django.utils import timezone

from conversations.audit.acts import What
from conversations.audit.recording import record
from conversations.languages.texts import lazy_text
from streaming import actions
from streaming.models import Generation

PAGE = 50
STOP_SECONDS = 2.0

STOPPING = lazy_text("Stopping")
IN_LINE = lazy_text("In line")
PAUSED = lazy_text("Waits before it asks again")
WRITING = lazy_text("Writing")
WAITING = lazy_text("Waits for the model")


class Running(NamedTuple):
    """One of them, with nothing of what it says but its length."""

    pk: int
    person: str
    provider: str
    model: str
    since: datetime
    characters: int
    state: str


class Page(NamedTuple):
    """Some of them all, oldest first; `more` is after which number the next page begins."""

    rows: Sequence[Running]
    total: int
    more: int | None


def page(after: int) -> Page:
    running = Generation.objects.running().exclude(requested_by=None)
    columns = ("pk", "requested_by__username", "provider", "model", "created_at")
    states = ("stop_requested_at", "waits_for_slot", "retry_at")
    found = running.filter(pk__gt=after).order_by("pk").values_list(*columns, *states)
    rows = list(found[: PAGE + 1])
    shown = rows[:PAGE]
    written = _characters([row[0] for row in shown])
    told = []
    for pk, who, provider, model, since, *state in shown:
        size = written.get(pk, 0)
        told.append(Running(pk, who, provider, model, since, size, _state(size, *state)))
    return Page(told, running.count(), shown[-1][0] if len(rows) > PAGE else None)


def _characters(pks: Sequence[int]) -> dict[int, int]:
    text = Coalesce(Sum(Length("entries__text"), filter=Q(entries__kind="text")), 0)
    runs = Generation.objects.filter(pk__in=pks).order_by()
    return dict(runs.values_list("pk").annotate(written=text).values_list("pk", "written"))


def _state(
    characters: int, stop: datetime | None, in_line: bool | None, retry: datetime | None
) -> str:
    if stop is not None:
        return STOPPING
    if in_line:
        return IN_LINE
    if retry is not None and retry > timezone.now():
        return PAUSED
    return WRITING if characters else WAITING


def stop(chief: User, pk: int) -> bool:
    """As its owner would, in whichever process it is written; False if it has ended."""
    running = Generation.objects.running().exclude(requested_by=None).filter(pk=pk)
    with transaction.atomic():
        generation = running.select_related("requested_by").first()
        if generation is None:
            return False
        wish = running.filter(stop_requested_at=None)
        if wish.update(stop_requested_at=timezone.now(), stopped_by_administrator=True):
            model = f"{generation.provider}/{generation.model}"
            whom = generation.requested_by
            record(chief, What.ANSWER_STOPPED, whom=whom, thing=model)
    with suppress(StillRunning):  # then the list says that it is being stopped
        actions.stop(generation).result(STOP_SECONDS)
    return True
