"""Where a reader of an answer stands, in its text and not in the journal. Pure.

So it stays good after the journal was folded, and after a restart. Programs keep it as it is and
give it back: `<generation>.<characters of text>`, then, where there is any, `.<characters of
reasoning>.<tool calls>`, and `.end` once the end was told. Characters are code points.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Self

SPELLED = re.compile(r"(?:(\d{1,18})\.)?(\d{1,18})(?:\.(\d{1,18})\.(\d{1,18}))?(\.end)?", re.ASCII)


class BadCursor(ValueError):
    """The text names no place."""


class Cursor(NamedTuple):
    """`generation` was the last one that stood when it was given; 0 is whichever is the last."""

    generation: int = 0
    text: int = 0
    reasoning: int = 0
    calls: int = 0
    ended: bool = False

    @classmethod
    def read(cls, spelled: str) -> Self:
        """Raises BadCursor; a number alone counts characters of the text as it stands."""
        found = SPELLED.fullmatch(spelled)
        if found is None:
            raise BadCursor(spelled)
        generation, text, reasoning, calls = (int(number or 0) for number in found.groups()[:4])
        return cls(generation, text, reasoning, calls, ended=found[5] is not None)

    def __str__(self) -> str:
        more = f".{self.reasoning}.{self.calls}" if self.reasoning or self.calls else ""
        return f"{self.generation}.{self.text}{more}{'.end' if self.ended else ''}"
