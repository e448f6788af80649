"""The exchange of one database file for another; what was there is kept.

A kill at any moment leaves one of the two, whole and with its own log, where it is looked for. A
sound database is therefore overwritten by SQLite itself, in one transaction: who opens it after a
kill finds the log of that and undoes it. Files are moved only where there is none, or a broken one.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from django.conf import settings

from conversations.trash import copies
from streaming.ops import durable
from streaming.ops.backup import copy_database
from streaming.ops.restore.data_folder import InUse, give_to_owner

PARTS = ("-wal", "-shm", "-journal")
BROKEN = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


class Present(Enum):
    """What lies where the site looks for its database."""

    NONE = "none"
    SOUND = "sound"
    BROKEN = "broken"


def look_at(file: Path) -> Present:
    """Raises InUse if another process has it open. Moves its log into the file."""
    if not file.exists():
        return Present.NONE
    try:
        with closing(sqlite3.connect(file, timeout=1)) as database:
            database.execute("PRAGMA journal_mode=DELETE")  # which needs it for itself
            [(verdict,), *_] = database.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.Error as trouble:
        name = getattr(trouble, "sqlite_errorname", "")
        if name.startswith(BUSY):
            raise InUse(f"Another process has {file} open") from trouble
        if not name.startswith(BROKEN):
            raise
        return Present.BROKEN
    return Present.SOUND if verdict == "ok" else Present.BROKEN


def keep(file: Path, present: Present) -> Path | None:
    """Keep what is there in the folder of copies; the file in which it is now."""
    if present is Present.NONE and not any(part.exists() for part in parts_of(file)):
        return None
    folder = copies.folder()
    if not folder.exists():
        folder.mkdir(mode=0o700)
        give_to_owner(folder)
        durable.flush(folder.parent)
    kept = folder / copies.name_of_replaced(datetime.now(UTC), settings.VERSION)
    if present is Present.SOUND:
        copy_database(file, kept, as_it_is=True)
        give_to_owner(kept)
        return kept
    for part in (file, *parts_of(file)):
        if part.exists():
            target = Path(f"{kept}{part.name.removeprefix(file.name)}")
            shutil.copyfile(part, target)
            target.chmod(0o600)
            give_to_owner(target)
            durable.flush(target)
    durable.flush(folder)
    return kept


def put(copy: Path, file: Path, present: Present) -> None:
    """Let `file` be what `copy` is, which may be gone then."""
    if present is Present.SOUND:
        with (
            closing(sqlite3.connect(copy)) as new,
            closing(sqlite3.connect(file, timeout=1)) as into,
        ):
            for promise in ("synchronous=FULL", "fullfsync=ON", "journal_mode=DELETE"):
                into.execute(f"PRAGMA {promise}")
            new.backup(into, progress=_do_not_wait)
    else:
        for part in parts_of(file):  # a log next to another file than its own destroys that
            with suppress(FileNotFoundError):
                part.unlink()
        durable.flush(file.parent)
        durable.flush(copy)
        copy.replace(file)
        give_to_owner(file)
    file.chmod(0o600)
    durable.flush(file)
    durable.flush(file.parent)


def _do_not_wait(status: int, remaining: int, total: int) -> None:
    """`backup` would wait without end for another process."""
    if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise InUse("Another process has opened the database just now")


def parts_of(file: Path) -> list[Path]:
    return [Path(f"{file}{kind}") for kind in PARTS]
