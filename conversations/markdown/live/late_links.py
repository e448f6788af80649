"""Links whose definition comes later than they do.

The blocks that hold `[label]` are remembered by the label. When it is defined they are read once
more: a few with every line, so that a definition never costs more than a line; very long blocks
at the end of the answer.
"""

from collections import defaultdict, deque
from collections.abc import Iterable


class LateLinks:
    """Blocks of the document, by number, that wait for definitions."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[int]] = defaultdict(set)
        self._due: deque[int] = deque()
        self._is_due: set[int] = set()

    def wait(self, number: int, labels: Iterable[str]) -> None:
        """The block would change if one of these labels were defined."""
        for label in labels:
            self._waiting[label].add(number)

    def defined(self, label: str) -> None:
        """A label has got its definition."""
        for number in sorted(self._waiting.pop(label, ())):
            if number not in self._is_due:
                self._is_due.add(number)
                self._due.append(number)

    def take(self, most: int) -> list[int]:
        """The next blocks to read once more."""
        taken = [self._due.popleft() for _ in range(min(most, len(self._due)))]
        self._is_due.difference_update(taken)
        return taken

    def take_all(self) -> list[int]:
        """Every block that is to be read once more."""
        return self.take(len(self._due))

    def put_back(self, number: int) -> None:
        """Read the block once more, but later."""
        self._is_due.add(number)
        self._due.append(number)
