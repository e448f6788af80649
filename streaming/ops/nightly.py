"""A checked copy of the SQLite database every night, by one process, and how old the last is."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from conversations.files import copies
from streaming.db_threads import OneRound
from streaming.ops import durable
from streaming.ops.backup import BackupFailed, copy_database
from streaming.ops.doctor import Check, Finding
from streaming.ops.upgrades.pg_dump import pg_dump

logger = logging.getLogger(__name__)

NAMED = re.compile(r"chatsite-[0-9]{4}-[0-9]{2}-[0-9]{2}\.sqlite3")
LOOK_SECONDS, AGAIN_SECONDS = 60, 600  # after a copy that failed
TOO_OLD = timedelta(days=2)


def is_wanted() -> bool:
    return settings.BACKUP_DIR is not None and connection.vendor == "sqlite"


def files() -> list[Path]:
    """Oldest first."""
    if settings.BACKUP_DIR is None or not settings.BACKUP_DIR.is_dir():
        return []
    return sorted(file for file in settings.BACKUP_DIR.iterdir() if NAMED.fullmatch(file.name))


def is_due(now: datetime) -> bool:
    """A night that was slept through is made up for; the first copy waits for no night."""
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    made = files()
    return not made or (local.hour >= settings.BACKUP_HOUR and _name(now) not in _names(made))


def age(now: datetime) -> timedelta | None:
    """Of the last good copy, if there is one."""
    made = files()
    return now - datetime.fromtimestamp(made[-1].stat().st_mtime, UTC) if made else None


def make(now: datetime) -> Path | None:
    """Today's copy, and none older than the newest BACKUP_KEEP; raises BackupFailed.

    None if there is one already, or another process is at it.
    """
    if (folder := settings.BACKUP_DIR) is None:
        raise BackupFailed("BACKUP_DIR names no folder for nightly copies.")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)  # its parent may be a disk that is not there
        with (folder / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not is_due(now):
                return None
            for left in folder.glob(".chatsite-*"):  # by one that was killed
                left.unlink()
            database, copy = Path(connection.settings_dict["NAME"]), folder / _name(now)
            _refuse_without_room(folder, database)
            before = files()[-1:]
            copy_database(database, copy)
            copies.copy_out(copy, *before)
            for each in files()[: -settings.BACKUP_KEEP]:
                each.unlink()
                copies.remove(each)
            durable.flush(folder)
    except BlockingIOError:
        return None
    except OSError as trouble:
        raise BackupFailed(f"{folder} cannot be used ({trouble.strerror}).") from trouble
    return copy


async def keep_copying() -> None:
    """In a process of its own: a check reads the whole file, and answers come first."""
    while True:
        good = False
        with OneRound("make the nightly copy of the database"):
            is_now = await asyncio.to_thread(is_due, datetime.now(UTC))  # on a disk that may hang
            good = not is_now or await _make_elsewhere()
        await asyncio.sleep(LOOK_SECONDS if good else AGAIN_SECONDS)


async def _make_elsewhere() -> bool:
    """Whether all went well; if not, that is logged."""
    child = await asyncio.to_thread(_begin)
    try:
        await asyncio.to_thread(child.wait)
    finally:
        if child.poll() is None:  # the site is ending
            child.kill()
    assert child.stderr is not None
    with child.stderr as said:
        if child.returncode:
            logger.error("There is no nightly copy of the database: %s", said.read().strip())
    return not child.returncode


def _begin() -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 (our own command)
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "backup", "--nightly"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def be_nice() -> None:
    with suppress(OSError):
        os.nice(10)


def _refuse_without_room(folder: Path, database: Path) -> None:
    parts = (database, Path(f"{database}-wal"))
    needed = sum(part.stat().st_size for part in parts if part.exists())
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupFailed(
            f"{folder} has no room: {needed // 2**20 + 1:,} MiB are needed, "
            f"{free // 2**20:,} are free."
        )


def _name(now: datetime) -> str:
    return f"chatsite-{now.astimezone(ZoneInfo(settings.TIME_ZONE)):%Y-%m-%d}.sqlite3"


def _names(made: list[Path]) -> set[str]:
    return {file.name for file in made}


def standing(now: datetime) -> str:
    """How old the last good copy is, in words."""
    old = age(now)
    if old is None:
        return "there is none yet"
    hours = int(old.total_seconds() // 3600)
    return f"the last good one is {hours} {'hour' if hours == 1 else 'hours'} old"


def is_too_old(now: datetime) -> bool:
    old = age(now)
    return old is None or old > TOO_OLD


def backups() -> Iterator[Finding]:
    subject = "nightly backup"
    if settings.BACKUP_DIR is None:
        yield Finding(subject, "is off: set BACKUP_DIR, or see to copies in another way")
    elif connection.vendor != "sqlite":
        dump = pg_dump(connection, settings.BACKUP_DIR / "chatsite.dump")
        fix = f"Take it out, and have the system run this every night: {dump}"
        yield Finding(subject, "BACKUP_DIR has no effect on PostgreSQL", fix)
    else:
        now = datetime.now(UTC)
        told = f"{standing(now)}, of {len(files())} in {settings.BACKUP_DIR}"
        fix = "Start the site; if none is made then, its log says why." if is_too_old(now) else ""
        yield Finding(subject, told, fix)


CHECKS: tuple[Check, ...] = (backups,)
