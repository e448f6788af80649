"""The packages of a lock file, and the table of docs/packages.md."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", re.MULTILINE)
ROW = re.compile(r"^\| `([a-z0-9._-]+)` \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)
FREE = frozenset(
    {
        *("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "LGPL-3.0-only", "MIT", "MIT-0"),
        *("MIT-CMU", "MPL-2.0", "PSF-2.0", "TCL", "ZPL-2.1"),
    }
)
"""Licences, by their SPDX names, under which a part may be passed on with this project."""


class Package(NamedTuple):
    """A row of the table: its licence (SPDX), what it is for, and how to do without it."""

    name: str
    licence: str
    purpose: str
    way_out: str


def locked(lock: str) -> list[str]:
    """The names in a lock file, each once, in order."""
    return sorted({name for name, _ in LOCKED.findall(lock)})


def listed(page: str) -> list[Package]:
    """The rows of the page."""
    return [Package(*(cell.strip() for cell in row)) for row in ROW.findall(page)]


def licences(expression: str) -> Iterable[str]:
    """The licences that an SPDX expression names."""
    return re.split(r" (?:AND|OR) ", expression.strip("()"))
