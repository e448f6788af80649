"""Many conversations into the trash and back, a bounded number a transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from time import monotonic
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.db.models import QuerySet

from conversations.access import Person
from conversations.models import Conversation, Deletion
from conversations.trash import moving
from conversations.trash.moving import NotRestorable
from streaming.models import Generation
from streaming.trash import actions

AT_ONCE = 25
"""Conversations that one transaction moves."""


def delete(user: Person, key: UUID, pks: Collection[UUID]) -> Sequence[Deletion]:
    """Move those that are this person's; what is written in them is stopped, or asked to stop.

    Returns what lies in the trash then; the same key gives the first result again.
    """
    own = Conversation.everything.filter(owner_id=user.pk, pk__in=pks).order_by("pk")
    rows, deletions = list(own), []
    for start in range(0, len(rows), AT_ONCE):
        with transaction.atomic():
            deletions += [
                actions.move_conversation(user, uuid5(key, str(each.pk)), each)
                for each in rows[start : start + AT_ONCE]
            ]
    _settle(rows)
    made = Deletion.objects.filter(moving.in_trash(), pk__in=[each.pk for each in deletions])
    return list(made.select_related("conversation").order_by("pk"))


def everything(user: Person, up_to: datetime) -> QuerySet[Conversation]:
    """This person's conversations that began by then and are not in the trash."""
    return Conversation.objects.filter(owner_id=user.pk, created_at__lte=up_to)


def delete_all(user: Person, up_to: datetime, seconds: float) -> bool:
    """Move everything, as far as that takes no longer than `seconds`; False if some is left."""
    end = monotonic() + seconds
    while some := list(everything(user, up_to).values_list("pk", flat=True)[:AT_ONCE]):
        if monotonic() > end:
            return False
        delete(user, uuid4(), some)
    return True


def restore(user: Person, numbers: Collection[int]) -> None:
    """Bring back those of these deletions that are this person's and can come back."""
    own = Deletion.objects.filter(moving.in_trash(), owner_id=user.pk, pk__in=numbers)
    for deletion in own.select_related("conversation").order_by("pk"):
        with suppress(NotRestorable):
            actions.restore(deletion)


def _settle(rows: Sequence[Conversation]) -> None:
    for conversation in rows:
        actions.tell(conversation.pk, conversation.owner_id)
    running = Generation.objects.running().filter(conversation__in=rows)
    for pk in running.values_list("conversation_id", flat=True):
        actions.stop_writing(pk)
