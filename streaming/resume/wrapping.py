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
"""ClosingMarkFilter marks that may as well stand in the text itself."""

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
class _MarkPatterns:
    """What a closing mark looks like in a text that has more, and at the end of one.

    `begun` is what may become the one or the other; it reaches to the end of the text.
    """

    within: re.Pattern[str] | None
    at_end: re.Pattern[str]
    begun: re.Pattern[str]


class ClosingMarkFilter:
    """Takes the closing mark out of the growing text after the repetition.

    White space that follows what may be the mark is held unread until more is known: a mark
    at the end takes it along, however long it is.
    """

    __slots__ = ("_held", "_shape", "is_over")

    def __init__(self, mark: str) -> None:
        self._shape = _shape(mark)
        self._held: list[str] = []
        self.is_over = False

    def feed(self, delta: str) -> str:
        """The text to show now; what may be the mark is held back."""
        if self.is_over:
            return delta
        if self._held and (not delta or delta.isspace()):
            self._held.append(delta)
            return ""
        text = "".join((*self._held, delta))
        begun = self._shape.begun.search(text)
        mark = self._shape.within.search(text) if self._shape.within else None
        if mark and (begun is None or mark.start() < begun.start()):
            return self._without(mark, text)
        end = begun.start() if begun else len(text)
        self._held = [text[end:]] if begun else []
        return text[:end]

    def flush(self) -> str:
        text = "".join(self._held)
        return self._without(self._shape.at_end.search(text), text)

    def _without(self, mark: re.Match[str] | None, text: str) -> str:
        self._held, self.is_over = [], True
        return text[: mark.start()] + text[mark.end() :] if mark else text


def _is_fence(mark: str) -> bool:
    return mark.startswith(("```", "~~~"))


def _shape(mark: str) -> _MarkPatterns:
    if _is_fence(mark):
        line = rf"\n {{0,3}}{mark[0]}{{{len(mark)},}}[ \t]*"
        return _MarkPatterns(
            re.compile(rf"{line}(?=\n\s*\S)"),
            re.compile(rf"{line}(?:\n\s*)?\Z"),
            re.compile(rf"\n {{0,3}}{mark[0]}*\Z|{line}(?:\n\s*)?\Z"),
        )
    sign = re.escape(mark)
    if mark in _ONLY_AT_THE_END:
        return _MarkPatterns(None, *[re.compile(rf"{sign}\s*\Z")] * 2)
    whole, beginnings = re.compile(sign), [re.escape(mark[:n]) for n in range(1, len(mark))]
    return _MarkPatterns(whole, whole, re.compile(rf"(?:{'|'.join(beginnings)})\Z"))
