"""The finish reason that upstream announced before the end came."""

from typing import Any

from streaming.providers.formats.building.finish_reasons import is_reason
from streaming.providers.formats.building.partial_calls import PartialCalls
from streaming.providers.formats.building.text_limit import TextLimit
from streaming.providers.formats.json_values import clean


class AnnouncedEnd:
    """A reason holds until more of the answer comes. `reason` is the last one, or empty."""

    __slots__ = ("_calls", "_limit", "_progress", "reason")

    def __init__(self, limit: TextLimit, calls: PartialCalls) -> None:
        self._limit = limit
        self._calls = calls
        self._progress = (0, 0)
        self.reason = ""

    def announce(self, word: Any) -> None:
        if is_reason(word):
            self.reason = clean(word)[:100]
            self._progress = self.progress()

    @property
    def holds(self) -> bool:
        """Whether a reason came, and nothing of the answer after it."""
        return bool(self.reason) and self._progress == self.progress()

    def forget(self) -> None:
        self.reason = ""

    def progress(self) -> tuple[int, int]:
        """How far the answer has come; equal as long as nothing is added to it."""
        return self._limit.room, len(self._calls)
