"""The list of conversations with what is alive in it: how the last answer of each stands."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case, CharField, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from conversations import sidebar
from conversations.order.scope import EVERYTHING, Scope
from conversations.paging import Place
from conversations.sidebar import AT_ONCE, ListStretch, SidebarRow
from streaming.models import Generation

TOLD = (Generation.Status.RUNNING, Generation.Status.INTERRUPTED)
"""Statuses that the list shows, whoever has seen them."""

ENDED = (Generation.Status.FINISHED, Generation.Status.FAILED)
"""Statuses that are news to somebody who was not there; who stops an answer knows that it ended."""

UNREAD = "unread"


def newest(
    owner_id: int,
    current: UUID | None = None,
    most: int = AT_ONCE,
    scope: Scope = EVERYTHING,
) -> ListStretch:
    return sidebar.newest(owner_id, current, most=most, facts=_facts, scope=scope)


def earlier(owner_id: int, before: Place, scope: Scope = EVERYTHING) -> ListStretch:
    return sidebar.earlier(owner_id, before, facts=_facts, scope=scope)


def row(conversation_id: UUID) -> SidebarRow | None:
    """One conversation as it is listed; None if it is not there any more."""
    return sidebar.row(conversation_id, facts=_facts)


def _facts() -> Coalesce:
    """Of each conversation's last answer its state, number and status, as a part of the query."""
    state = Case(
        When(status__in=TOLD, then=F("status")),
        When(status__in=ENDED, pk__gt=OuterRef("seen"), then=Value(UNREAD)),
        default=Value(""),
    )
    facts = Concat(state, Value(" "), Cast("pk", CharField()), Value(" "), F("status"))
    answers = Generation.objects.filter(
        conversation=OuterRef("pk"), message__deletion=None, replaced=None
    )
    last = answers.order_by("-pk").values_list(facts, flat=True)
    return Coalesce(Subquery(last[:1]), Value(""))
