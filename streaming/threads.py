"""Database work off the loop, each call in whichever thread is free."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async

P = ParamSpec("P")
T = TypeVar("T")


def in_thread(function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """`function` as a coroutine function that does not hold up the loop, nor other calls."""
    call: Callable[P, Awaitable[T]] = database_sync_to_async(function, thread_sensitive=False)
    return call
