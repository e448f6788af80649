"""The database backend `streaming.sqlite`.

SQLite lets one connection write at a time. Others ask again and again, with pauses, and whoever
asks in the right moment is next: among many, one may ask for seconds in vain. Here threads wait
in a line, so that each comes to write; SQLite's own waiting is left for other processes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3 import base

from streaming.sqlite.line import Line

READS = re.compile(
    r"\s*(SELECT|PRAGMA|EXPLAIN|VALUES|WITH\b(?!.*\b(INSERT|UPDATE|DELETE|REPLACE)\b))",
    re.IGNORECASE | re.DOTALL,
)
"""Statements that need no turn to write. One with a table of its own may end as any of them."""

lines: defaultdict[str, Line] = defaultdict(Line)
"""One line for each database file."""


def let_go_first(connection: BaseDatabaseWrapper) -> None:
    """From now on what this thread writes goes before what others do, if there is a line."""
    if isinstance(connection, DatabaseWrapper):
        connection.goes_first = True


class DatabaseWrapper(base.DatabaseWrapper):
    """Holds its place at the head of the line as long as it has a transaction open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goes_first = self._writes = False
        self.execute_wrappers.append(self._in_line)

    @property
    def _line(self) -> Line:
        return lines[str(self.settings_dict["NAME"])]

    def _in_line(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if self._writes or READS.match(sql):
            return execute(sql, params, many, context)
        patience = self.settings_dict["OPTIONS"]["timeout"]
        if not self._line.enter(patience, first=self.goes_first):
            raise OperationalError("database is locked, and so is everybody who waits for it")
        self._writes = True
        used = False
        try:
            result = execute(sql, params, many, context)
            used = True
        finally:
            self._leave_line(used=used)
        return result

    def _leave_line(self, *, used: bool = True) -> None:
        still = self.connection is not None and self.connection.in_transaction
        if self._writes and not still:
            self._writes = False
            self._line.leave(used=used)

    def commit(self) -> None:
        super().commit()
        self._leave_line()

    def rollback(self) -> None:
        super().rollback()
        self._leave_line()

    def close(self) -> None:
        try:
            super().close()
        finally:
            if self._writes:
                self._writes = False
                self._line.leave(used=False)
