"""What another connection does in the middle of a transaction, at a place that a test names."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, connections

WAITED = "waited"
PATIENCE_MS = 300
"""So long it waits for a lock that the transaction holds, which does not continue meanwhile."""


def elsewhere(work: Callable[[], Any]) -> Any:
    """What the work comes to in another connection: its result, its exception, or `WAITED`."""
    done: list[Any] = []

    def act() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = {PATIENCE_MS}")
            done.append(work())
        except OperationalError as trouble:
            done.append(WAITED if "lock timeout" in str(trouble) else trouble)
        except Exception as trouble:  # noqa: BLE001 (the test looks at it)
            done.append(trouble)
        finally:
            connections.close_all()

    thread = threading.Thread(target=act)
    thread.start()
    thread.join()
    return done[0]


@contextmanager
def before(statement: str, work: Callable[[], Any]) -> Iterator[list[Any]]:
    """Does the work elsewhere, once, before this thread's first statement that begins like this.

    The list then holds what it came to.
    """
    came_to: list[Any] = []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not came_to and sql.startswith(statement):
            came_to.append(elsewhere(work))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield came_to
    assert came_to, f"there was no {statement}"
