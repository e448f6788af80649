"""A restore takes nothing out of the log of acts, and stands in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streaming.ops.restore.restore import restore
from tests.streaming.ops.restore.databases import changing, database, insert, read

LOG = "SELECT what, thing FROM audit_act ORDER BY id"


@pytest.fixture
def copy(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    copy = database(tmp_path / "copy.sqlite3", "yesterday")
    with changing(copy) as rows:
        insert(rows, "audit_act", id=1, what="role", thing="before")
    return copy


@pytest.fixture
def present(copy: Path, tmp_path: Path) -> Path:
    present = database(tmp_path / "data" / "chatsite.sqlite3", "today")
    with changing(present) as rows:
        insert(rows, "audit_act", id=1, what="role", thing="before")
        insert(rows, "audit_act", id=2, what="quota", thing="since")
    return present


@pytest.mark.parametrize("as_copied", [False, True])
def test_what_was_done_since_the_copy_stays_in_the_log(
    copy: Path, present: Path, as_copied: bool
) -> None:
    restore(copy, present, as_copied=as_copied)
    restored = ("restored", "copy.sqlite3")
    assert read(present, LOG) == [("role", "before"), ("quota", "since"), restored]


def test_a_present_database_that_cannot_be_read_adds_nothing(copy: Path, present: Path) -> None:
    present.write_bytes(b"SQLite format 3\0" + b"no more" * 1000)
    restore(copy, present)
    assert read(present, LOG) == [("role", "before"), ("restored", "copy.sqlite3")]


def test_a_copy_of_a_version_without_a_log_is_restored_as_it_is(copy: Path, present: Path) -> None:
    with changing(copy) as rows:
        rows.execute("DROP TABLE audit_act")
    restore(copy, present)
    assert read(present, "SELECT 1 FROM sqlite_schema WHERE name = 'audit_act'") == []
