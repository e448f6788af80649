"""Past conversations, newest first, in groups that are named for their day.

A stretch at a time: what a page costs does not depend on how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import blake2b
from itertools import groupby

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.timezone import localdate

from conversations.access import Person
from conversations.models import Conversation
from conversations.paging import IN_LIST, Place

AT_ONCE = 40
"""How many a page lists: more than fit into it, few enough to be cheap."""

PINNED, OPEN, TODAY = "Pinned", "Open now", "Today"
ORDER = ("-pinned", "-updated_at", "-pk")
SHOWN = ("title", "pinned", "updated_at")
Group = tuple[str, list[Conversation]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A stretch of the list, of `most` at most.

    `continues`: its first group began in the stretch before it.
    """

    groups: list[Group] = field(default_factory=list)
    earlier: Place | None = None
    continues: bool = False
    most: int = AT_ONCE

    @property
    def state(self) -> str:
        """Sums up all that is shown: two lists that look alike have the same."""
        shown = [
            (name, [(row.pk.hex, row.title, row.state) for row in rows])
            for name, rows in self.groups
        ]
        said = repr((shown, str(self.earlier)))
        return blake2b(said.encode("utf-8", "replace"), digest_size=12).hexdigest()


def sidebar(user: Person, current: Conversation | None = None) -> Listed:
    """This person's newest conversations: pinned ones, then day by day, then month by month.

    The one that is open is always among them: if it is older, in a group of its own.
    """
    return list_of(user.pk, current)


def list_of(user_id: int, current: Conversation | None = None, most: int = AT_ONCE) -> Listed:
    """The same of whoever has this number, and so many of them."""
    newest = _stretch(user_id, most=most)
    groups = newest.groups
    if current is not None and not any(current in members for _, members in groups):
        pinned = sum(1 for name, _ in groups if name == PINNED)
        groups.insert(pinned, (OPEN, [current]))
    return newest


def earlier(user: Person, before: Place) -> Listed:
    """What stands in the list behind that place."""
    return _stretch(user.pk, before)


def _stretch(user_id: int, before: Place | None = None, most: int = AT_ONCE) -> Listed:
    found = Conversation.objects.filter(IN_LIST, owner_id=user_id)
    shown = list(_with_status(found.filter(before.behind) if before else found)[: most + 1])
    more, shown = len(shown) > most, shown[:most]
    groups = grouped(shown, today := localdate())
    continues = before is not None and [label(before, today)] == [name for name, _ in groups[:1]]
    return Listed(groups, Place.of(shown[-1]) if more else None, continues, most)


def _with_status(found: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """In order, each with the status of its last answer."""
    latest = (
        Conversation.objects.filter(pk=OuterRef("pk"))
        .order_by("-generations__pk")
        .values("generations__status")[:1]
    )
    return found.only(*SHOWN).annotate(last_status=Subquery(latest)).order_by(*ORDER)


def rises(before: Conversation) -> bool:
    """Whether something said since `before` was read has moved the conversation in the list."""
    beside = Conversation.objects.filter(
        IN_LIST, owner_id=before.owner_id, pinned__in=[before.pinned]
    ).exclude(pk=before.pk)
    if label(before, localdate()) not in (PINNED, TODAY):
        return True
    return beside.filter(updated_at__gt=before.updated_at).exists()


def grouped(newest: Iterable[Conversation], today: date) -> list[Group]:
    groups = groupby(newest, lambda conversation: label(conversation, today))
    return [(name, list(members)) for name, members in groups]


def label(listed: Conversation | Place, today: date) -> str:
    if listed.pinned:
        return PINNED
    day = localdate(listed.updated_at)
    if day >= today:
        return TODAY
    if day == today - timedelta(days=1):
        return "Yesterday"
    if day > today - timedelta(days=7):
        return f"{day:%A}"
    return f"{day:%B}" if day.year == today.year else f"{day:%B %Y}"
