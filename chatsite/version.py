"""Which version this is, as `pyproject.toml` says: the one place where it is written."""

from __future__ import annotations

import tomllib
from pathlib import Path


def read_version(project: Path) -> str:
    return str(tomllib.loads(project.read_text("utf-8"))["project"]["version"])
