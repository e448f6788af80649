"""Who may sign in to a restored site: nobody to whom that was denied since the copy was made.

Nor does somebody come back whose account was deleted since.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from django.utils import timezone

from conversations.audit.acts import What
from streaming.ops import backup
from streaming.ops.backup import NOBODY_HOLDS_IT

TOKENS = "tokens_accesstoken"
STANDING = "password, last_login, is_active, is_staff, is_superuser"
SAME_PERSON = (
    "FROM present.auth_user now "
    "WHERE now.id = auth_user.id AND now.date_joined = auth_user.date_joined"
)
FOLLOW = (
    f"UPDATE auth_user SET ({STANDING}) = (SELECT {STANDING} {SAME_PERSON}) "  # noqa: S608 (ours)
    f"WHERE EXISTS (SELECT 1 {SAME_PERSON})"
)
REVOKE = (
    f"DELETE FROM {TOKENS} WHERE digest NOT IN (SELECT digest FROM present.{TOKENS}) "  # noqa: S608
    f"AND owner_id IN (SELECT id FROM auth_user WHERE EXISTS (SELECT 1 {SAME_PERSON}))"
)
GONE_SINCE = (
    "SELECT id FROM main.auth_user person WHERE EXISTS (SELECT 1 FROM present.audit_act act "  # noqa: S608
    f"WHERE act.what = '{What.ACCOUNT_DELETED.value}' AND act.whom_number = person.id "
    "AND act.whom = person.username AND act.at > person.date_joined)"
)
CLOSE = (
    "UPDATE main.auth_user SET username = 'deleted-' || id || '-again', email = '', "
    "password = '!', first_name = '', last_name = '', "
    "is_active = 0, is_staff = 0, is_superuser = 0 "
    "WHERE id IN (SELECT person_id FROM main.roles_leaving)"
)


def end_sign_ins(copy: Path) -> None:
    """Nobody is signed in: some were signed out since, and open pages know later messages.

    Nor is anything being written: the next start ends that as `interrupted`.
    """
    with closing(sqlite3.connect(copy)) as database, database:
        backup.end_sign_ins(database)
        if "streaming_worker" in _tables(database, "main"):
            database.execute(NOBODY_HOLDS_IT)


def follow(copy: Path, present: Path) -> bool:
    """Give those who are in both the password and rights that they have now.

    Of their access tokens those that were revoked since go. False if nobody is in both: then
    `present` is another site, and its passwords say nothing of this one.
    """
    with closing(sqlite3.connect(copy.as_uri(), uri=True)) as database:
        database.execute("ATTACH ? AS present", [f"{present.as_uri()}?mode=ro"])
        theirs = _tables(database, "present")
        if "auth_user" not in theirs:
            return False
        with database:
            changed = database.execute(FOLLOW)
            if TOKENS in theirs & _tables(database, "main"):
                database.execute(REVOKE)
    return changed.rowcount > 0


def delete_again(copy: Path, present: Path) -> int:
    """Close the accounts that were deleted since, and how many; the next start deletes the rest.

    The log of acts in `present` tells which. A copy of a version without such accounts has none.
    """
    with closing(sqlite3.connect(copy.as_uri(), uri=True)) as database:
        database.execute("ATTACH ? AS present", [f"{present.as_uri()}?mode=ro"])
        if not (
            "audit_act" in _tables(database, "present")
            and "roles_leaving" in _tables(database, "main")
        ):
            return 0
        with database:
            gone = [
                (pk, f"{timezone.now():%Y-%m-%d %H:%M:%S}")
                for (pk,) in database.execute(GONE_SINCE)
            ]
            database.executemany("INSERT OR IGNORE INTO main.roles_leaving VALUES (?, ?)", gone)
            database.execute(CLOSE)
            database.executemany(
                "DELETE FROM main.sharing_share WHERE owner_id = ?", [row[:1] for row in gone]
            )
    return len(gone)


def _tables(database: sqlite3.Connection, schema: str) -> set[str]:
    return {name for (name,) in database.execute(f"SELECT name FROM {schema}.sqlite_schema")}  # noqa: S608
