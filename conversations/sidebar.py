"""Past conversations, newest first, in groups that are named for their day.

The list is read in stretches, so what a page costs does not depend on how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby
from typing import Any, Literal, NamedTuple, TypeAlias
from uuid import UUID

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.utils.dateformat import format as date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext

from conversations.languages.texts import lazy_text
from conversations.models import Conversation
from conversations.order import projects
from conversations.order.projects import ProjectRow
from conversations.order.scope import EVERYTHING, Scope
from conversations.paging import IN_ARCHIVE, IN_LIST, Listable, Place
from conversations.prepared import SOME_NUMBER, SOME_UUID, Prepared

AT_ONCE = 40
"""How many rows a page lists: more than fit into it, few enough to be cheap."""

PINNED, OPEN, TODAY = lazy_text("Pinned"), lazy_text("Open now"), lazy_text("Today")
ORDER = ("-pinned", "-updated_at", "-pk")
Kind: TypeAlias = Literal["list", "archive", "project"]

Facts: TypeAlias = Callable[[], Combinable]
"""Makes what the database is asked about each conversation, as a part of the query."""


def no_facts() -> Value:
    return Value("", output_field=CharField())


class SidebarRow(NamedTuple):
    """A conversation as the list shows it, with the name of its project.

    `facts` is what its caller knows of its last answer.
    """

    pk: UUID
    title: str
    pinned: bool
    updated_at: datetime
    facts: str
    archived: bool = False
    project: str | None = None

    @property
    def state(self) -> str:
        """The first word of the facts: `running`, `interrupted`, `unread` or nothing."""
        return self.facts.partition(" ")[0]

    @property
    def answer(self) -> str:
        """The other words: which answer it is, and how it stands."""
        return self.facts.partition(" ")[2]


COLUMNS = ("pk", "title", "pinned", "updated_at", "facts", "archived", "project__name")

Group: TypeAlias = tuple[str, list[SidebarRow]]


@dataclass(frozen=True, slots=True)
class ListStretch:
    """A stretch of the list, of `most` rows at most.

    `continues`: its first group began in the stretch before it. `projects` are those that are shown
    above the list; `others` the newest of all where the list shows only some, for their news.
    """

    groups: list[Group] = field(default_factory=list)
    earlier: Place | None = None
    continues: bool = False
    most: int = AT_ONCE
    scope: Scope = EVERYTHING
    projects: list[ProjectRow] = field(default_factory=list)
    others: Sequence[SidebarRow] = ()

    @property
    def unlisted(self) -> list[SidebarRow]:
        """The others that the list does not show."""
        listed = {row.pk for _, rows in self.groups for row in rows}
        return [row for row in self.others if row.pk not in listed]

    @property
    def fingerprint(self) -> str:
        """A digest of all that is shown: two lists that look alike have the same."""
        shown = [
            (name, [(row.pk.hex, *row[1:3], *row[4:]) for row in rows])
            for name, rows in self.groups
        ]
        others = [(row.pk.hex, row.title, row.facts) for row in self.unlisted]
        said = repr((shown, str(self.earlier), self.scope, self.projects, others))
        return blake2b(said.encode("utf-8", "replace"), digest_size=12).hexdigest()


def newest(
    owner_id: int,
    current: UUID | None = None,
    *,
    most: int = AT_ONCE,
    facts: Facts = no_facts,
    scope: Scope = EVERYTHING,
) -> ListStretch:
    """A person's newest conversations: pinned ones, then day by day, then month by month.

    The current one is always among them: if it is older, in a group of its own. `facts` is what
    the database is asked about each; it is part of the same query. A scope has to be this person's.
    """
    found = _newest(facts, most, _kind(scope)).rows(scope.project or owner_id)
    listed = replace(
        _stretch(found, None, scope, most),
        projects=projects.of(owner_id),
        others=_others(owner_id, facts) if scope.name else (),
    )
    if current is not None and not any(
        row.pk == current for _, rows in listed.groups for row in rows
    ):
        pinned = sum(1 for name, _ in listed.groups if name == PINNED)
        listed.groups[pinned:pinned] = [
            (OPEN, [SidebarRow(*row)]) for row in _rows(owner_id, facts).filter(pk=current)
        ]
    return listed


def earlier(
    owner_id: int, before: Place, *, facts: Facts = no_facts, scope: Scope = EVERYTHING
) -> ListStretch:
    """What follows that place in the list."""
    found = _in_order(_kind(scope), scope.project or owner_id, facts).filter(before.after)
    return _stretch(found[: AT_ONCE + 1], before, scope)


def row(conversation_id: UUID, *, facts: Facts = no_facts) -> SidebarRow | None:
    """One conversation as it is listed; None if it is not there any more."""
    found = _one(facts).rows(conversation_id)
    return SidebarRow(*found[0]) if found else None


def _others(owner_id: int, facts: Facts) -> Sequence[SidebarRow]:
    return [SidebarRow(*row) for row in _newest(facts, AT_ONCE, "list").rows(owner_id)]


@lru_cache(maxsize=4)
def _one(facts: Facts) -> Prepared:
    return Prepared(_as_rows(Conversation.objects.filter(pk=SOME_UUID), facts), SOME_UUID)


@lru_cache(maxsize=64)
def _newest(facts: Facts, most: int, kind: Kind) -> Prepared:
    """Every page asks for it, often several times."""
    return Prepared(_in_order(kind, SOME_NUMBER, facts)[: most + 1], SOME_NUMBER)


def _kind(scope: Scope) -> Kind:
    if scope.project:
        return "project"
    return "archive" if scope.archived else "list"


def _in_order(kind: Kind, number: int, facts: Facts) -> QuerySet[Conversation, tuple[Any, ...]]:
    """The conversations of a person or project, by its number.

    By one of both alone: each has an index that is in order.
    """
    own = Q(project=number) if kind == "project" else Q(owner=number)
    shown = IN_ARCHIVE if kind == "archive" else IN_LIST
    rows = Conversation.objects.filter(own, shown).order_by(*ORDER)
    return _as_rows(rows, facts)


def _rows(owner_id: int, facts: Facts) -> QuerySet[Conversation, tuple[Any, ...]]:
    return _as_rows(Conversation.objects.filter(owner_id=owner_id), facts)


def _as_rows(rows: QuerySet[Conversation], facts: Facts) -> QuerySet[Conversation, tuple[Any, ...]]:
    return rows.annotate(facts=facts()).values_list(*COLUMNS)


def _stretch(
    found: Iterable[tuple[Any, ...]], before: Place | None, scope: Scope, most: int = AT_ONCE
) -> ListStretch:
    rows = [SidebarRow(*row) for row in found]
    more, rows = len(rows) > most, rows[:most]
    groups = grouped(rows, today := localdate())
    continues = before is not None and [label(before, today)] == [name for name, _ in groups[:1]]
    return ListStretch(groups, Place.of(rows[-1]) if more else None, continues, most, scope)


def rises(before: Conversation) -> bool:
    """Whether a new message, since `before` was read, has moved the conversation in the list."""
    others = Conversation.objects.filter(
        IN_LIST, owner_id=before.owner_id, pinned__in=[before.pinned]
    ).exclude(pk=before.pk)
    if label(before, localdate()) not in (PINNED, TODAY):
        return True
    return others.filter(updated_at__gt=before.updated_at).exists()


def grouped(newest: Iterable[SidebarRow], today: date) -> list[Group]:
    groups = groupby(newest, lambda row: label(row, today))
    return [(name, list(rows)) for name, rows in groups]


def label(listed: Listable, today: date) -> str:
    if listed.pinned:
        return PINNED
    day = localdate(listed.updated_at)
    if day >= today:
        return TODAY
    if day == today - timedelta(days=1):
        return gettext("Yesterday")
    if day > today - timedelta(days=7):
        return date_format(day, "l")
    return date_format(day, "F" if day.year == today.year else "F Y")
