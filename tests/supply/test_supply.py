"""Every package of the lock is listed with a licence, and what was not looked up is not passed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests import ROOT
from tests.supply.advisories import judged
from tests.supply.packages import FREE, licences, listed, locked

PAGE = (ROOT / "docs/packages.md").read_text("utf-8")
CLEAN = {"name": "django", "version": "5.2.19", "vulns": []}
SKIPPED = {"name": "django", "skip_reason": "not found"}
UNSAFE = {
    "name": "pillow",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-2026-1"], "fix_versions": []}],
}


def test_each_locked_package_is_listed_with_a_licence_that_allows_passing_it_on() -> None:
    rows = listed(PAGE)
    assert [row.name for row in rows] == locked((ROOT / "requirements.lock").read_text())
    assert [row for row in rows if not FREE.issuperset(licences(row.licence))] == []


def test_each_package_that_the_project_asks_for_has_a_way_out() -> None:
    named = (ROOT / "pyproject.toml").read_text().partition("dependencies = [")[2]
    asked = named.partition("\n]")[0]
    own = [row for row in listed(PAGE) if f'"{row.name}' in asked]
    assert len(own) > 10
    assert [row.name for row in own if not row.way_out] == []


@pytest.mark.parametrize(
    ("packages", "line", "is_bad"),
    [
        ([CLEAN], "advisories checked: none known for 1 packages", False),
        ([SKIPPED], "advisories not checked: 1 of 1 packages could not be looked up", False),
        ([CLEAN, SKIPPED], "advisories not checked: 1 of 2 packages", False),
        ([], "advisories not checked: 0 of 0 packages", False),
        ([SKIPPED, UNSAFE], "advisories found: pillow 1.0: PYSEC-1", True),
    ],
)
def test_what_was_not_looked_up_does_not_count_as_checked(
    packages: list[dict[str, Any]], line: str, is_bad: bool
) -> None:
    verdict = judged(json.dumps({"dependencies": packages}), {})
    assert verdict.line.startswith(line)
    assert verdict.is_bad == is_bad


@pytest.mark.parametrize("report", ["", "{", "[]", "{}"])
def test_without_a_report_nothing_was_checked(report: str) -> None:
    assert judged(report, {}) == ("advisories not checked: pip-audit wrote no report", False)


def test_an_advisory_that_does_not_concern_us_is_accepted_by_any_of_its_names() -> None:
    report = json.dumps({"dependencies": [UNSAFE]})
    assert not judged(report, {"CVE-2026-1": "Only in a part that is not used."}).is_bad
