"""What both databases look up next to the words: whose texts, of which kind, how they ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from django.db import connection

from conversations.search.index import facets
from conversations.search.index.schema import ENTRIES
from conversations.search.projects import Kept
from conversations.search.query import Query

NEWEST = 2**63 - 1
"""A row's number that is beyond all."""
NOWHERE = Kept()
VISIBLE = (
    "(SELECT trashed_at IS NULL FROM conversations_conversation WHERE id = entry.conversation_id) "
    "AND COALESCE("
    "(SELECT deletion_id IS NULL FROM conversations_message WHERE id = entry.message_id)"
    ", TRUE)"
)
IN_PROJECT = (
    " AND (SELECT project_id FROM conversations_conversation WHERE id = entry.conversation_id) "
    "IN ({numbers})"
)
FEW = 2_000
"""So many rows of the days that are asked for are looked at one by one."""
WRITTEN = f"SELECT entry.id FROM {ENTRIES} entry WHERE entry.owner_id = %s{{dates}} LIMIT %s"  # noqa: S608

Condition: TypeAlias = tuple[str, list[Any]]
"""A piece of SQL, and its values."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose texts; of one conversation if it is named; titles or messages, or both if None.

    With projects in `kept`, what is in one of them.
    """

    owner_id: int
    conversation_id: UUID | None = None
    titles: bool | None = None
    kept: Kept = NOWHERE

    @property
    def visible(self) -> str:
        """A condition for the rows that are read, newest first, and for no other."""
        if not self.kept.numbers:
            return VISIBLE
        return VISIBLE + IN_PROJECT.format(numbers=", ".join(map(str, self.kept.numbers)))


@dataclass(frozen=True, slots=True)
class Facet:
    """One that a text has; with `is_prefix` it only begins like this."""

    name: str
    is_prefix: bool = False


def of_scope(scope: Scope) -> Iterator[Facet]:
    """All of these a text has."""
    yield Facet(facets.owned_by(scope.owner_id))
    if scope.conversation_id is not None:
        yield Facet(facets.within(scope.conversation_id))
    if scope.titles is not None:
        yield Facet(facets.TITLE if scope.titles else facets.MESSAGE)


def of_query(query: Query, scope: Scope) -> Iterator[list[Facet]]:
    """Of each of these lists a text has one at least."""
    if scope.kept.conversations:
        yield [Facet(facets.within(pk)) for pk in scope.kept.conversations]
    if query.states:
        yield [Facet(facets.ended_as(state)) for state in query.states]
    if query.models:
        yield [Facet(facets.written_by(model), is_prefix=True) for model in query.models]
    if query.has_code:
        yield [Facet(facets.HAS_CODE)]


def dates(query: Query) -> Condition:
    """When a text was written, as a condition that may be empty, and its values."""
    limits = [
        (comparison, connection.ops.adapt_datetimefield_value(moment))
        for comparison, moment in ((">=", query.since), ("<", query.until))
        if moment is not None
    ]
    condition = "".join(f" AND entry.written_at {comparison} %s" for comparison, _ in limits)
    return condition, [value for _, value in limits]


def of_those_days(query: Query, scope: Scope) -> list[int] | None:
    """The rows that were written when the query says, if it does and they are few."""
    condition, values = dates(query)
    if not condition:
        return None
    found = numbers(WRITTEN.format(dates=condition), [scope.owner_id, *values, FEW + 1])
    return found if len(found) <= FEW else None


def numbers(statement: str, values: list[Any]) -> list[int]:
    """The first column of what the database finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [number for (number,) in cursor.fetchall()]
