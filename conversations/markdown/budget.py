"""A bound on how much HTML an answer may become.

Short text can stand for long HTML: a label for an address, a mark for an element. What would go
past the bound is shown as it was written. The order of the text decides, not how it came.
"""

from dataclasses import dataclass

MOST_GROWTH = 4
ALLOWANCE = 65_536
ELEMENT = 24


@dataclass(slots=True)
class Budget:
    """Characters of HTML spent, against characters of text read."""

    read: int = 0
    spent: int = 0

    @property
    def left(self) -> int:
        """How much HTML may still be written; less than nothing when plain text went past it."""
        return ALLOWANCE + MOST_GROWTH * self.read - self.spent

    def spend(self, html: str) -> None:
        """Count an element with this inside."""
        self.spent += len(html) + ELEMENT
