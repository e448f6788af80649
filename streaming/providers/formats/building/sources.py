"""The sources that one answer names: web addresses, each once, at most so many."""

import re

from streaming.events import Cited
from streaming.providers.formats.json_values import clean

MOST = 100
_LONGEST_ADDRESS = 2000
_LONGEST_TITLE = 300
_ADDRESS = re.compile(r"https?://[^\s/?#@<>\"'\\]+(?:[/?#][^\s<>\"'\\]*)?", re.IGNORECASE)


class Sources:
    """Kept apart from the events: a source belongs to the answer, to no place in it."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._new: list[Cited] = []

    def __bool__(self) -> bool:
        """Whether there are any that were not taken yet."""
        return bool(self._new)

    def take(self) -> list[Cited]:
        taken, self._new = self._new, []
        return taken

    def add(self, address: str, title: str) -> None:
        """A source was named; what is no web address is none."""
        url = clean(address).strip()
        if url in self._known or len(self._known) >= MOST:
            return
        if len(url) > _LONGEST_ADDRESS or _ADDRESS.fullmatch(url) is None:
            return
        self._known.add(url)
        self._new.append(Cited(url, " ".join(clean(title).split())[:_LONGEST_TITLE]))
