"""What a file has to be before it may take the place of the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from streaming.catalog.sealed_keys import opens
from streaming.ops.upgrades import schema

SQLITE, POSTGRESQL = b"SQLite format 3\0", b"PGDMP"
PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
OURS = frozenset({"django_migrations", "auth_user", "conversations_message"})

SEALED = {  # by table: what people call it, and the token
    "streaming_storedprovider": "SELECT name, sealed_key FROM streaming_storedprovider",
    "tools_toolserver": (
        "SELECT 'server of tools ' || name, sealed FROM tools_toolserver UNION "
        "SELECT 'server of tools ' || name, sealed_grant FROM tools_toolserver"
    ),
    "own_keys_ownkey": (
        "SELECT 'key of ' || username || ' for ' || provider, sealed_key FROM own_keys_ownkey "
        "JOIN auth_user ON auth_user.id = owner_id"
    ),
    "mfa_authenticator": (
        "SELECT 'second factor of ' || username, "
        "coalesce(json_extract(data, '$.secret'), json_extract(data, '$.seed')) "
        "FROM mfa_authenticator JOIN auth_user ON auth_user.id = user_id"
    ),
}


class RestoreRefused(Exception):
    """Nothing was changed; the sentences say why, and what to do."""


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """What a sound copy holds. `missing` counts migrations that the next start applies to it."""

    people: int
    conversations: int
    missing: int
    unreadable: tuple[str, ...] = ()


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """The database in the file, for reading; raises RestoreRefused if there is none.

    A copy is one file, which is left as it is, also on a disk that cannot be written. Where a log
    lies next to it, what is in the log belongs to it.
    """
    _refuse_by_its_beginning(file)
    logged = any(Path(f"{file}-{kind}").exists() for kind in ("wal", "journal"))
    how = "mode=ro" if logged else "immutable=1"
    with closing(sqlite3.connect(f"{file.as_uri()}?{how}", uri=True)) as database:
        yield database


def check(copy: Path, *, without_keys: bool) -> CopyFacts:
    """Everything, on a copy of the copy that may be written; raises RestoreRefused."""
    with closing(sqlite3.connect(copy)) as database:
        _refuse_damaged(database)
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema")}
        if not tables >= OURS:
            raise RestoreRefused(
                "It is a sound SQLite database, but not one of this site: it has no table "
                f"{min(OURS - tables)}. Name a file that manage.py backup made."
            )
        missing = _refuse_newer(database)
        unreadable = _unreadable_keys(database, tables)
        if unreadable and not without_keys:
            raise RestoreRefused(_keys_do_not_fit(unreadable))
        people, conversations = (
            int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
            for table in ("auth_user", "conversations_conversation")
        )
    return CopyFacts(people, conversations, missing, unreadable)


def _refuse_by_its_beginning(file: Path) -> None:
    if not file.is_file():
        raise RestoreRefused(f"There is no file {file}.")
    with file.open("rb") as bytes_of_it:
        begins = bytes_of_it.read(16)
    if begins == SQLITE:
        return
    if begins.startswith(POSTGRESQL):
        raise RestoreRefused(
            f"{file} is a dump of PostgreSQL, and this site keeps SQLite. Set DATABASE_URL to a "
            "PostgreSQL; manage.py restore then tells the command of pg_restore."
        )
    for magic, name in PACKED.items():
        if begins.startswith(magic):
            raise RestoreRefused(f"{file} is packed ({name}). Unpack it, and name what was in it.")
    raise RestoreRefused(f"{file} is no SQLite database. Name a file that manage.py backup made.")


def _refuse_damaged(database: sqlite3.Connection) -> None:
    [(verdict,), *_] = database.execute("PRAGMA integrity_check").fetchall()
    if verdict != "ok":
        raise RestoreRefused(f"It is damaged ({verdict}). Take an older copy.")
    if lost := database.execute("PRAGMA foreign_key_check").fetchone():
        raise RestoreRefused(
            f"It is damaged: a row of {lost[0]} refers to one of {lost[2]} that is not there. "
            "Take an older copy."
        )


def _refuse_newer(database: sqlite3.Connection) -> int:
    """How many migrations it has yet to get."""
    applied = set(database.execute("SELECT app, name FROM django_migrations"))
    if unknown := schema.unknown_among(applied):
        raise RestoreRefused(
            f"It is newer than this code: it holds {unknown[0]}, which Chatsite {settings.VERSION} "
            "does not know. Install the version that made it, or a later one, and restore with it."
        )
    return schema.count_missing(applied)


def _unreadable_keys(database: sqlite3.Connection, tables: set[str]) -> tuple[str, ...]:
    """What the present field keys do not open."""
    found = {
        name
        for table, query in SEALED.items()
        if table in tables
        for name, token in database.execute(query)
        if token and not opens(token)
    }
    return tuple(sorted(found))


def _keys_do_not_fit(names: tuple[str, ...]) -> str:
    return (
        f"These keys in it cannot be read with the present field key: "
        f"{', '.join(names)}. Put the field_key that was kept with the copy at "
        f"{Path(settings.DATA_DIR) / 'field_key'}, or name it in FIELD_KEYS, and try again. If it "
        "is lost, add --without-provider-keys: all else is restored, and these keys have to be "
        "entered again."
    )
