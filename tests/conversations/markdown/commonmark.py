"""The examples of the CommonMark specification.

They come with the sources of markdown-it-py, the very release that the lock file names, and are
fetched once as pip fetches any package, checked against the lock file's hashes:
`python -m tests.conversations.markdown.commonmark`.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
from functools import cache
from pathlib import Path
from shutil import which

from tests import ROOT

KEPT = ROOT / ".venv" / "commonmark"
INSIDE = "tests/test_cmark_spec/commonmark.json"


@cache
def examples() -> list[str]:
    """The Markdown of every example."""
    KEPT.mkdir(exist_ok=True)
    archive = _archive() or _fetch()
    with tarfile.open(archive) as source:
        member = next(name for name in source.getnames() if name.endswith(INSIDE))
        content = source.extractfile(member)
        assert content is not None
        return [str(example["markdown"]) for example in json.load(content)]


def _archive() -> Path | None:
    """The archive, if it is there and is the one that the lock file means."""
    hashes = set(re.findall(r"sha256:(\w+)", _locked()))
    for archive in KEPT.glob("*.tar.gz"):
        if hashlib.sha256(archive.read_bytes()).hexdigest() in hashes:
            return archive
    return None


def _fetch() -> Path:
    requirements = KEPT / "requirements.txt"
    requirements.write_text(_locked())
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    options += ["--no-binary", "markdown-it-py", "--dest", str(KEPT), "-r", str(requirements)]
    for python in (sys.executable, which("python3"), which("python")):
        if python and _has_pip(python):
            subprocess.run([python, "-m", "pip", "download", *options], check=True)
            break
    archive = _archive()
    assert archive is not None, "no pip here, or it could not fetch markdown-it-py's sources"
    return archive


def _has_pip(python: str) -> bool:
    asked = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False)
    return asked.returncode == 0


def _locked() -> str:
    """The lock file's lines on markdown-it-py."""
    lock = (ROOT / "requirements.lock").read_text()
    match = re.search(r"^markdown-it-py==.*?(?=^\S)", lock, re.MULTILINE | re.DOTALL)
    assert match is not None
    return re.sub(r"^\s+#.*$", "", match[0], flags=re.MULTILINE)


if __name__ == "__main__":
    print(f"{len(examples())} examples of CommonMark")
