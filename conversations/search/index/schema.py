"""What a database needs for the lookup of words; made by a migration and again by `reindex`.

SQLite keeps an FTS5 table over the rows of tokens, which triggers hold up to date. A migration that
alters `SearchEntry` makes SQLite forget the triggers, so it ends with `create`. PostgreSQL keeps
the set of tokens in a column of the row, without their places, for it could hold 16,383 of them.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

ENTRIES = "conversations_searchentry"
WORDS = "conversations_searchwords"
LONG = "long="
"""The token of a text that is too long for PostgreSQL's set of tokens (1 MiB)."""
LONG_BYTES = 900_000
PAGES = 64
"""Of the index, that one part of forgetting writes anew: it then takes some milliseconds."""

ADD = f"INSERT INTO {WORDS}(rowid, words, facets) VALUES (new.id, new.words, new.facets);"  # noqa: S608
TAKE_OUT = (
    f"INSERT INTO {WORDS}({WORDS}, rowid, words, facets) "  # noqa: S608 (made of constants)
    "VALUES ('delete', old.id, old.words, old.facets);"
)
SQLITE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {WORDS} USING fts5("
    f"words, facets, content='{ENTRIES}', content_rowid='id', "
    "tokenize=\"ascii tokenchars '='\", prefix='2')",
    f"CREATE TRIGGER IF NOT EXISTS {WORDS}_added AFTER INSERT ON {ENTRIES} BEGIN {ADD} END",
    f"CREATE TRIGGER IF NOT EXISTS {WORDS}_gone AFTER DELETE ON {ENTRIES} BEGIN {TAKE_OUT} END",
    f"CREATE TRIGGER IF NOT EXISTS {WORDS}_changed AFTER UPDATE ON {ENTRIES} "
    f"BEGIN {TAKE_OUT} {ADD} END",
)
POSTGRESQL = (
    f"ALTER TABLE {ENTRIES} ADD COLUMN IF NOT EXISTS tokens tsvector "
    "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(btrim(facets), ' ') || "
    f"CASE WHEN octet_length(words) < {LONG_BYTES} THEN string_to_array(btrim(words), ' ') "
    f"ELSE ARRAY['{LONG}'] END)) STORED",
    f"CREATE INDEX IF NOT EXISTS {WORDS} ON {ENTRIES} USING gin (tokens) WITH (fastupdate = off)",
)
DROP = {
    "sqlite": (
        *(f"DROP TRIGGER IF EXISTS {WORDS}_{when}" for when in ("added", "gone", "changed")),
        f"DROP TABLE IF EXISTS {WORDS}",
    ),
    "postgresql": (
        f"DROP INDEX IF EXISTS {WORDS}",
        f"ALTER TABLE {ENTRIES} DROP COLUMN IF EXISTS tokens",
    ),
}
CREATE = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def create(connection: BaseDatabaseWrapper) -> None:
    """Make what is missing."""
    _execute(connection, CREATE[connection.vendor])


def drop(connection: BaseDatabaseWrapper) -> None:
    _execute(connection, DROP[connection.vendor])


def forget_piece(connection: BaseDatabaseWrapper, *, first: bool) -> bool:
    """Do a part of what `forget_traces` does, in a moment; False once all of it is done.

    The `first` part begins anew, with what is in the index then.
    """
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        before = connection.connection.total_changes
        pages = -PAGES if first else PAGES
        cursor.execute(f"INSERT INTO {WORDS}({WORDS}, rank) VALUES ('merge', %s)", [pages])  # noqa: S608
        return bool(connection.connection.total_changes - before > 1)


def forget_traces(connection: BaseDatabaseWrapper) -> None:
    """Write the index anew without the words of rows that were deleted, which SQLite only marks.

    It takes as long as the index is large.
    """
    if connection.vendor == "sqlite":
        _execute(connection, (f"INSERT INTO {WORDS}({WORDS}) VALUES ('optimize')",))  # noqa: S608


def _execute(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
