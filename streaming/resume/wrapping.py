"""Marks that a model puts around what it was told to repeat: found, and taken out again. Pure.

Told to repeat the end of an answer, models copy the markers of the instruction, put the words
into quotes or bold, or the whole continuation into a code fence. The mark that opens stands
before the repetition and goes with it; the one that closes may come at once, later or never.
"""

import re
from dataclasses import dataclass

MARKS = {
    "<<<": ">>>",
    "**": "**",
    "__": "__",
    '"': '"',
    "'": "'",
    "`": "`",
    "*": "*",
    "_": "_",
    "“": "”",
    "„": "“",
    "‘": "’",
    "«": "»",
    "‹": "›",
    "「": "」",
    "『": "』",
}
_ONLY_AT_THE_END = frozenset(MARKS.values()) - {">>>", "**", "__"}
"""Closing marks that may as well stand in the text itself."""

_SIGNS = "|".join(map(re.escape, MARKS))
_OPENING = re.compile(rf"(?<!\S)(?P<marks>(?:{_SIGNS})+)\Z|(?P<own><<<)\s+\Z")
_FENCE = re.compile(r"(?:^|\n) {0,3}(?P<run>`{3,}|~{3,})[^\n`]*\n\s*\Z")


def closing_mark(before: str) -> str:
    """The mark that closes what the end of `before` opens; empty where that opens nothing."""
    if fence := _FENCE.search(before):
        return fence["run"]
    opening = _OPENING.search(before)
    marks = re.findall(_SIGNS, opening["marks"] or opening["own"]) if opening else []
    return "".join(MARKS[mark] for mark in reversed(marks))


def without_mark(text: str, mark: str) -> tuple[str, str]:
    """`text` without the closing mark at its beginning, and the mark that is still to come.

    A line break after the mark was made for the mark's sake, not for a sentence that continues.
    """
    if not mark or not text.startswith(mark) or _is_fence(mark):
        return text, mark
    rest = text[len(mark) :]
    line = rest.lstrip()
    return (f" {line}" if "\n" in rest[: -len(line)] and line[:1].islower() else rest), ""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a closing mark looks like, and its beginning at the end of a text."""

    whole: re.Pattern[str]
    begun: re.Pattern[str]


class Closing:
    """Takes the closing mark out of the growing text after the repetition."""

    __slots__ = ("_held", "_mark", "_shape", "is_over")

    def __init__(self, mark: str) -> None:
        self._mark, self._shape = mark, _shape(mark)
        self._held = ""
        self.is_over = False

    def feed(self, delta: str) -> str:
        """The text to show now; what may be the mark is held back."""
        if self.is_over:
            return delta
        self._held += delta
        begun = self._shape.begun.search(self._held)
        whole = None if self._mark in _ONLY_AT_THE_END else self._shape.whole.search(self._held)
        if whole and (begun is None or whole.start() < begun.start()):
            return self._without(whole)
        end = begun.start() if begun else len(self._held)
        shown, self._held = self._held[:end], self._held[end:]
        return shown

    def flush(self) -> str:
        return self._without(self._shape.whole.search(self._held))

    def _without(self, mark: re.Match[str] | None) -> str:
        text, self._held, self.is_over = self._held, "", True
        return text[: mark.start()] + text[mark.end() :] if mark else text


def _is_fence(mark: str) -> bool:
    return mark.startswith(("```", "~~~"))


def _shape(mark: str) -> _Shape:
    if _is_fence(mark):
        run = f"{mark[0]}{{{len(mark)},}}"
        return _Shape(
            re.compile(rf"\n {{0,3}}{run}[ \t]*(?=\n|\Z)\s*\Z|\n {{0,3}}{run}[ \t]*(?=\n)"),
            re.compile(rf"\n {{0,3}}(?:{mark[0]}+[ \t]*)?\Z"),
        )
    sign = re.escape(mark)
    if mark in _ONLY_AT_THE_END:
        return _Shape(re.compile(rf"{sign}\s*\Z"), re.compile(rf"{sign}\s*\Z"))
    first = re.escape(mark[0])
    return _Shape(re.compile(sign), re.compile(rf"{first}{{1,{len(mark) - 1}}}\Z"))
