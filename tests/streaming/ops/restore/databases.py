"""Databases of a site with one telling conversation, made and read without the site."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.support.site import _empty_database

JOINED = "2026-01-02 03:04:05.678901"


def database(file: Path, title: str, *, pages: int = 0) -> Path:
    """With one person, Ada, and one conversation of that title; it takes so many more pages."""
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_empty_database(), file)
    with changing(file) as rows:
        insert(rows, "auth_user", id=1, username="ada", password="old", date_joined=JOINED)
        insert(rows, "conversations_conversation", id="c" * 32, owner_id=1, title=title)
        for number in range(pages):
            insert(
                rows, "accounts_cache", cache_key=f"{number}", value=title * (4000 // len(title))
            )
    return file


@contextmanager
def changing(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file)) as rows:
        yield rows
        rows.commit()


def insert(rows: sqlite3.Connection, table: str, **values: Any) -> None:
    """A row; what it needs besides is empty."""
    [(made,)] = rows.execute("SELECT sql FROM sqlite_schema WHERE name = ?", [table])
    for _, name, kind, needed, default, is_key in rows.execute(f"PRAGMA table_info({table})"):
        if needed and default is None and not (is_key and kind == "INTEGER"):
            number = kind.startswith(("int", "bool", "bigint", "smallint", "real"))
            empty = "{}" if f'JSON_VALID("{name}")' in made else ""
            values.setdefault(name, 0 if number else empty)
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    rows.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values.values()))


def read(file: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(file)) as rows:
        return rows.execute(query).fetchall()


def title_of(file: Path) -> str:
    """The title in a database that is whole; fails if it is not."""
    assert read(file, "PRAGMA integrity_check") == [("ok",)]
    assert read(file, "PRAGMA foreign_key_check") == []
    [(title,)] = read(file, "SELECT title FROM conversations_conversation")
    return str(title)
