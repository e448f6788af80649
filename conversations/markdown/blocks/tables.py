"""Tables: the line under the header that makes one, and the cells of a row."""

import re

from conversations.markdown.blocks.shapes import Table
from conversations.markdown.inline.formulas import formula_at, reads_as_formula

MOST_COLUMNS = 64
LONGEST_ROW = 2_048

DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")


_MARK = re.compile(
    r"(?P<formula>\$\$?|\\[(\[])|(?P<escape>\\[|`$])|(?P<ticks>`+)|(?P<bar>(?<!\\)\|)"
)
_TICKS = re.compile(r"`+")
_BRACKETED = re.compile(r"[({\[][^(){}\[\]]*[)}\]]")


def table_under(header: str, line: str) -> Table | None:
    """The table that the line makes of the header above it."""
    if (
        len(header) > LONGEST_ROW
        or "|" not in header
        or not DELIMITERS.match(line)
        or line[:2] in ("- ", "-\t")
    ):
        return None
    marks = cells(line)
    if len(marks) != len(cells(header)) or len(marks) > MOST_COLUMNS:
        return None
    return Table(header, tuple(_alignment(mark) for mark in marks))


def cells(line: str, *, whole: bool = True) -> list[str]:
    r"""The cells of a row; `\|` stands for a bar that divides nothing, and so do the bars in code
    and in formulas.

    Of a half-written row the last cell keeps its trailing space.
    """
    line = line.lstrip(" \t")
    if whole:
        line = line.rstrip(" \t")
    parts = _parts(line, whole=whole)
    if parts and not parts[0].strip():
        parts = parts[1:]
    if whole and parts and not parts[-1].strip():
        parts = parts[:-1]
    tidy = [part.strip(" \t") for part in parts]
    if not whole and parts:
        tidy[-1] = parts[-1].lstrip(" \t")
    return [cell.replace("\\|", "|") for cell in tidy]


def _parts(line: str, *, whole: bool) -> list[str]:
    """What stands between the bars; past so many columns bars are text."""
    parts: list[str] = []
    place = start = 0
    while len(parts) <= MOST_COLUMNS and (match := _MARK.search(line, place)):
        place = match.end()
        if match["bar"]:
            parts.append(line[start : match.start()])
            start = place
        elif match["ticks"]:
            place = _after_code(line, match, whole=whole)
        elif match["formula"]:
            place = _after_formula(line, match.start(), whole=whole) or place
    return [*parts, line[start:]]


def _after_code(line: str, opening: re.Match[str], *, whole: bool) -> int:
    ticks = opening["ticks"]
    for run in _TICKS.finditer(line, opening.end()):
        if run[0] == ticks:
            return run.end()
    # Half-written code is shown as code already, but for a tick that stands alone.
    alone = whole or (len(ticks) == 1 and line[opening.end() : opening.end() + 1].isspace())
    return opening.end() if alone else len(line)


def _after_formula(line: str, start: int, *, whole: bool) -> int | None:
    """Where a formula ends that may hold bars: never money in one cell and in the next."""
    formula = formula_at(line, start, len(line))
    if formula is not None:
        inside = formula.source
        held = line[start] == "\\" or _holds_bars(inside)
        return formula.end if held or "|" not in inside else None
    return None if whole or not reads_as_formula(line, start) else len(line)


def _holds_bars(formula: str) -> bool:
    """Whether the bars in a formula are its own: in brackets, in pairs, or between two letters."""
    outside = _BRACKETED.sub("", _BRACKETED.sub("", formula))
    return outside.count("|") % 2 == 0 or bool(re.fullmatch(r"[^|\s]+\|[^|\s]+", outside))


def _alignment(mark: str) -> str:
    left, right = mark.startswith(":"), mark.endswith(":")
    if left and right:
        return "center"
    return "right" if right else "left" if left else ""
