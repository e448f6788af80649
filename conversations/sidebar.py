"""Past conversations, newest first, in groups that are named for their day.

A stretch at a time: what a page costs does not depend on how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import is_aware, localdate

from conversations.models import Conversation
from conversations.owned import Person

AT_ONCE = 40
PINNED, TODAY = "Pinned", "Today"
Group = tuple[str, list[Conversation]]


class Place(NamedTuple):
    """Where a conversation stands in the list; `str` of it is for a query."""

    pinned: bool
    updated_at: datetime
    pk: UUID

    def __str__(self) -> str:
        return f"{self.pinned:d} {self.updated_at.isoformat()} {self.pk}"

    @classmethod
    def read(cls, text: str) -> Place:
        """Raises ValueError for what `str` never makes."""
        pinned, updated_at, pk = text.split(" ")
        place = cls(pinned == "1", datetime.fromisoformat(updated_at), UUID(pk))
        if not is_aware(place.updated_at):
            raise ValueError(text)
        return place

    @classmethod
    def of(cls, conversation: Conversation) -> Place:
        return cls(conversation.pinned, conversation.updated_at, conversation.pk)


@dataclass(frozen=True, slots=True)
class Listed:
    """A stretch of the list. `continues`: its first group began in the stretch before it."""

    groups: list[Group] = field(default_factory=list)
    earlier: Place | None = None
    continues: bool = False


def sidebar(user: Person, before: Place | None = None) -> Listed:
    """This person's newest conversations, or those that stand behind a place.

    Pinned ones come first, then day by day, then month by month.
    """
    found = Conversation.objects.filter(owner_id=user.pk, archived=False)
    shown = list(_with_status(_behind(found, before) if before else found)[: AT_ONCE + 1])
    more, shown = len(shown) > AT_ONCE, shown[:AT_ONCE]
    groups = grouped(shown, today := localdate())
    continues = before is not None and [_label(before, today)] == [name for name, _ in groups[:1]]
    return Listed(groups, Place.of(shown[-1]) if more else None, continues)


def _behind(found: QuerySet[Conversation], place: Place) -> QuerySet[Conversation]:
    older = Q(updated_at__lt=place.updated_at) | Q(updated_at=place.updated_at, pk__lt=place.pk)
    behind = Q(pinned=place.pinned) & older
    return found.filter(behind | Q(pinned=False) if place.pinned else behind)


def _with_status(found: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """In order, each with the status of its last answer."""
    latest = (
        Conversation.objects.filter(pk=OuterRef("pk"))
        .order_by("-generations__pk")
        .values("generations__status")[:1]
    )
    return found.annotate(last_status=Subquery(latest)).order_by("-pinned", "-updated_at", "-pk")


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
    return _label(Place.of(conversation), today)


def _label(place: Place, today: date) -> str:
    if place.pinned:
        return PINNED
    day = localdate(place.updated_at)
    if day >= today:
        return TODAY
    if day == today - timedelta(days=1):
        return "Yesterday"
    if day > today - timedelta(days=7):
        return f"{day:%A}"
    return f"{day:%B}" if day.year == today.year else f"{day:%B %Y}"
