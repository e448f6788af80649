"""Queries that are composed once: for what every page asks, that takes longer than to ask it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet, UUIDField

SOME_UUID = UUID("5a1fb6c2-7f0e-4c55-9d6b-1a2c64de9f03")
"""Stands for a number in a query that is composed before anybody asks."""


class Prepared:
    """The rows of a `values_list` in which this object stood where a value differs each time.

    Use `slot` as that value in the filters of the query. The rows are those that the query itself
    would give, for any database that the process speaks with by one alias.
    """

    def __init__(self, query: QuerySet[Any, Any], slot: object) -> None:
        compiler = query.query.get_compiler(DEFAULT_DB_ALIAS)
        self._sql, self._values = compiler.as_sql()
        self._slot = _prepared(slot)
        self._compiler = compiler
        self._converters = compiler.get_converters([column for column, _, _ in compiler.select])

    def rows(self, value: Any) -> list[tuple[Any, ...]]:
        """What the query finds with this value in the slot."""
        meant = _prepared(value)
        values = [meant if each == self._slot else each for each in self._values]
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(self._sql, values)
            rows: Sequence[Any] = cursor.fetchall()
        if self._converters:
            rows = list(self._compiler.apply_converters(rows, self._converters))
        return list(map(tuple, rows))


def _prepared(value: Any) -> Any:
    """The value as this database takes it."""
    if isinstance(value, UUID):
        return UUIDField().get_db_prep_value(value, connections[DEFAULT_DB_ALIAS])
    return value
