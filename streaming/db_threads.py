"""Database work off the loop, in a few threads that keep their connections."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connections

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4

_pool: ThreadPoolExecutor | None = None


def in_thread(function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """`function` as a coroutine function that does not hold up the loop, nor other calls."""

    @wraps(function)
    async def call(*args: P.args, **kwargs: P.kwargs) -> T:
        work = partial(_with_connection, function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(_threads(), work)

    return call


def close_threads() -> None:
    """End the threads, each closing its own connections."""
    global _pool
    if _pool is None:
        return
    pool, _pool = _pool, None
    # All at once, so that every thread has to take one.
    everybody = threading.Barrier(THREADS)
    wait([pool.submit(_say_goodbye, everybody) for _ in range(THREADS)])
    pool.shutdown()


def _threads() -> ThreadPoolExecutor:
    global _pool
    _pool = _pool or ThreadPoolExecutor(THREADS, thread_name_prefix="database")
    return _pool


def _with_connection(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """A connection that failed is not kept: the database may have gone away under it."""
    try:
        return function(*args, **kwargs)
    except DatabaseError:
        connections.close_all()
        raise


def _say_goodbye(everybody: threading.Barrier) -> None:
    everybody.wait()
    connections.close_all()
