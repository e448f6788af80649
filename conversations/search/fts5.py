"""The look-up in SQLite: FTS5 walks the rows from the newest on, and stops when it has enough."""

from __future__ import annotations

from conversations.search.conditions import NEWEST as LATEST
from conversations.search.conditions import (
    Condition,
    Facet,
    Scope,
    dates,
    numbers,
    of_query,
    of_scope,
    of_those_days,
)
from conversations.search.index.schema import ENTRIES, WORDS
from conversations.search.index.terms import Term
from conversations.search.query import Query

NEWEST = (
    f"SELECT {{column}} FROM {WORDS} found JOIN {ENTRIES} entry ON entry.id = found.rowid "  # noqa: S608
    f"WHERE {WORDS} MATCH %s AND found.rowid < %s{{dates}} AND {{visible}} "
    "ORDER BY found.rowid DESC LIMIT %s"
)
AMONG = " AND found.rowid BETWEEN %s AND %s"


def newest(query: Query, scope: Scope, most: int, before: int) -> list[int]:
    """The newest rows before that one that the query finds, newest first."""
    return numbers(*_statement("found.rowid", query, scope, most, before))


def messages(query: Query, scope: Scope, most: int) -> Condition:
    """A statement that finds the messages of the newest rows."""
    return _statement("entry.message_id", query, scope, most, LATEST)


def _statement(column: str, query: Query, scope: Scope, most: int, before: int) -> Condition:
    condition, values = dates(query)
    rows = of_those_days(query, scope)
    if rows is not None:
        condition += AMONG
        values += [min(rows), max(rows)] if rows else [0, 0]
    statement = NEWEST.format(column=column, dates=condition, visible=scope.visible)
    return statement, [_match(query, scope), before, *values, most]


def _match(query: Query, scope: Scope) -> str:
    """As FTS5 spells it."""
    looked_up = [_facet(facet) for facet in of_scope(scope)]
    looked_up += [f"({' OR '.join(map(_facet, some))})" for some in of_query(query, scope)]
    looked_up += [_words(term) for term in query.terms]
    return " AND ".join(looked_up)


def _facet(facet: Facet) -> str:
    return f'facets : "{facet.name}"{" *" if facet.is_prefix else ""}'


def _words(term: Term) -> str:
    return f'words : "{" ".join(term.tokens)}"{" *" if term.is_prefix else ""}'
