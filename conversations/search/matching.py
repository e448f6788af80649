"""Which texts a query finds, newest first. Both databases find the same.

What is in the trash is never found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from django.db import connection

from conversations.search import fts5, gin
from conversations.search.conditions import NEWEST, Scope
from conversations.search.index.schema import ENTRIES
from conversations.search.projects import kept_in
from conversations.search.query import Query

HEAD = 20_000
"""How much of a row of words is read to say how good a hit is."""

LookUp: TypeAlias = Callable[[Query, Scope, int, int], list[int]]
LOOK_UPS: Mapping[str, LookUp] = {"sqlite": fts5.newest, "postgresql": gin.newest}
READ = (
    "SELECT id, message_id, CAST(written_at AS text), substr(words, 1, %s) "  # noqa: S608 (made of constants)
    f"FROM {ENTRIES} WHERE id IN ({{places}}) ORDER BY id DESC"
)


class Match(NamedTuple):
    """A text that was found, by the number of its row; `message_id` is None for a title.

    `written_at` is as the database spells it: later moments are greater.
    """

    entry_id: int
    message_id: int | None
    written_at: str
    words: str


def newest(
    query: Query, scope: Scope, most: int, before: int = NEWEST, *, head: int = HEAD
) -> list[Match]:
    """The newest texts that the query finds, of those whose rows come before that number."""
    if query.projects:
        scope = replace(scope, kept=kept_in(scope.owner_id, query.projects))
        if not scope.kept.numbers:
            return []
    numbers = LOOK_UPS[connection.vendor](query, scope, most, before)
    return _read(numbers, head) if numbers else []


def _read(numbers: Sequence[int], head: int) -> list[Match]:
    """These rows, newest first, with so many characters of their words."""
    places = ", ".join(["%s"] * len(numbers))
    with connection.cursor() as cursor:
        cursor.execute(READ.format(places=places), [head, *numbers])
        return [Match(*row) for row in cursor.fetchall()]
