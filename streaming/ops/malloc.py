"""How the C library keeps the memory of many threads."""

from __future__ import annotations

import ctypes
from contextlib import suppress

M_ARENA_MAX, ARENAS = -8, 2
"""The name of the limit in glibc's malloc.h, and the limit."""


def limit_arenas() -> None:
    """Two arenas for all threads, not up to eight a core, as glibc has it. Call it early.

    Each request has a thread of its own, and what short lives leave in many arenas is half
    empty and never given back.
    """
    with suppress(AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Let the system have the memory that nothing is in: the C library keeps it for the next time.

    It takes a few milliseconds, in which no other thread gets memory.
    """
    with suppress(AttributeError):  # as above
        ctypes.CDLL(None).malloc_trim(0)
