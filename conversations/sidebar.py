"""Past conversations, newest first, in groups that are named for their day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from django.db.models import OuterRef, Subquery
from django.utils.timezone import localdate

from conversations.models import Conversation
from conversations.owned import Person

MOST = 200
PINNED, TODAY = "Pinned", "Today"
Group = tuple[str, list[Conversation]]


def sidebar(user: Person) -> list[Group]:
    """This person's newest conversations: pinned ones, then day by day, then month by month."""
    latest = (
        Conversation.objects.filter(pk=OuterRef("pk"))
        .order_by("-generations__pk")
        .values("generations__status")[:1]
    )
    found = Conversation.objects.filter(owner_id=user.pk, archived=False)
    newest = found.annotate(last_status=Subquery(latest)).order_by("-pinned", "-updated_at")
    return grouped(newest[:MOST], localdate())


def rises(before: Conversation) -> bool:
    """Whether something said since `before` was read has moved the conversation in the list."""
    beside = Conversation.objects.filter(
        owner_id=before.owner_id, archived=False, pinned=before.pinned
    ).exclude(pk=before.pk)
    if label(before, localdate()) not in (PINNED, TODAY):
        return True
    return beside.filter(updated_at__gt=before.updated_at).exists()


def grouped(newest: Iterable[Conversation], today: date) -> list[Group]:
    groups = groupby(newest, lambda conversation: label(conversation, today))
    return [(name, list(members)) for name, members in groups]


def label(conversation: Conversation, today: date) -> str:
    if conversation.pinned:
        return PINNED
    day = localdate(conversation.updated_at)
    if day >= today:
        return TODAY
    if day == today - timedelta(days=1):
        return "Yesterday"
    if day > today - timedelta(days=7):
        return f"{day:%A}"
    return f"{day:%B}" if day.year == today.year else f"{day:%B %Y}"
