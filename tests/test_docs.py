"""What tests carry in their names is defined in the documentation, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import ROOT

TESTS = ROOT / "tests"
NUMBERS = re.compile(r"def test_((?:[rle]\d+_)+)")
ROW = re.compile(r"^\| ([RL]\d+) \|", re.MULTILINE)
ERROR = re.compile(r"\bE\d+\b")
NAMED = re.compile(r"`(test_\w+)(?:\[…\])?`")
FILE = re.compile(r"`(?:tests/)?((?:\w+/)*\w+\.py)`")


LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def sources() -> dict[Path, str]:
    return {path: path.read_text("utf-8") for path in TESTS.rglob("test_*.py")}


def documented() -> str:
    return "".join(
        (ROOT / f"docs/{name}.md").read_text("utf-8") for name in ("reliability", "operations")
    )


def test_every_number_that_a_test_carries_is_defined() -> None:
    carried = {
        number.upper()
        for source in sources().values()
        for numbers in NUMBERS.findall(source)
        for number in numbers.strip("_").split("_")
    }
    told = documented()
    assert len(carried) > 30
    assert carried - set(ROW.findall(told)) - set(ERROR.findall(told)) == set()


def test_every_invariant_has_one_row_and_no_number_is_left_out() -> None:
    told = (ROOT / "docs/reliability.md").read_text("utf-8")
    assert ROW.findall(told) == [f"R{number}" for number in range(1, 21)]


@pytest.mark.parametrize("page", ["reliability", "security"])
def test_every_test_that_is_named_as_holding_something_is_there(page: str) -> None:
    told = (ROOT / f"docs/{page}.md").read_text("utf-8")
    names = {
        name for source in sources().values() for name in re.findall(r"def (test_\w+)", source)
    }
    files = {str(path.relative_to(TESTS)) for path in TESTS.rglob("*.py")} | {
        path.name for path in TESTS.rglob("*.py")
    }
    modules = {name.removesuffix(".py") for name in files}
    assert [name for name in NAMED.findall(told) if name not in names | modules] == []
    assert [file for file in FILE.findall(told) if file not in files] == []


def anchors(page: Path) -> set[str]:
    """What a link can name in a page: its headings, as pages of Markdown are commonly anchored."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_the_pages_leads_to_a_place_that_is_there(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text("utf-8")):
        place = (page.parent / target).resolve() if target else page
        assert place.exists(), target
        assert not anchor or anchor in anchors(place), (target, anchor)


def test_every_file_on_the_ways_through_the_house_is_there() -> None:
    told = (ROOT / "docs/architecture.md").read_text("utf-8")
    paths = re.findall(r"`([\w/]+(?:\.(?:py|js|html)|/))`", told)
    assert len(paths) > 40
    roots = (ROOT, ROOT / "streaming", ROOT / "streaming/providers/formats")
    assert [path for path in paths if not any((root / path).exists() for root in roots)] == []


def rows_of(text: str) -> list[str]:
    """The first cells of a table."""
    return [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")]


def test_each_row_of_the_table_of_peers_has_its_source() -> None:
    table = (ROOT / "README.md").read_text("utf-8").split("## Next to others")[1].split("\n## ")[0]
    _, *compared = rows_of(table)
    _, *sources_named = rows_of((ROOT / "docs/peers.md").read_text("utf-8"))
    assert compared == sources_named
    assert len(compared) > 15
