"""Database work off the loop, in a few threads that keep their connections."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connections

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4
PAGE_THREADS = 16
SHARED, WATCH, PAGES, LONG = "database", "watch", "pages", "long"
SIZES = {SHARED: THREADS, WATCH: 1, PAGES: PAGE_THREADS, LONG: 1}
"""How many threads each pool has."""

_pools: dict[str, ThreadPoolExecutor] = {}


def in_thread(function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """`function` as a coroutine function that does not hold up the loop, nor other calls."""
    return _in_pool(SHARED, function)


def in_watch_thread(function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """As `in_thread`, for what may not wait for other work: one call after another."""
    return _in_pool(WATCH, function)


def in_page_thread(function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """As `in_thread`, for requests: some of them wait for others."""
    return _in_pool(PAGES, function)


def in_long_thread(function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """As `in_thread`, for pieces of long work, one after another: nobody waits for them."""
    return _in_pool(LONG, function)


class OneRound:
    """One round of a loop: what fails in it is logged, and the loop continues.

    `work` follows "Could not". A database that is away is a warning, all else a fault.
    """

    def __init__(self, work: str) -> None:
        self._work = work

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, trouble: BaseException | None, where: object) -> bool:
        if isinstance(trouble, DatabaseError):
            logger.warning("Could not %s: %s", self._work, trouble)
        elif isinstance(trouble, Exception):
            logger.error("Could not %s", self._work, exc_info=trouble)
        return isinstance(trouble, Exception)


def close_threads() -> None:
    """End the threads, each closing its own connections."""
    while _pools:
        _, pool = _pools.popitem()
        _end(pool)


async def end_page_threads() -> None:
    """End those that serve pages, each with its connection; the next request starts a new one.

    To be called on the loop. A request that is being served ends as usual.
    """
    if pool := _pools.pop(PAGES, None):
        await asyncio.to_thread(_end, pool)


def _end(pool: ThreadPoolExecutor) -> None:
    """All its threads at once, as far as they are idle: so that each has to take one goodbye."""
    threads = len(pool._threads)
    everybody = threading.Barrier(threads)
    wait([pool.submit(_say_goodbye, everybody) for _ in range(threads)])
    pool.shutdown()


def _in_pool(name: str, function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    @wraps(function)
    async def call(*args: P.args, **kwargs: P.kwargs) -> T:
        work = partial(_with_connection, function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(_pool(name), work)

    return call


def _pool(name: str) -> ThreadPoolExecutor:
    if name not in _pools:
        _pools[name] = ThreadPoolExecutor(SIZES[name], thread_name_prefix=name)
    return _pools[name]


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
