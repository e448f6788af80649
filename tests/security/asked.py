"""What the database is asked during a request, in whichever thread that happens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.backends.signals import connection_created

_asked: ContextVar[list[str] | None] = ContextVar("asked", default=None)
_SAVEPOINT = re.compile(r'"s\d+_x\d+"')


@contextmanager
def asked() -> Iterator[list[str]]:
    """The statements of what is done inside, without their values."""
    statements: list[str] = []

    def listen(connection: Any, **_: Any) -> None:
        if _note not in connection.execute_wrappers:
            connection.execute_wrappers.append(_note)

    connection_created.connect(listen)
    before = _asked.set(statements)
    try:
        yield statements
    finally:
        _asked.reset(before)
        connection_created.disconnect(listen)


def _note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    statements = _asked.get()
    if statements is not None:
        statements.append(_SAVEPOINT.sub("a savepoint", sql))
    return execute(sql, params, many, context)
