"""Which texts a query finds, newest first, and where one is among them. On both databases the same.

What is in the trash is never found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from django.db import connection

from conversations.search import fts5, gin
from conversations.search.conditions import NEWEST, Condition, Scope
from conversations.search.index.schema import ENTRIES
from conversations.search.projects import kept_in
from conversations.search.query import Query

HEAD = 20_000
"""How much of a row of words is read to say how good a hit is."""

LookUp: TypeAlias = Callable[[Query, Scope, int, int], list[int]]
LOOK_UPS: Mapping[str, LookUp] = {"sqlite": fts5.newest, "postgresql": gin.newest}
Messages: TypeAlias = Callable[[Query, Scope, int], Condition]
MESSAGES: Mapping[str, Messages] = {"sqlite": fts5.messages, "postgresql": gin.messages}
Prepared: TypeAlias = Callable[[], AbstractContextManager[None]]
PREPARED: Mapping[str, Prepared] = {"sqlite": nullcontext, "postgresql": gin.prepared}
"""What a statement is run in. On SQLite that is no transaction: one would wait to write."""
PLACE = """
WITH found(id) AS ({messages}), here(id) AS (SELECT COALESCE(%s, max(id)) FROM found)
SELECT
    (SELECT id FROM here),
    count(*),
    count(*) FILTER (WHERE found.id <= here.id),
    count(*) FILTER (WHERE found.id = here.id),
    max(found.id) FILTER (WHERE found.id < here.id),
    min(found.id) FILTER (WHERE found.id > here.id)
FROM found, here
"""
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


@dataclass(frozen=True, slots=True)
class Place:
    """One message among those that are found, in their order: `number` is its own, from 1 on.

    It need not be one of them: then `number` is 0, but `previous` and `next` are known.
    """

    at: int | None = None
    count: int = 0
    number: int = 0
    previous: int | None = None
    next: int | None = None


def place(query: Query, scope: Scope, most: int, at: int | None) -> Place:
    """Where that message is among the newest ones found in a conversation; of None, the newest.

    They are counted where they are kept: a page costs about the same however many they are.
    """
    statement, values = MESSAGES[connection.vendor](query, scope, most)
    with PREPARED[connection.vendor](), connection.cursor() as cursor:
        cursor.execute(PLACE.format(messages=statement), [*values, at])
        here, count, up_to, itself, previous, following = cursor.fetchone()
    return Place(here, count, up_to if itself else 0, previous, following)


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
