"""What a database needs for the lookup of words; made by a migration and again by `reindex`.

SQLite keeps an FTS5 table over the rows of tokens, which triggers hold up to date. A migration that
alters `SearchEntry` makes SQLite forget the triggers, so it ends with `create`. PostgreSQL indexes
the set of a row's tokens without their places, for it could hold 16,383 of them.
"""

from __future__ import annotations

from hashlib import sha256

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

ENTRIES = "conversations_searchentry"
WORDS = "conversations_searchwords"
LONG = "long="
"""The token of a text that is too long for PostgreSQL's set of tokens (1 MiB)."""
LONG_BYTES = 400_000
BEGINNING, BEGINNING_LETTERS = "=", 2
"""Ends the token of all words that begin with its letters: a search for two letters is common, and
thousands of words begin with them."""
BLOCK, BLOCK_ROWS = "at=", 2_048
"""Begins the token of all rows whose numbers are near each other: rows of other times are then left
out by the index itself."""
MOST_BLOCKS = 50
PAIR, PAIR_LETTERS = "==", 4
"""Begins the token of two that stand next to each other: some letters of their hash. Where they
are common words, few of the texts that hold both hold them next to each other."""
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
TOKENS_OF = "conversations_search_tokens"
TOKENS = f"{TOKENS_OF}(entry.words, entry.facets, entry.id)"
"""What PostgreSQL's index holds of a row, as a statement has to spell it for the index to be used.
It is dear to work out, and PostgreSQL is told so: it then never reads rows where it has the index.
"""
FUNCTION = f"""
CREATE OR REPLACE FUNCTION {TOKENS_OF}(words text, facets text, id bigint) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 200 AS $$
SELECT array_to_tsvector(string_to_array(btrim(facets), ' ')
|| ('{BLOCK}' || id / {BLOCK_ROWS})
|| CASE
  WHEN octet_length(words) >= {LONG_BYTES} THEN ARRAY['{LONG}']
  ELSE ARRAY(
    SELECT token
    FROM unnest(
      string_to_array(btrim(words), ' '), (string_to_array(btrim(words), ' '))[2:]
    ) AS two(word, next),
    LATERAL unnest(ARRAY[
      word,
      CASE WHEN length(word) > {BEGINNING_LETTERS}
        THEN left(word, {BEGINNING_LETTERS}) || '{BEGINNING}' END,
      CASE WHEN next IS NOT NULL THEN '{PAIR}' || left(
        encode(sha256(convert_to(word || ' ' || next, 'UTF8')), 'hex'), {PAIR_LETTERS}) END
    ]) AS token
    WHERE token IS NOT NULL
  )
END)
$$
"""  # noqa: S608 (made of constants)
POSTGRESQL = (
    # An index of many texts takes longer than a page may.
    "SET LOCAL statement_timeout = 0",
    # Rows of some pages stay as they are: to unpack one costs more than to read it.
    f"ALTER TABLE {ENTRIES} SET (toast_tuple_target = 8160)",
    f"ALTER TABLE {ENTRIES} DROP COLUMN IF EXISTS tokens",
    FUNCTION,
    f"CREATE INDEX IF NOT EXISTS {WORDS} ON {ENTRIES} "
    f"USING gin ({TOKENS_OF}(words, facets, id)) WITH (fastupdate = off)",
    # To draw a sample would take as long as to index some ten thousand texts.
    f"ALTER INDEX {WORDS} ALTER COLUMN 1 SET STATISTICS 0",
)
DROP = {
    "sqlite": (
        *(f"DROP TRIGGER IF EXISTS {WORDS}_{when}" for when in ("added", "gone", "changed")),
        f"DROP TABLE IF EXISTS {WORDS}",
    ),
    "postgresql": (
        f"DROP INDEX IF EXISTS {WORDS}",
        f"DROP FUNCTION IF EXISTS {TOKENS_OF}",
    ),
}
CREATE = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def block_tokens(start: int, end: int) -> list[str]:
    """Of all blocks in which rows of these numbers lie, if they are few; none otherwise."""
    blocks = range(start // BLOCK_ROWS, (end - 1) // BLOCK_ROWS + 1)
    return [f"{BLOCK}{number}" for number in blocks] if len(blocks) <= MOST_BLOCKS else []


def pair(token: str, following: str) -> str:
    """The token of the two next to each other, as PostgreSQL makes it."""
    return PAIR + sha256(f"{token} {following}".encode()).hexdigest()[:PAIR_LETTERS]


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
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
