"""`make supply`: advisories about the locked packages, and `test-results/sbom.json` (CycloneDX).

The last line says what was found of advisories; the exit status is 1 if one concerns us.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests import ROOT
from tests.supply.advisories import judged

TOOLS = ROOT / ".supply" / "bin"
RESULTS = ROOT / "test-results"
SECONDS = 240
ACCEPTED: dict[str, str] = {}
"""Advisories that do not concern this project, by their ids, and why."""


def main() -> int:
    RESULTS.mkdir(exist_ok=True)
    sbom = RESULTS / "sbom.json"
    _run(str(TOOLS / "cyclonedx-py"), "environment", str(ROOT / ".venv"), "-o", str(sbom))
    print(f"What it is made of: {sbom}")
    verdict = judged(_audit(), ACCEPTED)
    print(verdict.line)
    return int(verdict.is_bad)


def _audit() -> str:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        words = ("--requirement", "requirements.lock", "--disable-pip", "--require-hashes")
        how = ("--format", "json", "--output", str(report), "--progress-spinner", "off")
        _run(str(TOOLS / "pip-audit"), *words, *how)
        return report.read_text() if report.exists() else ""


def _run(*command: str) -> None:
    try:
        subprocess.run(command, cwd=ROOT, timeout=SECONDS, capture_output=True, check=False)
    except (OSError, subprocess.TimeoutExpired) as trouble:
        print(f"{Path(command[0]).name} did not end well: {trouble}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
