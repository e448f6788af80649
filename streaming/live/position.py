"""Where a page stands in its thread and in the list, as it says itself and as it is told.

Part of the protocol: sockets carry positions in JSON, pages without a socket in an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conversations.requests import row_number
from streaming.models import Generation


@dataclass(frozen=True, slots=True)
class Position:
    """What a page shows: its last message, that one's run, and how far and how that stands.

    `elsewhere` is a run that writes on another branch, which only the Stop button tells of.
    `queue` sums up the prompts in line that it shows; `edits` what is not at the end of the thread:
    it changes with each edit of an answer and its undo, with each branch that is deleted or
    restored, when a temporary conversation is kept, with its parameters, and with each decision
    about a call while others of its answer wait for one.
    """

    leaf: int | None = None
    generation: int | None = None
    after: int = 0
    status: str = ""
    elsewhere: int | None = None
    queue: str = ""
    edits: int = 0

    @classmethod
    def read(cls, words: Mapping[str, str]) -> Position:
        """What an address or a header says; what is no number there says nothing."""
        status = words.get("status", "")
        return cls(
            leaf=_number(words, "leaf"),
            generation=_number(words, "generation"),
            after=_number(words, "after") or 0,
            status=status if status in Generation.Status.values else "",
            elsewhere=_number(words, "elsewhere"),
            queue=words.get("queue", ""),
            edits=_number(words, "edits") or 0,
        )

    def is_at(self, other: Position) -> bool:
        """Whether both show the same thread, however far they have read in what is written."""
        return self.ends_as(other) and self.is_around(other)

    def is_around(self, other: Position) -> bool:
        """Whether both show the same of what is not at the end of the thread."""
        return (self.elsewhere, self.edits) == (other.elsewhere, other.edits)

    def ends_as(self, other: Position) -> bool:
        """Whether both end with the same run in the same status."""
        return (self.leaf, self.generation, self.status) == (
            other.leaf,
            other.generation,
            other.status,
        )

    @property
    def running(self) -> bool:
        return self.generation is not None and self.status == Generation.Status.RUNNING


@dataclass(frozen=True, slots=True)
class ListPosition:
    """How a page shows which list: `state` sums it up, `rows` says how far, `scope` is its name."""

    state: str = ""
    rows: int = 0
    scope: str = ""

    @classmethod
    def read(cls, words: Mapping[str, str]) -> ListPosition | None:
        """What an address says; None if it says nothing of a list."""
        if "list" not in words:
            return None
        return cls(words["list"], _number(words, "rows") or 0, words.get("scope", ""))


def _number(words: Mapping[str, str], key: str) -> int | None:
    return row_number(words.get(key, ""))
