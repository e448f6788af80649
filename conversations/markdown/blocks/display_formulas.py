r"""Displayed formulas, which begin their line: `$$`, `\[` or `\begin{align}`.

What ends one is its closing mark, wherever that stands in a line; what follows it is prose. Blank
lines may stand inside. Prose never falls into a formula: where the closing mark was forgotten, the
first line that reads like prose ends it. Brackets on a line of their own have to hold mathematics.
"""

import re
from dataclasses import dataclass

from conversations.markdown.inline.formula_or_prose import (
    has_sign,
    has_strong_sign,
    is_formula,
    is_prose,
)
from conversations.markdown.inline.formulas import BEGIN as ENVIRONMENT

LONGEST = 8_000
BEGIN = "\\begin"

_CLOSERS = {"$$": re.compile(r"(?<!\\)\$\$"), "\\]": re.compile(r"(?<!\\)(?:\\\\)*\\\]")}
_HALF_CLOSER = re.compile(r"(?:\$+|\\(?:e(?:n(?:d(?:\{[a-z]*\*?)?)?)?)?)?[ \t\n]*$")
_END_OF_SENTENCE = re.compile(r"[.,;:!?\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f]*$")
_BLOCK = re.compile(r"#{1,6}[ \t]|`{3}|~{3}|>|[-*+][ \t]+[^\W\d_]{2,}|\d{1,9}[.)][ \t]|\||-{3,}$")
_HALF_PROSE = re.compile(r"[^\w\\$]{0,6}(?:[^\W\d_]+[ ,]*[^\W\d_]?|\d{0,9}[.)]?[ \t]*)$|`{1,2}$")
_AT_END = re.compile(r"(?<=[\s:,\uff1a\uff0c])\\\[[ \t]*$")
_PLAIN = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True)
class FormulaOpening:
    """A formula's first line: its marks, its TeX, and whether the line closes it."""

    opener: str
    closer: str
    body: str
    closed: bool


def opening_of(line: str) -> FormulaOpening | None:
    """The formula that a line without its indent begins, if it does."""
    marks = _marks(line)
    if marks is None:
        return None
    opener, closer = marks
    body = line[len(opener) :].rstrip()
    parts = split_at_closer(body, closer)
    if parts is None:
        opens = not body or _may_continue(opener, body)
        return FormulaOpening(opener, closer, body.lstrip(), closed=False) if opens else None
    before, after = parts[0].strip(), parts[1].strip()
    if not before or not is_end_of_sentence(after) or not _is_whole(opener, before):
        return None
    return FormulaOpening(opener, closer, before + after, closed=True)


def opening_waits(line: str) -> bool:
    """Whether a half-written line may be a formula or its beginning, or prose."""
    marks = _marks(line)
    if marks is None:
        return False
    body = line[len(marks[0]) :]
    if parts := split_at_closer(body, marks[1]):
        return is_end_of_sentence(parts[1]) and not has_sign(parts[0]) and marks[0] == "$$"
    return _may_continue(marks[0], body) and not has_sign(body) and marks[0][:2] != "\\b"


def before_display(line: str) -> str | None:
    r"""The prose before a `\[` at the end of a line, which opens a formula on the lines below."""
    match = _AT_END.search(line)
    return line[: match.start()].rstrip() if match and match.start() else None


def split_at_closer(line: str, closer: str) -> tuple[str, str] | None:
    """What stands before a formula's closing mark and what after it, if the mark is there."""
    form = _CLOSERS.get(closer)
    match = form.search(line) if form else None
    if match:
        return line[: match.end() - len(closer)], line[match.end() :]
    before, mark, after = line.partition(closer) if not form else ("", "", "")
    return (before, after) if mark else None


def is_end_of_sentence(rest: str) -> bool:
    """Whether nothing but a sentence's end follows a formula."""
    return bool(_END_OF_SENTENCE.match(rest.strip()))


def ends_formula(line: str, *, after_blank: bool, length: int) -> bool:
    """Whether a line cannot belong to the formula that is open above it."""
    if not line.strip():
        return False
    if length > LONGEST or line.startswith(("```", "~~~")) or is_prose(line):
        return True
    return after_blank and bool(_BLOCK.match(line))


def may_become_prose(line: str) -> bool:
    """Whether a half-written line may still become one that ends the formula above it."""
    return bool(_HALF_PROSE.match(line))


def without_half_closer(source: str) -> str:
    """A half-written formula without what may be the beginning of its closing mark."""
    return _HALF_CLOSER.sub("", source)


def _marks(line: str) -> tuple[str, str] | None:
    if line.startswith("$$") and not line.startswith("$$$"):
        return "$$", "$$"
    if line.startswith("\\["):
        return "\\[", "\\]"
    match = ENVIRONMENT.match(line)
    return (match[0], f"\\end{{{match[1]}}}") if match else None


def _may_continue(opener: str, body: str) -> bool:
    """Whether the body may be the first line of a formula that ends further down."""
    if opener != "\\[":
        return not is_prose(body)
    if "]" in body and not has_strong_sign(body):
        return False
    return is_formula(body) or not any(character.isalnum() for character in body)


def _is_whole(opener: str, body: str) -> bool:
    if opener != "\\[":
        return not is_prose(body)
    return is_formula(body) and not _PLAIN.fullmatch(body)
