"""Asks the database which texts a query finds, newest first: SQLite by FTS5, PostgreSQL by GIN.

Both find the same. What is in the trash is never found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from django.db import connection

from conversations.search.index import facets
from conversations.search.index.schema import ENTRIES, LONG, LONG_BYTES, WORDS
from conversations.search.index.terms import Term
from conversations.search.projects import Kept, kept_in
from conversations.search.query import Query

HEAD = 20_000
"""How much of a row of words is read to say how good a hit is."""

NEWEST = 2**63 - 1
VISIBLE = "conversation.trashed_at IS NULL AND message.deletion_id IS NULL"
JOINED = (
    "JOIN conversations_conversation conversation ON conversation.id = entry.conversation_id "
    "LEFT JOIN conversations_message message ON message.id = entry.message_id"
)
CHOSEN = "SELECT entry.id, entry.message_id, entry.written_at, substr(entry.words, 1, %s) FROM"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose texts; of one conversation if it is named; titles or messages, or both if None."""

    owner_id: int
    conversation_id: UUID | None = None
    titles: bool | None = None


class Match(NamedTuple):
    """A text that was found, by the number of its row; `message_id` is None for a title."""

    entry_id: int
    message_id: int | None
    written_at: Any
    words: str


Condition: TypeAlias = tuple[str, list[Any]]


def newest(
    query: Query, scope: Scope, most: int, before: int = NEWEST, *, head: int = HEAD
) -> list[Match]:
    """The newest texts that the query finds, of those whose rows come before that number."""
    kept = kept_in(scope.owner_id, query.projects) if query.projects else None
    if kept is not None and not kept.numbers:
        return []
    where, values = CONDITIONS[connection.vendor](query, scope, before, kept or Kept())
    conditions = [where, VISIBLE]
    if kept is not None:
        numbers = ", ".join(map(str, kept.numbers))
        conditions.append(f"conversation.project_id IN ({numbers})")
    if query.since is not None:
        conditions.append("entry.written_at >= %s")
        values.append(_moment(query.since))
    if query.until is not None:
        conditions.append("entry.written_at < %s")
        values.append(_moment(query.until))
    return [
        Match(*row)
        for row in _rows(
            f"{CHOSEN} {SOURCES[connection.vendor]} {JOINED} "
            f"WHERE {' AND '.join(conditions)} ORDER BY {ORDERS[connection.vendor]} DESC LIMIT %s",
            [head, *values, most],
        )
    ]


def _moment(moment: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _rows(statement: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[Any] = cursor.fetchall()
    return rows


def _sqlite(query: Query, scope: Scope, before: int, kept: Kept) -> Condition:
    looked_up = [f'facets : "{facet}"' for facet in _facets(scope)]
    looked_up += [_either(names) for names in _choices(query, kept)]
    looked_up += [
        f'words : "{" ".join(term.tokens)}"{" *" if term.is_prefix else ""}' for term in query.terms
    ]
    return f"{WORDS} MATCH %s AND found.rowid < %s", [" AND ".join(looked_up), before]


def _either(names: Sequence[tuple[str, bool]]) -> str:
    told = [f'facets : "{name}"{" *" if is_prefix else ""}' for name, is_prefix in names]
    return f"({' OR '.join(told)})"


def _postgresql(query: Query, scope: Scope, before: int, kept: Kept) -> Condition:
    """Where words stand next to each other is read in the row itself, as is all of a long text.

    `strpos` and not `LIKE`: the planner takes that for rare, and would look up every common word.
    """
    lexemes = [f"'{facet}'" for facet in _facets(scope) if facet != facets.owned_by(scope.owner_id)]
    lexemes += [_any_lexeme(names) for names in _choices(query, kept)]
    words = [_lexeme(token, term, at) for term in query.terms for at, token in _tokens(term)]
    if words:
        lexemes.append(f"(({' & '.join(words)}) | '{LONG}')")
    conditions = ["entry.owner_id = %s", "entry.id < %s"]
    values: list[Any] = [scope.owner_id, before]
    if scope.conversation_id is not None:
        conditions.append("entry.conversation_id = %s")
        values.append(scope.conversation_id)
    if lexemes:
        conditions.append("entry.tokens @@ %s::tsquery")
        values.append(" & ".join(lexemes))
    for some, exception in ((_alone(query.terms), True), (_rows_of_tokens(query.terms), False)):
        if some:
            read = " AND ".join(["strpos(entry.words, %s) > 0"] * len(some))
            short = f"octet_length(entry.words) < {LONG_BYTES}"
            conditions.append(f"({short} OR ({read}))" if exception else read)
            values += some
    return " AND ".join(conditions), values


def _tokens(term: Term) -> Iterable[tuple[int, str]]:
    return enumerate(term.tokens, 1 - len(term.tokens))


def _lexeme(token: str, term: Term, at: int) -> str:
    return f"'{token}'" + (":*" if term.is_prefix and at == 0 else "")


def _any_lexeme(names: Sequence[tuple[str, bool]]) -> str:
    return "(" + " | ".join(f"'{name}'{':*' if prefix else ''}" for name, prefix in names) + ")"


def _alone(terms: Iterable[Term]) -> list[str]:
    return [term.row for term in terms if len(term.tokens) == 1]


def _rows_of_tokens(terms: Iterable[Term]) -> list[str]:
    return [term.row for term in terms if len(term.tokens) > 1]


def _facets(scope: Scope) -> list[str]:
    found = [facets.owned_by(scope.owner_id)]
    if scope.conversation_id is not None:
        found.append(facets.within(scope.conversation_id))
    if scope.titles is not None:
        found.append(facets.TITLE if scope.titles else facets.MESSAGE)
    return found


def _choices(query: Query, kept: Kept) -> list[list[tuple[str, bool]]]:
    """Facets of which a text has one at least; whether each is only the beginning of one."""
    found = []
    if query.states:
        found.append([(facets.ended_as(state), False) for state in query.states])
    if query.models:
        found.append([(facets.written_by(model), True) for model in query.models])
    if kept.conversations:
        found.append([(facets.within(pk), False) for pk in kept.conversations])
    if query.has_code:
        found.append([(facets.HAS_CODE, False)])
    return found


CONDITIONS: Mapping[str, Callable[[Query, Scope, int, Kept], Condition]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
}
SOURCES = {
    "sqlite": f"{WORDS} found JOIN {ENTRIES} entry ON entry.id = found.rowid",
    "postgresql": f"{ENTRIES} entry",
}
ORDERS = {"sqlite": "found.rowid", "postgresql": "entry.id"}
