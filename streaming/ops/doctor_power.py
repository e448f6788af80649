"""What a power cut would take, as far as settings tell: whether a commit reaches the disk."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from django.db import DatabaseError, connection

from streaming.ops import postgresql
from streaming.ops.doctor import Check, Finding

SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")
ENOUGH = ("FULL", "EXTRA")
IN_MEMORY = frozenset({"tmpfs", "ramfs"})
NO_FLUSHES = frozenset({"nobarrier", "barrier=0", "eatmydata"})


def power() -> Iterator[Finding]:
    looks = _postgresql if connection.vendor == "postgresql" else _sqlite
    try:
        yield from list(looks())
    except DatabaseError:
        return  # `database` tells it


def _postgresql() -> Iterator[Finding]:
    for each in postgresql.settings_that_matter(connection):
        yield Finding(f"PostgreSQL's {each.name}", f"is {each.value}", each.fix)


def _sqlite() -> Iterator[Finding]:
    """On a connection as the site makes them."""
    synchronous = SYNCHRONOUS[_pragma("synchronous")]
    fix = "A power cut loses what was shown. Take it out of DATABASE_URL."
    yield Finding("synchronous", f"is {synchronous}", "" if synchronous in ENOUGH else fix)
    if sys.platform == "darwin":
        full = min(_pragma("fullfsync"), _pragma("checkpoint_fullfsync"))
        fix = "" if full else "A power cut loses what was shown. Take it out of DATABASE_URL."
        yield Finding("fullfsync", "is on" if full else "is off", fix)
    yield from disk(Path(connection.settings_dict["NAME"]))


def _pragma(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return int(cursor.fetchone()[0])


def disk(file: Path, table: Path = Path("/proc/mounts")) -> Iterator[Finding]:
    """Whether what is flushed is on something that keeps it."""
    kind, options = mount(file, table)
    if kind in IN_MEMORY:
        fix = "All is gone when the machine stops. Name a folder on a disk with DATA_DIR."
        yield Finding("disk", f"{file} lies in memory ({kind})", fix)
    elif off := NO_FLUSHES & options:
        fix = "A power cut can destroy the database. Mount it without that option."
        yield Finding("disk", f"{file} is mounted with {min(off)}: flushes are ignored", fix)


def mount(path: Path, table: Path) -> tuple[str, frozenset[str]]:
    """Kind and options of the file system that a file lies on; nothing where that is not told."""
    try:
        mounts = [line.split()[1:4] for line in table.read_text().splitlines()]
    except OSError:
        return "", frozenset()
    above = {str(folder) for folder in (path.resolve(), *path.resolve().parents)}
    fitting = [fields for fields in mounts if fields[0] in above]
    _, kind, options = max(fitting, key=lambda fields: len(fields[0]), default=["", "", ""])
    return kind, frozenset(options.split(","))


CHECKS: tuple[Check, ...] = (power,)
