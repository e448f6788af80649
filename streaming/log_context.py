"""On whose behalf something is logged: the request, and the generation that it began.

A run's task inherits the request that launched it, so one search finds the whole way.
"""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")

request_id: ContextVar[str] = ContextVar("request_id", default="")
generation: ContextVar[int | None] = ContextVar("generation", default=None)


def request_id_from(said: str) -> str:
    """What a proxy called the request, if that fits into a log line, else a new name."""
    return said if WELL_FORMED.fullmatch(said) else secrets.token_hex(8)


def told() -> dict[str, str | int]:
    """What is known in this task or thread."""
    found: dict[str, str | int] = {}
    if name := request_id.get():
        found["request"] = name
    if (pk := generation.get()) is not None:
        found["generation"] = pk
    return found
