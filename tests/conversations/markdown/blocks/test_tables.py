"""Tables lose no word: bars in code and in formulas divide nothing, and every cell is shown."""

from __future__ import annotations

import pytest

from tests.conversations.markdown.page import Element
from tests.conversations.markdown.pieces import expects_settled, in_order


def rows(text: str) -> list[list[str]]:
    """The texts of the cells, row by row, of a finished page that was checked on its way."""
    page = expects_settled(text)
    return [
        [cell.text() for cell in row.children if isinstance(cell, Element)]
        for row in in_order(page)
        if row.tag == "tr"
    ]


def row(cells: str) -> list[str]:
    """The cells of a row below a header of two columns."""
    return rows(f"| h | i |\n|---|---|\n{cells}\n")[1]


@pytest.mark.parametrize(
    ("source", "cells"),
    [
        ("| `a || b` | or |", ["a || b", "or"]),
        ("| `x | y` | or |", ["x | y", "or"]),
        ("| ``a | ` | b`` | two |", ["a | ` | b", "two"]),
        (r"| `a \| b` | c \| d |", ["a | b", "c | d"]),
        ("| a ` b | c |", ["a ` b", "c"]),
        (r"| a \` b | c ` d |", ["a ` b", "c ` d"]),
        ("| $|x|$ | n |", ["|x|", "n"]),
        ("| $P(A|B)$ | n |", ["P(A|B)", "n"]),
        (r"| $\{x | x > 0\}$ | n |", ["{x|x>0}", "n"]),
        (r"| \(|x|\) | \(\{x | y\}\) |", ["|x|", "{x|y}"]),
        ("| $a|b$ | n |", ["a|b", "n"]),
        ("| $5 | $6 |", ["$5", "$6"]),
        ("| $5,500 | $20,000 per year |", ["$5,500", "$20,000 per year"]),
        ("|$5|$6|", ["$5", "$6"]),
        ("|$PATH|$HOME|", ["$PATH", "$HOME"]),
        ("| $PATH | ends in $ |", ["$PATH", "ends in $"]),
        (r"| \[1\] | \(a\|b |", ["[1]", "(a|b"]),
        ("| 1 |", ["1", ""]),
        ("| 1 | 2 | a third | a fourth |", ["1", "2", "a third", "a fourth"]),
        ("| ~5 min | ~10 min |", ["~5 min", "~10 min"]),
        ("| a<br>b | H<sub>2</sub>O |", ["a\nb", "H2O"]),
    ],
)
def test_the_cells_of_a_row(source: str, cells: list[str]) -> None:
    assert row(source) == cells


def test_a_header_may_hold_bars_too() -> None:
    assert rows("| `a || b` | $|x|$ |\n|---|---|\n| c | d |\n") == [
        ["a || b", "|x|"],
        ["c", "d"],
    ]


def test_bars_past_the_last_column_are_text() -> None:
    cells = row("|" + "a|" * 100)
    assert len(cells) < 70
    assert "".join(cells).count("a") == 100
