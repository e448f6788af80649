"""Files that nobody needs: given up before they were sent, or gone with the last they hung on.

Such a file is doomed first, in a transaction that sees that nothing holds it; whoever would use it
finds it gone from then on. Then its bytes go, and last its row: a process that dies in between
leaves a row that the next one finds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from conversations.files.models import Attachment, File, storage
from conversations.trash.purging import messages_go


def watch() -> None:
    messages_go.connect(_doom_with, dispatch_uid="files")


def discard(owner_id: int, pk: UUID) -> None:
    """This draft was given up."""
    drafts = File.objects.filter(owner_id=owner_id, is_draft=True, doomed_at=None)
    drafts.filter(pk=pk).update(doomed_at=timezone.now())


def doom_left(held: Collection[UUID]) -> None:
    """Doom what nothing holds any more, and drafts that waited too long; not those of `held`."""
    now = timezone.now()
    given_up = Q(is_draft=True, created_at__lt=now - timedelta(hours=settings.FILE_DRAFT_HOURS))
    nowhere = Q(is_draft=False, project=None) & ~Exists(_hanging())
    left = File.objects.filter(Q(owner=None) | given_up | nowhere, doomed_at=None)
    _doom(left.values_list("pk", flat=True)[: settings.FILES_SWEPT_AT_ONCE], held)


def sweep_piece(owner_id: int | None = None) -> bool:
    """Delete some of what is doomed; False if nothing is left."""
    doomed = File.objects.filter(doomed_at__lte=timezone.now())
    rows = doomed if owner_id is None else doomed.filter(owner_id=owner_id)
    some = list(rows.order_by("doomed_at")[: settings.FILES_SWEPT_AT_ONCE])
    for file in some:
        for name in file.stored:
            storage().delete(name)
    doomed.filter(pk__in=[file.pk for file in some]).delete()
    return len(some) == settings.FILES_SWEPT_AT_ONCE


def _doom(pks: Any, held: Collection[UUID]) -> None:
    """Held while it is seen that nothing hangs them on a message meanwhile."""
    wanted = [pk for pk in pks if pk not in held]
    if not wanted:
        return
    with transaction.atomic():
        rows = File.objects.select_for_update(no_key=True).filter(pk__in=wanted, doomed_at=None)
        still = [file.pk for file in rows if file.is_draft or not file.project_id]
        left = File.objects.filter(~Exists(_hanging()), pk__in=still, doomed_at=None)
        left.update(doomed_at=timezone.now())


def _hanging() -> Any:
    return Attachment.objects.filter(file=OuterRef("pk"))


def _doom_with(pks: Sequence[int], **named: Any) -> None:
    """Those that hang on these messages alone go with them."""
    going = Attachment.objects.filter(message__in=pks).values_list("file_id", flat=True)
    rows = File.objects.select_for_update(no_key=True).filter(pk__in=set(going), project=None)
    if held := [file.pk for file in rows]:
        elsewhere = Attachment.objects.filter(file=OuterRef("pk")).exclude(message__in=pks)
        alone = File.objects.filter(~Exists(elsewhere), pk__in=held, doomed_at=None)
        alone.update(doomed_at=timezone.now())
