"""A restored copy lets nobody in to whom that was denied since it was made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streaming.ops.restore.restore import restore
from tests.streaming.ops.restore.databases import changing, database, insert, read

PASSWORDS = "SELECT username, password, is_active, is_staff FROM auth_user ORDER BY id"
TOKENS = "SELECT digest FROM tokens_accesstoken ORDER BY 1"


@pytest.fixture
def copy(tmp_path: Path, settings: Any) -> Path:
    """Ada is signed in, is an administrator, and has two tokens; Bob has one."""
    settings.DATA_DIR = tmp_path / "data"
    copy = database(tmp_path / "copy.sqlite3", "yesterday")
    with changing(copy) as rows:
        rows.execute("UPDATE auth_user SET is_staff = 1, is_active = 1")
        insert(rows, "auth_user", id=2, username="bob", password="bob's", date_joined="2026")
        insert(rows, "django_session", session_key="stolen", expire_date="2100-01-01")
        for owner, digest in ((1, "kept"), (1, "revoked"), (2, "bob's")):
            insert(rows, "tokens_accesstoken", owner_id=owner, key=digest, digest=digest)
    return copy


@pytest.fixture
def present(copy: Path, tmp_path: Path) -> Path:
    """Since then Ada has another password, is an administrator no more, and revoked a token."""
    present = database(tmp_path / "data" / "chatsite.sqlite3", "today")
    with changing(present) as rows:
        rows.execute("UPDATE auth_user SET password = 'new', is_staff = 0, is_active = 0")
        for digest in ("kept", "made since"):
            insert(rows, "tokens_accesstoken", owner_id=1, key=digest, digest=digest)
    return present


def test_sessions_end_and_what_was_taken_away_since_stays_away(copy: Path, present: Path) -> None:
    assert restore(copy, present).follows
    assert read(present, "SELECT * FROM django_session") == []
    assert read(present, PASSWORDS) == [("ada", "new", 0, 0), ("bob", "bob's", 0, 0)]
    assert read(present, TOKENS) == [("bob's",), ("kept",)]
    assert read(copy, "SELECT count(*) FROM django_session") == [(1,)]


def test_what_is_asked_for_as_copied_is_as_it_was_but_for_sessions(
    copy: Path, present: Path
) -> None:
    assert not restore(copy, present, as_copied=True).follows
    assert read(present, "SELECT * FROM django_session") == []
    assert read(present, PASSWORDS) == read(copy, PASSWORDS)
    assert read(present, TOKENS) == read(copy, TOKENS)


def test_a_site_that_was_begun_anew_says_nothing_of_the_people_in_the_copy(
    copy: Path, present: Path
) -> None:
    with changing(present) as rows:
        rows.execute("UPDATE auth_user SET date_joined = '2026-11-11'")
    assert not restore(copy, present).follows
    assert read(present, PASSWORDS) == read(copy, PASSWORDS)
    assert read(present, TOKENS) == read(copy, TOKENS)
