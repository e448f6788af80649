"""The look-up in PostgreSQL: a GIN index has no order, so the newest rows are asked for in steps.

The first step reads the newest rows of the person. If they do not hold enough hits, the second asks
the index for as many older rows as these let expect, and the last for all that are older: then hits
are rare. So a common word costs no more than a rare one, and no planner has to guess which it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

from django.db import connection, transaction

from conversations.search.conditions import (
    NEWEST,
    Condition,
    Facet,
    Scope,
    dates,
    numbers,
    of_query,
    of_scope,
    of_those_days,
)
from conversations.search.index.facets import MESSAGE
from conversations.search.index.schema import (
    BEGINNING,
    BEGINNING_LETTERS,
    ENTRIES,
    LONG,
    LONG_BYTES,
    TOKENS,
    block_tokens,
    pair,
)
from conversations.search.index.terms import Term
from conversations.search.query import Query

FIRST_STEP = 1_000
"""Rows, that are read."""
GENEROSITY = 1.5
"""How much farther the second step goes than to where enough hits are expected."""
FARTHEST = 40
"""First steps that the second one is long at most: what is rarer is looked up among all rows."""

SETTINGS = "SET LOCAL jit = off; SET LOCAL work_mem = '64MB'"
"""To compile a statement takes longer than to find the rows; a set of rows has to fit in whole."""
KINDS = {True: " AND entry.message_id IS NULL", False: " AND entry.message_id IS NOT NULL"}
NEWEST_OF = (
    f"(SELECT entry.id FROM {ENTRIES} entry WHERE entry.owner_id = %s AND entry.id < %s{{kind}} "  # noqa: S608
    "ORDER BY entry.id DESC OFFSET %s LIMIT 1)"
)
STEP = (
    "SELECT entry.{column} FROM (SELECT entry.id, entry.conversation_id, entry.message_id "  # noqa: S608
    f"FROM {ENTRIES} entry WHERE {{condition}} ORDER BY entry.id DESC OFFSET 0) entry "
    "WHERE {visible} LIMIT %s"
)
LISTED = "entry.id = ANY(%s) AND entry.owner_id = %s AND entry.id < %s"
NEAR = "entry.owner_id = %s AND entry.id >= %s AND entry.id < %s"
FAR = "entry.owner_id + 0 = %s AND entry.id + 0 >= %s AND entry.id + 0 < %s"
"""Says the same, and is read in each hit: other indexes would go through nearly all rows for it."""


@dataclass(frozen=True, slots=True)
class Step:
    """Rows from one number to before another."""

    start: int
    end: int

    @property
    def is_last(self) -> bool:
        return not self.start

    def spelled(self, place: str, scope: Scope) -> Condition:
        return place, [scope.owner_id, self.start, self.end]

    def following(self, found: int, wanted: int, first: Step) -> Step:
        """The rows before these, as many as hold what is wanted if they are like the first."""
        length = first.end - first.start
        expected = length * wanted / found * GENEROSITY if found else float("inf")
        start = 0 if expected > FARTHEST * length else max(0, self.start - int(expected))
        return Step(start, self.start)


def messages(query: Query, scope: Scope, most: int) -> Condition:
    """A statement that finds the messages of the newest rows, for a scope of one conversation."""
    conditions = _among(Step(0, NEWEST), query, scope)
    return _statement("message_id", conditions, scope, most)


def newest(query: Query, scope: Scope, most: int, before: int) -> list[int]:
    """The newest rows before that one that the query finds, newest first."""
    with prepared():
        return _newest(query, scope, most, before)


def _newest(query: Query, scope: Scope, most: int, before: int) -> list[int]:
    if scope.conversation_id is not None:
        return _looked_up(Step(0, before), query, scope, most)
    if (rows := of_those_days(query, scope)) is not None:
        return _read((LISTED, [rows, scope.owner_id, before]), query, scope, most)
    first = step = _first_step(scope, before)
    found = _read(first.spelled(NEAR, scope), query, scope, most)
    near = len(found)
    while len(found) < most and not step.is_last:
        step = step.following(near, most - len(found), first)
        found += _looked_up(step, query, scope, most - len(found))
    return found


@contextmanager
def prepared() -> Iterator[None]:
    """A transaction in which the database plans as it is best for these statements."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(SETTINGS)
        yield


