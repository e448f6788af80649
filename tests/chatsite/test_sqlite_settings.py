"""What a connection to SQLite keeps in memory."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from chatsite.services import read_database


def kept(url: str) -> int:
    options = read_database({"URL": url}, "URL", Path("/tmp/site.sqlite3"), 20)["OPTIONS"]
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(options["init_command"])
        (pages,) = database.execute("PRAGMA cache_size").fetchone()
    return int(pages)


def test_a_connection_keeps_few_pages_as_each_thread_has_one() -> None:
    assert kept("") == -256


def test_a_url_may_say_how_many() -> None:
    asked = quote("PRAGMA cache_size=-4000")
    assert kept(f"sqlite:////tmp/other.sqlite3?init_command={asked}") == -4000
