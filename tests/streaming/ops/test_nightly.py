"""A copy every night, by one process: when it is due, what is kept, and who is told of its age."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from chatsite.environment import read_folder
from streaming.ops import nightly
from streaming.ops.backup import BackupFailed
from tests.streaming.ops.restore.databases import database, title_of

MORNING = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the copies go; it is made with the first."""
    file = database(tmp_path / "data" / "chatsite.sqlite3", "today")
    monkeypatch.setitem(connection.settings_dict, "NAME", str(file))
    settings.BACKUP_DIR, settings.BACKUP_KEEP, settings.BACKUP_HOUR = tmp_path / "copies", 3, 3
    settings.TIME_ZONE = "UTC"
    return tmp_path / "copies"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.sqlite3"))


def test_one_copy_a_night_is_made_and_the_newest_are_kept(folder: Path) -> None:
    for day in range(5):
        now = MORNING + timedelta(days=day)
        assert nightly.is_due(now)
        copy = nightly.make(now)
        assert copy is not None
        assert (title_of(copy), copy.stat().st_mode & 0o777) == ("today", 0o600)
        assert not nightly.is_due(now)
        assert nightly.make(now) is None
    assert names(folder) == [
        f"chatsite-2026-{date}.sqlite3" for date in ("11-29", "11-30", "12-01")
    ]
    assert folder.stat().st_mode & 0o777 == 0o700


def test_files_that_are_no_nightly_copies_stay(folder: Path) -> None:
    folder.mkdir()
    for name in ("mine.sqlite3", "chatsite-2020-01-01.sqlite3.gz", "chatsite-old.sqlite3"):
        (folder / name).write_text("dear")
    (folder / ".chatsite-2026-11-26.sqlite3.x").write_text("left by one that was killed")
    for day in range(5):
        nightly.make(MORNING + timedelta(days=day))
    databases = [path for path in folder.iterdir() if path.suffix != ".files"]
    assert len(databases) == 3 + 3 + 1  # and the lock


def test_the_first_waits_for_no_night_and_the_others_for_their_hour(
    folder: Path, settings: Any
) -> None:
    assert nightly.is_due(MORNING.replace(hour=1))
    nightly.make(MORNING)
    tomorrow = MORNING + timedelta(days=1)
    assert not nightly.is_due(tomorrow.replace(hour=2))
    assert nightly.is_due(tomorrow.replace(hour=3))
    settings.TIME_ZONE = "Africa/Nairobi"  # three hours ahead
    assert nightly.is_due(tomorrow.replace(hour=0))


def test_of_several_processes_one_makes_it(folder: Path) -> None:
    folder.mkdir()
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert nightly.make(MORNING) is None
    assert names(folder) == []


def test_what_is_in_the_way_is_one_sentence_and_no_copy_is_lost(
    folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    nightly.make(MORNING)
    usage = namedtuple("usage", "total used free")
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda folder: usage(10, 10, 0))
        with pytest.raises(BackupFailed, match="has no room: 1 MiB"):
            nightly.make(MORNING + timedelta(days=1))
    assert names(folder) == ["chatsite-2026-11-27.sqlite3"]
    settings.BACKUP_DIR = folder / "disk that is not there" / "copies"
    with pytest.raises(BackupFailed, match="cannot be used"):
        nightly.make(MORNING)
    settings.BACKUP_DIR = None
    monkeypatch.setattr(nightly, "be_nice", lambda: None)
    with pytest.raises(CommandError, match="BACKUP_DIR names no folder"):
        call_command("backup", "--nightly")


def test_the_doctor_tells_how_old_the_last_one_is(
    folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    [finding] = nightly.backups()
    assert (finding.said.startswith("there is none yet"), bool(finding.fix)) == (True, True)
    copy = nightly.make(datetime.now(UTC))
    assert copy is not None
    [finding] = nightly.backups()
    assert (finding.said.startswith("the last good one is 0 hours old"), finding.fix) == (True, "")
    before = (datetime.now(UTC) - timedelta(hours=49)).timestamp()
    os.utime(copy, (before, before))
    [finding] = nightly.backups()
    assert finding.said.startswith("the last good one is 49 hours old")
    assert "its log says why" in finding.fix
    monkeypatch.setattr(connection, "vendor", "postgresql")
    [finding] = nightly.backups()
    assert "no effect on PostgreSQL" in finding.said
    assert "pg_dump --format=custom" in finding.fix
    assert not nightly.is_wanted()
    settings.BACKUP_DIR = None
    [finding] = nightly.backups()
    assert (finding.said.startswith("is off"), finding.fix) == (True, "")


def test_the_folder_is_a_whole_path() -> None:
    assert read_folder({"BACKUP_DIR": "/backups"}, "BACKUP_DIR") == Path("/backups")
    assert read_folder({"BACKUP_DIR": ""}, "BACKUP_DIR") is None
    with pytest.raises(ImproperlyConfigured, match="write the whole path"):
        read_folder({"BACKUP_DIR": "backups"}, "BACKUP_DIR")
