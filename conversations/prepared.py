"""Queries that are composed once: for what every page asks, that takes longer than to ask it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet, UUIDField

SOME_UUID = UUID("5a1fb6c2-7f0e-4c55-9d6b-1a2c64de9f03")
OTHER_UUID = UUID("0e7c2c1f-93a4-4f0b-8d55-6b9b4f1d3a78")
SOME_NUMBER, OTHER_NUMBER = -1_908_172_635, -1_908_172_636
SOME_TEXT, OTHER_TEXT = "some text", "other text"
"""Stand for a value in a query that is composed before anybody asks.

The numbers fit in 32 bits: Django composes a query that finds nothing for one that its column
cannot hold, and on PostgreSQL people have such numbers.
"""

M = TypeVar("M", bound=Model)


class Prepared:
    """The rows of a `values_list` in which these objects stood where values differ each time.

    Use each of the `slots` as such a value in the filters of the query. The rows are those that
    the query itself would give, for any database that the process speaks with by one alias.
    """

    def __init__(self, query: QuerySet[Any, Any], *slots: object) -> None:
        compiler = query.query.get_compiler(DEFAULT_DB_ALIAS)
        self._sql, values = compiler.as_sql()
        self._values = tuple(values)
        self._slots = [_prepared(slot) for slot in slots]
        self._compiler = compiler
        self._converters = compiler.get_converters([column for column, _, _ in compiler.select])

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """What the query finds with these values in the slots."""
        meant = dict(zip(self._slots, map(_prepared, values), strict=True))
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(self._sql, [meant.get(each, each) for each in self._values])
            rows: Sequence[Any] = cursor.fetchall()
        if self._converters:
            rows = list(self._compiler.apply_converters(rows, self._converters))
        return list(map(tuple, rows))


class PreparedRow(Generic[M]):
    """The first row of such a query of whole rows, as an object of its model."""

    def __init__(self, query: QuerySet[M], *slots: object) -> None:
        self._model = query.model
        self._fields = [field.attname for field in query.model._meta.concrete_fields]
        self._prepared = Prepared(query.values_list(*self._fields)[:1], *slots)

    def first(self, *values: Any) -> M | None:
        for row in self._prepared.rows(*values):
            return self._model.from_db(DEFAULT_DB_ALIAS, self._fields, row)
        return None


def _prepared(value: Any) -> Any:
    """The value as this database takes it."""
    if isinstance(value, UUID):
        return UUIDField().get_db_prep_value(value, connections[DEFAULT_DB_ALIAS])
    return value
