"""The page on the standard answers every requirement of levels 1 and 2, and names what is there."""

from __future__ import annotations

import re

from tests import ROOT

PAGE = ROOT / "docs/asvs.md"
ROW = re.compile(r"^\| (\d[\d., –]*) \| (.*?) \| (.*?) \|$", re.MULTILINE)
TEST = re.compile(r"`((?:\w+/)*test_\w+\.py)`")
NAME = re.compile(r"`(test_\w+)`")
VERDICTS = {"yes", "part", "no", "n/a"}

SECTIONS = """
    1.1:2  1.2:9  1.3:11  1.4:3  1.5:2
    2.1:3  2.2:3  2.3:4  2.4:1
    3.2:2  3.3:4  3.4:6  3.5:5  3.7:2
    4.1:3  4.2:1  4.3:2  4.4:4
    5.1:1  5.2:3  5.3:2  5.4:3
    6.1:3  6.2:12  6.3:4  6.4:4  6.5:5  6.6:3  6.8:4
    7.1:3  7.2:4  7.3:2  7.4:5  7.5:2  7.6:2
    8.1:2  8.2:3  8.3:1  8.4:1
    9.1:3  9.2:4
    10.1:2  10.2:2  10.3:4  10.4:11  10.5:5  10.6:2  10.7:3
    11.1:2  11.2:3  11.3:3  11.4:4  11.5:1  11.6:1
    12.1:3  12.2:2  12.3:4
    13.1:1  13.2:5  13.3:2  13.4:5
    14.1:2  14.2:4  14.3:3
    15.1:3  15.2:3  15.3:7
    16.1:1  16.2:5  16.3:4  16.4:3  16.5:3
    17.1:1  17.2:4  17.3:2
"""
"""Those of ASVS 5.0.0, each with the last number that is for levels 1 and 2; the first is 1."""


def numbers(cell: str) -> list[str]:
    """`1.2.6–7, 1.3.1` as single requirements."""
    found = []
    for part in cell.split(", "):
        first, _, last = part.partition("–")
        section, _, number = first.rpartition(".")
        found += [f"{section}.{each}" for each in range(int(number), int(last or number) + 1)]
    return found


def rows() -> list[tuple[str, str, str]]:
    return ROW.findall(PAGE.read_text("utf-8"))


def test_every_requirement_of_levels_1_and_2_has_one_row() -> None:
    asked = [one for each in SECTIONS.split() for one in numbers(each.replace(":", ".1–"))]
    told = [number for cell, _, _ in rows() for number in numbers(cell)]
    assert sorted(told) == sorted(asked)


def test_every_row_says_whether_and_how_it_holds() -> None:
    for cell, verdict, how in rows():
        assert verdict in VERDICTS, cell
        assert len(how) > 8, cell


def test_every_test_that_it_names_is_there() -> None:
    for cell, _, how in rows():
        files = TEST.findall(how)
        assert [file for file in files if not (ROOT / "tests" / file).is_file()] == [], cell
        source = "".join((ROOT / "tests" / file).read_text("utf-8") for file in files)
        assert [name for name in NAME.findall(how) if f"def {name}(" not in source] == [], cell
