"""Backups hold the bytes of files, and a restore puts back what is missing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from conversations.files import copies
from conversations.files.models import storage
from streaming.ops import nightly
from tests.support.files.rows import document_of


@pytest.mark.django_db
def test_what_is_lost_comes_back(owner: User, tmp_path: Path) -> None:
    file = document_of(owner, "Kept")
    copy = tmp_path / "a.sqlite3"
    copies.copy_out(copy)
    for name in file.stored:
        storage().delete(name)
    assert copies.copy_back(copy) == 2
    assert file.open_bytes() == b"Kept"
    assert Path(file.content.path).stat().st_mode & 0o777 == 0o600
    assert copies.copy_back(copy) == 0


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_each_night_copies_what_is_new_and_the_oldest_goes_whole(
    owner: User, tmp_path: Path, settings: Any
) -> None:
    settings.BACKUP_DIR, settings.BACKUP_KEEP = tmp_path / "nights", 2
    first = document_of(owner, "First")
    made = []
    for day in (1, 2, 3):
        settings.BACKUP_HOUR = 0
        copy = nightly.make(datetime(2026, 11, day, 4, tzinfo=UTC))
        assert copy is not None
        made.append(copy)
        if day == 1:
            second = document_of(owner, "Second")
    assert not copies.folder_of(made[0]).exists()
    there = [copies.folder_of(each) / first.content.name for each in made[1:]]
    assert there[0].stat().st_ino == there[1].stat().st_ino
    assert (copies.folder_of(made[1]) / second.content.name).read_bytes() == b"Second"
