"""Keeps the sums of answers that are deleted for good: what was paid stays counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conversations.trash.purging import messages_go
from streaming.costs.models import PastUse
from streaming.costs.sums import COLUMNS, grouped
from streaming.models import Generation


def watch() -> None:
    messages_go.connect(_keep, dispatch_uid="costs")


def _keep(pks: Sequence[int], **_: Any) -> None:
    """In the transaction that deletes the messages."""
    gone = Generation.objects.filter(message__in=pks).exclude(requested_by=None)
    names = ["project_id" if name == "project" else name for name in COLUMNS]
    PastUse.objects.bulk_create(
        PastUse(person_id=person, **dict(zip(names, row, strict=True)))
        for person in gone.order_by().values_list("requested_by", flat=True).distinct()
        for row in grouped(gone.filter(requested_by=person))
    )
