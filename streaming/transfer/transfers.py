"""Imports and exports as people begin them, and as processes take them on: one process each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from conversations import access
from conversations.access import Person
from conversations.transfer.models import Transfer
from streaming.models import Worker
from streaming.transfer import files

Kind, Status = Transfer.Kind, Transfer.Status

AT_WORK = (Status.WAITING, Status.RUNNING)
OPEN = (Status.RECEIVING, *AT_WORK)


class TooMany(Exception):
    """So many of one person are open already."""


def begin(
    owner: Person, key: UUID, kind: Transfer.Kind, status: Transfer.Status, **fields: Any
) -> Transfer:
    """A new one, or the one that was begun with this key; raises TooMany.

    The oldest reports of that person go, and the oldest files that never came whole.
    """
    options = {"language": translation.get_language(), **fields.pop("options", {})}
    number = uuid5(key, f"{owner.pk} {kind} {fields} {options}")
    with transaction.atomic():
        access.hold(owner)
        own = Transfer.objects.filter(owner_id=owner.pk)
        if (row := own.filter(pk=number).first()) is not None:
            return row
        if own.filter(status__in=AT_WORK).count() >= settings.TRANSFERS_AT_ONCE:
            raise TooMany
        coming = own.filter(status=Status.RECEIVING)[settings.TRANSFERS_AT_ONCE - 1 :]
        old = own.exclude(status__in=OPEN)[settings.TRANSFERS_KEPT - 1 :]
        gone = [*coming.values_list("pk", flat=True), *old.values_list("pk", flat=True)]
        own.filter(pk__in=gone).delete()
        row = Transfer.objects.create(
            pk=number,
            owner=owner,
            kind=kind,
            status=status,
            options=options,
            made_at=timezone.now(),
            **fields,
        )
    for pk in gone:
        files.drop(pk)
    return row


def claim(worker_id: int, held: Iterable[UUID]) -> Transfer | None:
    """The next one that nobody alive works on; it is this process's now.

    `held` are those that it works on. An import is for a process that can read its file.
    """
    left = Transfer.objects.filter(
        Q(status=Status.WAITING)
        | Q(status=Status.RUNNING)
        & (Q(worker=worker_id) | ~Q(worker__in=Worker.objects.values("pk")) | Q(worker=None))
    )
    for row in left.exclude(pk__in=list(held)).order_by("made_at")[: settings.TRANSFERS_KEPT]:
        if row.kind == Kind.IMPORT and not files.path(row.pk).exists():
            continue
        same = Transfer.objects.filter(pk=row.pk, status=row.status, worker=row.worker)
        if same.update(status=Status.RUNNING, worker=worker_id):
            row.status, row.worker = Status.RUNNING, worker_id
            return row
    return None


def end(pk: UUID, sentence: str = "", **fields: Any) -> bool:
    """It is over; with a sentence it failed. False if it was deleted meanwhile."""
    status = Status.FAILED if sentence else Status.FINISHED
    ended = Transfer.objects.filter(pk=pk).update(
        status=status, sentence=sentence, ended_at=timezone.now(), **fields
    )
    return bool(ended)


def tidy(now: datetime) -> None:
    """Drop files that nobody will ask for, and what never came whole."""
    before = now - timedelta(hours=settings.TRANSFER_HOURS)
    for each in files.older_than(before.timestamp()):
        pk = files.number_of(each)
        if pk is None or not Transfer.objects.filter(pk=pk, status__in=AT_WORK).exists():
            each.unlink(missing_ok=True)
    Transfer.objects.filter(status=Status.RECEIVING, made_at__lt=before).delete()
