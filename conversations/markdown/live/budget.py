"""Bounds on how much HTML an answer may become and on the work that it may cost.

Short text can stand for long HTML: a label for an address, a mark for an element. And every mark
has to be looked at in all its meanings. What would go past a bound is shown as it was written.
The order of the text decides, not how it came.
"""

from dataclasses import dataclass

from conversations.markdown.inline.segments import MOST_MARKS

MOST_GROWTH = 4
ALLOWANCE = 65_536
ELEMENT = 32
CODE_BLOCK = 256
FORMULA = 48


@dataclass(slots=True)
class Budget:
    """Characters of HTML spent, against characters of text read; marks looked at."""

    read: int = 0
    spent: int = 0
    marks: int = 0

    @property
    def left(self) -> int:
        """How much HTML may still be written; less than nothing when plain text went past it."""
        return ALLOWANCE + MOST_GROWTH * self.read - self.spent

    @property
    def exhausted(self) -> bool:
        """Whether everything that follows is to be shown as it was written."""
        return self.left <= 0 or self.marks > MOST_MARKS

    def spend(self, html: str, element: int = ELEMENT) -> None:
        """Count an element with this inside."""
        self.spent += len(html) + element
