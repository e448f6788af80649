"""A log of the requests, so that a test can ask what an upstream saw."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

KEPT_VISITS = 2000


@dataclass(slots=True)
class LoggedVisit:
    """One request; the stamps are `time.time()`."""

    id: int
    path: str
    model: str = ""
    status: int | None = None
    continuation: str | None = None
    opened: float = field(default_factory=time.time)
    first_delta: float | None = None
    closed: float | None = None
    client_hung_up: bool = False
    deltas: int = 0
    characters: int = 0


def to_stderr(line: str) -> None:
    """The usual place for the log lines."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


class VisitLog:
    """The running visits and the last ones that ended, newest last."""

    def __init__(self, log: Callable[[str], None] = to_stderr) -> None:
        self._log = log
        self._count = 0
        self._running: dict[int, LoggedVisit] = {}
        self._ended: deque[LoggedVisit] = deque(maxlen=KEPT_VISITS)

    def open(self, path: str) -> LoggedVisit:
        self._count += 1
        visit = self._running[self._count] = LoggedVisit(self._count, path)
        return visit

    def close(self, visit: LoggedVisit, *, client_hung_up: bool = False) -> None:
        """End a visit; a second end changes nothing."""
        if self._running.pop(visit.id, None) is None:
            return
        visit.closed = time.time()
        visit.client_hung_up = client_hung_up
        self._ended.append(visit)
        if client_hung_up:
            at = datetime.fromtimestamp(visit.closed, UTC).isoformat(timespec="microseconds")
            name = visit.model or visit.path
            self._log(f"{at} {name}: client hung up after {visit.deltas} deltas")

    def ended(self) -> list[dict[str, Any]]:
        return [asdict(visit) for visit in self._ended]

    def slots(self) -> list[dict[str, Any]]:
        """The running visits in the form of the slots of llama.cpp's server; one is always free."""
        busy = [{"id": visit.id, "is_processing": True} for visit in self._running.values()]
        return [*busy, {"id": 0, "is_processing": False}]

    def running(self) -> list[dict[str, Any]]:
        return [asdict(visit) for visit in self._running.values()]
