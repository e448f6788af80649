"""Every version tells what it changes and what an upgrade needs, in the form people know."""

from __future__ import annotations

import re

from chatsite.version import read_version
from tests import ROOT

VERSION = re.compile(r"^## \[(Unreleased|\d+\.\d+\.\d+)\](?: - (\d{4}-\d\d-\d\d))?$", re.MULTILINE)
KINDS = {"Upgrade", "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def sections() -> dict[str, str]:
    """The text of each version, newest first."""
    _, *parts = re.split(r"^(?=## )", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    found = {}
    for part in parts:
        heading = VERSION.match(part)
        assert heading is not None, part[:80]
        assert heading[1] == "Unreleased" or heading[2], f"{heading[1]} has no date"
        found[heading[1]] = part
    return found


def test_the_newest_version_is_the_one_that_runs() -> None:
    released = [version for version in sections() if version != "Unreleased"]
    assert released[0] == read_version(ROOT / "pyproject.toml")
    numbers = [tuple(map(int, version.split("."))) for version in released]
    assert numbers == sorted(numbers, reverse=True)


def test_each_version_says_what_an_upgrade_needs_and_what_kind_each_change_is() -> None:
    for version, text in sections().items():
        kinds = re.findall(r"^### (.+)$", text, flags=re.MULTILINE)
        assert set(kinds) <= KINDS, version
        assert version == "Unreleased" or kinds[0] == "Upgrade", version
