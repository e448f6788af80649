"""Who may sign in to a restored site: nobody to whom that was denied since the copy was made."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from streaming.ops.backup import NOBODY_HOLDS_IT

SIGN_INS = ("django_session", "usersessions_usersession")
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


def end_sign_ins(copy: Path) -> None:
    """Nobody is signed in: some were signed out since, and open pages know later messages.

    Nor is anything being written: the next start ends that as `interrupted`.
    """
    with closing(sqlite3.connect(copy)) as database, database:
        tables = _tables(database, "main")
        for table in SIGN_INS:
            if table in tables:
                database.execute(f"DELETE FROM {table}")  # noqa: S608 (names of ours)
        if "streaming_worker" in tables:
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


def _tables(database: sqlite3.Connection, schema: str) -> set[str]:
    return {name for (name,) in database.execute(f"SELECT name FROM {schema}.sqlite_schema")}  # noqa: S608
