"""A line before something that one thread at a time may use: first come, first served."""

from __future__ import annotations

import threading
import time
from collections import deque


class Line:
    """Who enters has it alone until they leave; then it is the next one's."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False
        self._moved = 0.0

    def enter(self, patience: float, *, first: bool = False) -> bool:
        """Wait for one's turn, after others or `first`.

        False once nobody has had a turn of use for `patience` seconds.
        """
        with self._changing:
            if not self._taken:
                self._taken = True
                return True
            called, came = threading.Event(), time.monotonic()
            if first:
                self._waiting.appendleft(called)
            else:
                self._waiting.append(called)
        while not called.wait(max(0.0, self._end(came, patience) - time.monotonic())):
            with self._changing:
                if not called.is_set() and self._end(came, patience) <= time.monotonic():
                    self._waiting.remove(called)
                    return False
        return True

    def leave(self, *, used: bool = True) -> None:
        """Let the next one in; `used` says whether one's turn was of use."""
        with self._changing:
            if used:
                self._moved = time.monotonic()
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False

    def _end(self, came: float, patience: float) -> float:
        return max(came, self._moved) + patience
