"""What pip-audit's report says. A package that it could not look up was not checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

NOT_CHECKED = "advisories not checked"


class Verdict(NamedTuple):
    """`is_bad` if something is known to be unsafe; the `line` says what was found."""

    line: str
    is_bad: bool


def judged(report: str, accepted: Mapping[str, str]) -> Verdict:
    """Of the JSON that pip-audit wrote, which may be empty; `accepted` names advisories that do not
    concern this project, and why.

    pip-audit calls it a success if it could look up nothing at all.
    """
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Verdict(f"{NOT_CHECKED}: pip-audit wrote no report", False)
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    found = [
        f"{package['name']} {package['version']}: {advisory['id']}"
        for package in packages
        for advisory in package.get("vulns", ())
        if not {advisory["id"], *advisory.get("aliases", ())} & set(accepted)
    ]
    if found:
        return Verdict(f"advisories found: {'; '.join(found)}", True)
    if skipped or not packages:
        told = f"{len(skipped)} of {len(packages)} packages could not be looked up"
        return Verdict(f"{NOT_CHECKED}: {told}", False)
    return Verdict(f"advisories checked: none known for {len(packages)} packages", False)