def _first_step(scope: Scope, before: int) -> Step:
    newest_of = NEWEST_OF.format(kind=_kind(scope))
    values = (scope.owner_id, before)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {newest_of}, {newest_of}", [*values, 0, *values, FIRST_STEP - 1])
        end, start = cursor.fetchone()
    return Step(start or 0, end + 1 if end else 0)


def _read(place: Condition, query: Query, scope: Scope, most: int) -> list[int]:
    """The hits among these rows, which are all read, newest first, until there are enough."""
    rows = _holding("words", [[term.row] for term in query.terms])
    facets = _holding(
        "facets", [[_stored(each) for each in some] for some in of_query(query, scope)]
    )
    return _hits([place, rows, facets, dates(query)], scope, most)


def _looked_up(step: Step, query: Query, scope: Scope, most: int) -> list[int]:
    """The hits among these rows, which the index tells."""
    return _hits(_among(step, query, scope), scope, most)


def _among(step: Step, query: Query, scope: Scope) -> list[Condition]:
    tokens = _tokens(step, query, scope)
    return [step.spelled(FAR, scope), tokens, _unindexed(query), dates(query)]


def _hits(conditions: Sequence[Condition], scope: Scope, most: int) -> list[int]:
    return numbers(*_statement("id", conditions, scope, most))


def _statement(column: str, conditions: Sequence[Condition], scope: Scope, most: int) -> Condition:
    condition = "".join(each for each, _ in conditions) + _kind(scope)
    values = [value for _, some in conditions for value in some]
    statement = STEP.format(column=column, condition=condition, visible=scope.visible)
    return statement, [*values, most]


def _kind(scope: Scope) -> str:
    return "" if scope.titles is None else KINDS[scope.titles]


def _holding(column: str, alternatives: Iterable[Sequence[str]]) -> Condition:
    """Of each of these one at least stands in the column."""
    some = list(alternatives)
    holds = (" OR ".join([f"strpos(entry.{column}, %s) > 0"] * len(each)) for each in some)
    return "".join(f" AND ({each})" for each in holds), [text for each in some for text in each]


def _stored(facet: Facet) -> str:
    """As it stands in a row of facets."""
    return f" {facet.name}" if facet.is_prefix else f" {facet.name} "


def _unindexed(query: Query) -> Condition:
    """Where words stand next to each other is read in the row itself, as is all of a long text."""
    rows, values = _holding("words", [[term.row] for term in query.terms if len(term.tokens) > 1])
    alone, more = _holding("words", [[term.row] for term in query.terms if len(term.tokens) == 1])
    if more:
        alone = f" AND (octet_length(entry.words) < {LONG_BYTES} OR (TRUE{alone}))"
    return rows + alone, [*values, *more]


def _tokens(step: Step, query: Query, scope: Scope) -> Condition:
    """What the index is asked for. Nearly all texts are messages, so that is not."""
    found = [f"'{facet.name}'" for facet in of_scope(scope) if facet.name != MESSAGE]
    found += [_any(map(_facet, some)) for some in of_query(query, scope)]
    if blocks := block_tokens(step.start, step.end):
        found.append(_any(map(_quoted, blocks)))
    words = [each for term in query.terms for each in (*_words(term), *_pairs(term))]
    if words:
        found.append(f"(({' & '.join(words)}) | '{LONG}')")
    return f" AND {TOKENS} @@ %s::tsquery", [" & ".join(found)]


def _any(lexemes: Iterable[str]) -> str:
    return f"({' | '.join(lexemes)})"


def _quoted(token: str) -> str:
    return f"'{token}'"


def _facet(facet: Facet) -> str:
    return f"'{facet.name}'{':*' if facet.is_prefix else ''}"


def _words(term: Term) -> list[str]:
    """Each token; of the last one all that begin with it, if more may follow."""
    *first, last = term.tokens
    found = list(map(_quoted, first))
    if not term.is_prefix:
        return [*found, _quoted(last)]
    if len(last) == BEGINNING_LETTERS:
        return [*found, _any(map(_quoted, (last, last + BEGINNING)))]
    return [*found, f"{_quoted(last)}:*"]


def _pairs(term: Term) -> list[str]:
    """Two tokens next to each other are one in the index, unless the second may be longer."""
    whole = term.tokens[:-1] if term.is_prefix else term.tokens
    return [_quoted(pair(*two)) for two in pairwise(whole)]
