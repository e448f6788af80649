"""Which choice of a chunk is the answer, whatever its number.

One choice was asked for. Servers number it 0, or always alike, or count their tokens with it;
and some send several at once. How the numbers come back tells which: a lower one after a higher
one means several at once, then the first alone counts. Until that is certain, choices
above the first are held.
"""

from typing import Any

from streaming.providers.formats.building.finish_reasons import is_reason
from streaming.providers.formats.json_values import mappings

_CERTAIN = 8
"""Numbers in a row, none of which came before: those are tokens."""


class Choices:
    """Picks the answer's choices out of each chunk, in order; `rest` is what is still held."""

    __slots__ = ("_first", "_held", "_is_counting", "_is_over", "_last")

    def __init__(self) -> None:
        self._first: int | None = None
        self._last = 0
        self._held: list[dict[str, Any]] = []
        self._is_counting = self._is_over = False

    def pick(self, choices: Any) -> list[dict[str, Any]]:
        if type(choices) is list and len(choices) == 1 and type(choices[0]) is dict:
            choice = choices[0]
            number = choice.get("index")
            if (number == 0 or number is None) and not self._last:
                self._first = 0
                if choice.get("finish_reason"):
                    self._is_over = self._is_over or is_reason(choice["finish_reason"])
                return choices
            return self._only(choice, _number(number))
        return self._several(mappings(choices))

    def rest(self) -> list[dict[str, Any]]:
        """At the end: what was held, since nothing showed that it was another choice."""
        held, self._held = self._held, []
        return held

    def _several(self, choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
        numbers = [_number(choice.get("index")) for choice in choices]
        if not numbers:
            return []
        self._held.clear()
        if self._first is None or 0 in numbers:
            self._first = 0 if 0 in numbers else numbers[0]
        self._is_over = True  # of whatever has another number
        found = [
            each for each, number in zip(choices, numbers, strict=True) if number == self._first
        ]
        return found if any("index" in choice for choice in choices) else found[:1]

    def _only(self, choice: dict[str, Any], number: int) -> list[dict[str, Any]]:
        if self._is_counting:
            return [choice]
        if number == self._first:
            held = self.rest() if number == self._last else []
            self._held.clear()
            self._is_over = self._is_over or number < self._last
            return [*held, choice]
        if self._is_over:
            return []
        return self._other(choice, number)

    def _other(self, choice: dict[str, Any], number: int) -> list[dict[str, Any]]:
        """A number that is not the first one's: held until it is clear what it counts."""
        if self._first is None:
            self._first = self._last = number
            self._held.append(choice)
            return []
        if number < self._last or number == 0:
            self._held.clear()
            self._is_over = True
            self._first = min(number, self._first)
            return [choice] if number == self._first else []
        self._last = number
        self._held.append(choice)
        if number - self._first >= _CERTAIN:
            self._is_counting = True
            return self.rest()
        return []


def _number(index: Any) -> int:
    if type(index) is str and index.isascii() and index.isdigit() and len(index) < 9:
        return int(index)
    return index if type(index) is int else 0
