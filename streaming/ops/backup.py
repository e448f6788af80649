"""A copy of a live SQLite database: whole, checked, and only its owner's to read."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from streaming.ops import durable

NOBODY_HOLDS_IT = "UPDATE streaming_worker SET lease_until = '2000-01-01 00:00:00'"
"""So that the first site on the copy ends at once what was being written in it."""

SIGN_INS = ("django_session", "usersessions_usersession")
"""What a session id stands in: whoever finds a copy with it could continue as that person."""


class BackupFailed(Exception):
    """There is no new copy; the sentence says why."""


def copy_database(
    source: Path, target: Path, *, force: bool = False, as_it_is: bool = False
) -> None:
    """Copy the database as it is at one moment, while others continue to write.

    The copy gets its name once it is whole, was found sound and lies on the disk; a file of
    that name is replaced only by `force`. Nobody is signed in in it. `as_it_is` changes nothing in
    it, also not what running processes hold.
    """
    try:
        _copy(source, target, force=force, as_it_is=as_it_is)
    except FileExistsError:
        raise BackupFailed(f"{target} exists; name another file, or add --force.") from None
    except (OSError, sqlite3.Error) as trouble:
        raise BackupFailed(f"{target} could not be written: {trouble}.") from trouble


def _copy(source: Path, target: Path, *, force: bool, as_it_is: bool) -> None:
    if not force and target.exists():
        raise FileExistsError
    descriptor, unnamed = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(descriptor)  # made with mode 0600
    copy = Path(unnamed)
    try:
        _fill(source, copy, as_it_is=as_it_is)
        durable.flush(copy)
        if force:
            copy.replace(target)
        else:
            os.link(copy, target)
        durable.flush(target.parent)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(FileNotFoundError):
                Path(f"{copy}{suffix}").unlink()


def _fill(source: Path, copy: Path, *, as_it_is: bool) -> None:
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=30)) as live,
        closing(sqlite3.connect(copy)) as into,
    ):
        live.backup(into)
        if not as_it_is:
            into.execute(NOBODY_HOLDS_IT)
            end_sign_ins(into)
            into.commit()
        into.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file
        [(verdict,), *_] = into.execute("PRAGMA integrity_check").fetchall()
    if verdict != "ok":
        raise BackupFailed(f"The copy of {source} is damaged, and was thrown away: {verdict}.")


def end_sign_ins(database: sqlite3.Connection) -> None:
    """Nobody is signed in there any more, and what said so is overwritten."""
    database.execute("PRAGMA secure_delete=ON")
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema")}
    for table in SIGN_INS:
        if table in tables:
            database.execute(f"DELETE FROM {table}")  # noqa: S608 (names of ours)
