"""Temporary conversations: kept like any other, gone for good at an hour that their page names."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from conversations.models import Conversation, Deletion
from conversations.trash import moving

AT_ONCE = 100


def until() -> datetime:
    """When a temporary conversation that begins now goes for good."""
    return timezone.now() + timedelta(hours=settings.TEMPORARY_HOURS)


def keep(conversation: Conversation) -> None:
    """Make it one like any other."""
    Conversation.objects.filter(pk=conversation.pk).update(temporary_until=None)


def expired(now: datetime) -> list[UUID]:
    """Some of those whose hour has come, whether or not they are in the trash."""
    rows = Conversation.everything.filter(temporary_until__lte=now)
    doomed = rows.exclude(deletions__in=Deletion.objects.filter(doomed_at__isnull=False))
    return list(doomed.values_list("pk", flat=True)[:AT_ONCE])


def doom(conversation: Conversation, now: datetime) -> Deletion | None:
    """Doom it if its hour has come; the caller holds it."""
    if conversation.temporary_until is None or conversation.temporary_until > now:
        return None
    deletion = moving.trash_conversation(conversation, uuid4())
    Deletion.objects.filter(pk=deletion.pk, doomed_at=None).update(doomed_at=now)
    return deletion
