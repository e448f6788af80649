"""Copies of the SQLite file from before its migrations: the way back from an upgrade."""

from __future__ import annotations

import filecmp
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from conversations.trash import copies
from streaming.ops import durable
from streaming.ops.backup import BackupFailed, copy_database
from streaming.ops.start_trouble import StartRefused

UNFINISHED = ".before-*"


class NoBackupCopy(StartRefused):
    """There is no copy, so nothing may be migrated; the sentence says why and what to do."""


def copy_before_migrating(file: Path) -> Path:
    """Copy the database as it is; the copy, or one from before that says the same.

    A start that fails and is tried again thus does not push the copies that matter out. The
    caller sees to it that nobody writes meanwhile, and that no other start does the same.
    """
    folder = copies.folder()
    try:
        _make(folder)
        _refuse_without_room(folder, file)
        older = copies.files(folder)
        copy = _unused(folder)
        copy_database(file, copy, as_it_is=True)
        if older and filecmp.cmp(older[-1], copy, shallow=False):
            copy.unlink()
            return older[-1]
        for each in copies.files(folder)[: -settings.COPIES_BEFORE_MIGRATIONS]:
            each.unlink()
    except (OSError, BackupFailed) as trouble:
        raise NoBackupCopy(_sentence(folder, str(trouble))) from trouble
    return copy


def _make(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700)
        durable.flush(folder.parent)
    for left in folder.glob(UNFINISHED):  # by a start that was killed
        with suppress(FileNotFoundError):
            left.unlink()


def _refuse_without_room(folder: Path, file: Path) -> None:
    needed = sum(part.stat().st_size for part in (file, Path(f"{file}-wal")) if part.exists())
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoBackupCopy(
            _sentence(folder, f"{needed // 2**20 + 1:,} MiB are needed, {free // 2**20:,} are free")
        )


def _unused(folder: Path) -> Path:
    return folder / copies.name(datetime.now(UTC), settings.VERSION)


def _sentence(folder: Path, why: str) -> str:
    return (
        f"The database was not upgraded, for there is no copy of it: {why.rstrip('.')}. "
        f"Nothing was changed. Make room for {folder}, or let it be a link to another disk, "
        "and start again"
    )
