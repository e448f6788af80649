"""Tables: the line under the header that makes one, and the cells of a row."""

import re

from conversations.markdown.blocks import Table

MOST_COLUMNS = 64
LONGEST_ROW = 2_048

DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")


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
    r"""The cells of a row; `\|` stands for a bar that divides nothing.

    Of a half-written row the last cell keeps its trailing space.
    """
    line = line.lstrip(" \t")
    if whole:
        line = line.rstrip(" \t")
    parts = re.split(r"(?<!\\)\|", line)
    if parts and not parts[0].strip():
        parts = parts[1:]
    if whole and parts and not parts[-1].strip():
        parts = parts[:-1]
    tidy = [part.strip(" \t") for part in parts]
    if not whole and parts:
        tidy[-1] = parts[-1].lstrip(" \t")
    return [cell.replace("\\|", "|") for cell in tidy]


def _alignment(mark: str) -> str:
    left, right = mark.startswith(":"), mark.endswith(":")
    if left and right:
        return "center"
    return "right" if right else "left" if left else ""
