"""A restored copy lets nobody in to whom that was denied since it was made."""

from __future__ import annotations

import re
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
        insert(
            rows,
            "auth_user",
            id=2,
            username="bob",
            password="bob's",
            date_joined="2026-01-03 00:00:00",
        )
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


def test_roles_stay_those_of_today(copy: Path, present: Path) -> None:
    with changing(copy) as rows:
        insert(rows, "roles_standing", person_id=2, role="read-only")
    with changing(present) as rows:
        insert(rows, "roles_standing", person_id=1, role="read-only")
    restore(copy, present)
    roles = "SELECT person_id, role FROM roles_standing ORDER BY 1"
    assert read(present, roles) == [(1, "read-only"), (2, "read-only")]
    with changing(present) as rows:
        rows.execute("DELETE FROM roles_standing WHERE person_id = 2")
    restore(copy, present)
    assert read(present, roles) == [(1, "read-only")]


def test_second_factors_stay_those_of_today(copy: Path, present: Path) -> None:
    """Else who added one since has none, and one that was stolen signs in again."""
    made = {"type": "webauthn", "created_at": "2026-11-20"}
    with changing(copy) as rows:
        insert(rows, "mfa_authenticator", user_id=1, data='"stolen"', **made)
        insert(rows, "mfa_authenticator", user_id=2, data='"of who came since the other"', **made)
    with changing(present) as rows:
        insert(rows, "mfa_authenticator", user_id=1, data='"new"', **made)
    restore(copy, present)
    kept = read(present, "SELECT user_id, data FROM mfa_authenticator ORDER BY 1")
    assert kept == [(1, '"new"'), (2, '"of who came since the other"')]


ENDED: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "an invitation that was used": (
        "accounts_invitation",
        {"made_by_id": 1, "key": "k", "digest": "d"},
        {"taken_at": "2026-11-20"},
    ),
    "a share that was revoked": (
        "sharing_share",
        {"owner_id": 1, "key": "k", "token": "t", "end_id": 1},
        {"revoked_at": "2026-11-20"},
    ),
    "a sign-on that was disconnected": (
        "socialaccount_socialaccount",
        {"user_id": 1, "provider": "https://id.example.org", "uid": "s"},
        {},
    ),
}
"""A table, a row of it, and what made that void if it is still there."""


@pytest.mark.parametrize("what", ENDED)
def test_what_ended_since_stays_ended(copy: Path, present: Path, what: str) -> None:
    table, row, end = ENDED[what]
    for file, more in ((copy, {}), (present, end)):
        with changing(file) as rows:
            insert(rows, "conversations_message", id=1, conversation_id="c" * 32, role="user")
            if file == copy or end:
                insert(rows, table, id=1, **row, **more)
    restore(copy, present)
    count = f"SELECT count(*) FROM {table}"
    assert read(present, count) == [(0,)]
    with changing(present) as rows:
        insert(rows, table, id=1, **row)
    restore(copy, present)
    assert read(present, count) == [(1,)]


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


LOG = {"what": "account-deleted", "whom": "bob", "whom_number": 2, "at": "2026-11-20 10:00:00"}


def test_an_account_that_was_deleted_since_is_deleted_again(copy: Path, present: Path) -> None:
    with changing(copy) as rows:
        insert(rows, "conversations_message", id=1, conversation_id="c" * 32, role="user")
        insert(rows, "sharing_share", id=1, owner_id=2, token="a-token", end_id=1)
    with changing(present) as rows:
        insert(rows, "audit_act", id=1, **LOG)
    assert restore(copy, present).deleted == 1
    ada, bob = read(present, PASSWORDS)
    assert ada == ("ada", "new", 0, 0)
    assert re.fullmatch("deleted-2-[0-9A-F]{16}", bob[0])  # a name that nobody has
    assert bob[1:] == ("!", 0, 0)
    assert read(present, "SELECT person_id FROM roles_leaving") == [(2,)]
    assert read(present, "SELECT * FROM sharing_share") == []


def test_it_comes_back_where_that_is_asked_for(copy: Path, present: Path) -> None:
    with changing(present) as rows:
        insert(rows, "audit_act", id=1, **LOG)
    assert restore(copy, present, as_copied=True).deleted == 0
    assert read(present, PASSWORDS) == read(copy, PASSWORDS)


@pytest.mark.parametrize(
    "of_somebody_else",
    [{"whom": "bobby"}, {"whom_number": 3}, {"what": "role"}, {"at": "2025-12-31 23:59:59"}],
)
def test_what_the_log_says_of_others_deletes_nobody(
    copy: Path, present: Path, of_somebody_else: dict[str, Any]
) -> None:
    with changing(present) as rows:
        insert(rows, "audit_act", id=1, **(LOG | of_somebody_else))
    assert restore(copy, present).deleted == 0
    assert read(present, PASSWORDS)[1][0] == "bob"
