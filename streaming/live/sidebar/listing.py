"""The list of conversations with what is alive in it: how the last answer of each stands."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from conversations import sidebar
from conversations.paging import Place
from conversations.prepared import SOME_UUID, Prepared
from conversations.sidebar import AT_ONCE, ListStretch
from streaming.models import Generation

TOLD = (Generation.Status.RUNNING, Generation.Status.INTERRUPTED)
"""Statuses that the list shows; a conversation whose last answer has another one has no state."""


def newest(owner_id: int, current: UUID | None = None, most: int = AT_ONCE) -> ListStretch:
    return sidebar.newest(owner_id, current, most=most, state=_state)


def earlier(owner_id: int, before: Place) -> ListStretch:
    return sidebar.earlier(owner_id, before, state=_state)


def state(conversation_id: UUID) -> str:
    """`running`, `interrupted` or nothing."""
    rows = _state_of_one().rows(conversation_id)
    return str(rows[0][0]) if rows else ""


@cache
def _state_of_one() -> Prepared:
    return Prepared(_states(Generation.objects.filter(conversation=SOME_UUID))[:1], SOME_UUID)


def _state() -> Coalesce:
    """The same for each conversation of a query, as a part of that query."""
    own = Generation.objects.filter(conversation=OuterRef("pk"))
    return Coalesce(Subquery(_states(own)[:1]), Value(""))


def _states(generations: QuerySet[Generation]) -> QuerySet[Generation, str]:
    told = Case(When(status__in=TOLD, then=F("status")), default=Value(""))
    return generations.filter(message__deletion=None).order_by("-pk").values_list(told, flat=True)
