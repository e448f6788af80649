"""Who may sign in to a restored site: nobody to whom that was denied since the copy was made.

Nor does somebody come back whose account was deleted since.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from django.utils import timezone

from conversations.audit.acts import What
from streaming.ops import backup
from streaming.ops.backup import NOBODY_HOLDS_IT

STANDING = "password, last_login, is_active, is_staff, is_superuser"
SAME_PERSON = (
    "FROM present.auth_user now "
    "WHERE now.id = auth_user.id AND now.date_joined = auth_user.date_joined"
)
FOLLOW = (
    f"UPDATE auth_user SET ({STANDING}) = (SELECT {STANDING} {SAME_PERSON}) "  # noqa: S608 (ours)
    f"WHERE EXISTS (SELECT 1 {SAME_PERSON})"
)
IN_BOTH = f"(SELECT id FROM auth_user WHERE EXISTS (SELECT 1 {SAME_PERSON}))"  # noqa: S608 (ours)
AS_TODAY = {
    "roles_standing": ("person_id", "role"),
    "mfa_authenticator": ("user_id", "type", "data", "created_at", "last_used_at"),
}
"""Tables of which a person's rows are those of today: the column of the person, and the others."""


class Way(NamedTuple):
    """Rows that let somebody in, or show something: the `owner` has them, `mark` tells one apart.

    One that is in the database may have ended all the same: while `holds`, it has not.
    """

    table: str
    owner: str
    mark: str
    holds: str = "1"


WAYS = (
    Way("tokens_accesstoken", "owner_id", "digest"),
    Way("sharing_share", "owner_id", "token", "revoked_at IS NULL"),
    Way("accounts_invitation", "made_by_id", "digest", "taken_at IS NULL"),
    Way("socialaccount_socialaccount", "user_id", "user_id || ' ' || provider || ' ' || uid"),
)
GONE_SINCE = (
    "SELECT id FROM main.auth_user person WHERE EXISTS (SELECT 1 FROM present.audit_act act "  # noqa: S608
    f"WHERE act.what = '{What.ACCOUNT_DELETED.value}' AND act.whom_number = person.id "
    "AND act.whom = person.username AND act.at > person.date_joined)"
)
CLOSE = (
    "UPDATE main.auth_user SET username = 'deleted-' || id || '-' || hex(randomblob(8)), "
    "email = '', password = '!', first_name = '', last_name = '', "
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
    """Give those who are in both the password, second factors, rights and role of today.

    What they revoked since goes, and so do invitations that were used or taken back. False if
    nobody is in both: then `present` is another site, and its passwords say nothing of this one.
    """
    with closing(sqlite3.connect(copy.as_uri(), uri=True)) as database:
        database.execute("ATTACH ? AS present", [f"{present.as_uri()}?mode=ro"])
        theirs = _tables(database, "present")
        if "auth_user" not in theirs:
            return False
        with database:
            changed = database.execute(FOLLOW)
            in_both = theirs & _tables(database, "main")
            for table in AS_TODAY.keys() & in_both:
                for statement in _follow(table, *AS_TODAY[table]):
                    database.execute(statement)
            for way in WAYS:
                if way.table in in_both:
                    database.execute(_end(way))
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


def _follow(table: str, person: str, *others: str) -> tuple[str, str]:
    columns = ", ".join((person, *others))
    return (
        f"DELETE FROM main.{table} WHERE {person} IN {IN_BOTH}",  # noqa: S608
        f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM present.{table} "  # noqa: S608
        f"WHERE {person} IN {IN_BOTH}",
    )


def _end(way: Way) -> str:
    return (
        f"DELETE FROM main.{way.table} WHERE {way.owner} IN {IN_BOTH} AND {way.mark} NOT IN "  # noqa: S608
        f"(SELECT {way.mark} FROM present.{way.table} WHERE {way.holds})"
    )


def _tables(database: sqlite3.Connection, schema: str) -> set[str]:
    return {name for (name,) in database.execute(f"SELECT name FROM {schema}.sqlite_schema")}  # noqa: S608
