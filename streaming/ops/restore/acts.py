"""The log of acts over a restore: it says that there was one, and forgets nothing since the copy.

Else a restore would be the way to be rid of what the log says.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from conversations.audit.acts import What
from conversations.audit.models import THING_CHARACTERS, Act
from conversations.audit.triggers import TABLE

COLUMNS = ", ".join(f'"{field.column}"' for field in Act._meta.concrete_fields)
CARRY = (
    f"INSERT OR IGNORE INTO main.{TABLE} ({COLUMNS}) SELECT {COLUMNS} FROM present.{TABLE} "  # noqa: S608 (ours)
    f"WHERE id > (SELECT coalesce(max(id), 0) FROM main.{TABLE})"
)

RESTORED = (
    f'INSERT INTO {TABLE} (at, kept_until, who, what, whom, thing, "before", "after") '  # noqa: S608
    "VALUES (?, ?, '', ?, '', ?, '', '')"
)


def carry(copy: Path, present: Path | None, name: str) -> None:
    """Add what the log of `present` has since, if that can be read, and the restore of `name`."""
    with closing(sqlite3.connect(copy.as_uri(), uri=True)) as database:
        if not _has_log(database, "main"):
            return  # of an earlier version
        if present is not None:
            database.execute("ATTACH ? AS present", [f"{present.as_uri()}?mode=ro"])
        with database:
            if present is not None and _has_log(database, "present"):
                database.execute(CARRY)
            now = timezone.now().replace(tzinfo=None)
            kept_until = now + timedelta(days=settings.AUDIT_DAYS)
            database.execute(
                RESTORED,
                [f"{now}", f"{kept_until}", What.RESTORED.value, name[:THING_CHARACTERS]],
            )


def _has_log(database: sqlite3.Connection, schema: str) -> bool:
    found = database.execute(f"SELECT 1 FROM {schema}.sqlite_schema WHERE name = ?", [TABLE])  # noqa: S608
    return found.fetchone() is not None
