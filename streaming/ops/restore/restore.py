"""A copy of the SQLite database in the place of the present one: checks, then the exchange."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from conversations.files import copies as file_copies
from conversations.trash import copies
from streaming.ops.backup import BackupFailed
from streaming.ops.restore import acts, copy_checks, data_folder, exchange, people
from streaming.ops.restore.copy_checks import CopyFacts, RestoreRefused
from streaming.ops.restore.data_folder import InUse
from streaming.ops.restore.exchange import Present

UNFINISHED = ".restore-"


@dataclass(frozen=True, slots=True)
class Restored:
    """`kept` is what was replaced; `follows` says that passwords and tokens are those of today.

    So many accounts were `deleted` since, and are deleted again.
    """

    facts: CopyFacts
    kept: Path | None
    was_broken: bool
    follows: bool
    deleted: int = 0


def look_at(file: Path, database: Path, *, without_keys: bool = False) -> CopyFacts:
    """All checks of a file that could be restored; raises RestoreRefused."""
    with _told_of_files(file), _working_copy(file, database) as copy:
        return copy_checks.check(copy, without_keys=without_keys)


def restore(
    file: Path, database: Path, *, without_keys: bool = False, as_copied: bool = False
) -> Restored:
    """Put what `file` holds where `database` is; raises RestoreRefused, with nothing changed.

    `as_copied` leaves passwords, rights and access tokens as they were when the file was made, and
    accounts that were deleted since.
    """
    if file.exists() and database.exists() and file.samefile(database):
        raise RestoreRefused(f"{file} is the present database itself.")
    with _told_of_files(file), data_folder.alone():
        _remove_unfinished(database)
        with _working_copy(file, database) as copy:
            facts = copy_checks.check(copy, without_keys=without_keys)
            people.end_sign_ins(copy)
            present = exchange.look_at(database)
            kept = exchange.keep(database, present)
            can_tell = present is Present.SOUND and not as_copied
            follows = can_tell and kept is not None and people.follow(copy, kept)
            deleted = people.delete_again(copy, kept) if follows and kept is not None else 0
            acts.carry(copy, kept if present is Present.SOUND else None, file.name)
            file_copies.copy_back(file)
            exchange.put(copy, database, present)
    return Restored(facts, kept, present is Present.BROKEN, follows, deleted)


@contextmanager
def _told_of_files(file: Path) -> Iterator[None]:
    """Whatever goes wrong on the way, it is one sentence, and nothing was changed."""
    try:
        yield
    except InUse as trouble:
        raise RestoreRefused(f"{trouble}. Stop it, then restore, then start it again.") from None
    except (OSError, sqlite3.Error, BackupFailed) as trouble:
        raise RestoreRefused(
            f"{file} could not be restored: {str(trouble).rstrip('.')}."
        ) from trouble


@contextmanager
def _working_copy(file: Path, database: Path) -> Iterator[Path]:
    """A copy next to the database, to look at and to change; it is gone afterwards."""
    with copy_checks.opened(file) as source:
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_without_room(file, database)
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=database.parent) as folder:
            copy = Path(folder) / database.name
            _fill(source, copy)
            yield copy


def _fill(source: sqlite3.Connection, copy: Path) -> None:
    try:
        with closing(sqlite3.connect(copy)) as into:
            copy.chmod(0o600)
            source.backup(into)
            into.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file
    except sqlite3.DatabaseError as trouble:
        if not getattr(trouble, "sqlite_errorname", "").startswith(exchange.BROKEN):
            raise
        raise RestoreRefused(f"It is damaged ({trouble}). Take an older copy.") from trouble


def _refuse_without_room(file: Path, database: Path) -> None:
    """The file twice: next to the present one, and in its place; what is there twice, too.

    It is kept, and SQLite keeps it once more until the exchange is complete.
    """
    new, old = _size(file), _size(database)
    home, backups = database.parent, copies.folder()
    away = backups.exists() and backups.stat().st_dev != home.stat().st_dev
    for folder, needed in ((home, 2 * new + (old if away else 2 * old)), (backups, old)):
        if folder.exists() and (free := shutil.disk_usage(folder).free) < needed:
            raise RestoreRefused(
                f"There is no room for it: {needed // 2**20 + 1:,} MiB are needed in {folder}, "
                f"{free // 2**20:,} are free. Make room, and try again."
            )


def _size(file: Path) -> int:
    parts = (file, *exchange.parts_of(file))
    return sum(part.stat().st_size for part in parts if part.exists())


def _remove_unfinished(database: Path) -> None:
    """What a restore that was killed left behind."""
    for left in database.parent.glob(f"{UNFINISHED}*"):
        with suppress(OSError):
            shutil.rmtree(left)
