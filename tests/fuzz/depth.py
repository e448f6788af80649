"""How many examples are tried, and what else is common to all that is tried."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.http.multipartparser import MultiPartParserError
from hypothesis import HealthCheck, settings

USUAL_TIMEOUT = 900.0
SECONDS = 60
"""About what all of it takes with every change."""


def fuzzed(few: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """So many examples, or as many more as `FUZZ_MINUTES` has time for."""
    minutes = float(os.environ.get("FUZZ_MINUTES") or 0)
    deep = settings(
        max_examples=max(few, round(few * minutes * 60 / SECONDS)),
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    patient = pytest.mark.timeout(USUAL_TIMEOUT + minutes * 60)
    return lambda test: patient(deep(test))


class Troubles(logging.Handler):
    """Collects what is logged as an error, or with an exception."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or (record.exc_info and not _is_refusal(record)):
            text = record.exc_info and logging.Formatter().formatException(record.exc_info)
            self.heard.append(f"{record.name}: {record.getMessage()} {text or ''}")


def _is_refusal(record: logging.LogRecord) -> bool:
    """Whether Django tells of a body in parts that it could not read, and answered with 400."""
    return record.exc_info is not None and isinstance(record.exc_info[1], MultiPartParserError)


@contextmanager
def nothing_breaks() -> Iterator[None]:
    """Fails if anything meanwhile was logged as an error, or with an exception."""
    troubles = Troubles()
    logging.getLogger().addHandler(troubles)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(troubles)
    assert troubles.heard == []
