"""Databases as earlier versions left them, and today's `manage.py migrate` on each.

Run as a module, `make FOLDER` fills the first version's; after each further migration a copy is
made, named by what was applied last. So all of them hold what the first one held.
`upgrade FILE...` has each upgraded, as in a data folder of its own.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from tests import ROOT
from tests.support.site import clean_environment

PROMPT = "What did I ask before the upgrade?"
ANSWER = "This, and it is still here: naïve 🦊 Ω."
OURS = ("conversations", "streaming")
LATER = (
    "audit",
    "audience",
    "costs",
    "files",
    "mfa",
    "own_keys",
    "preferences",
    "prompts",
    "quotas",
    "roles",
    "sharing",
    "socialaccount",
    "titles",
    "tokens",
    "tools",
    "transfer",
    "usersessions",
)
"""Apps that no earlier version had."""
FIRST = "0001_initial"


def earlier_databases(folder: Path) -> list[Path]:
    """One file for each state that the database was ever in, oldest first."""
    run("make", folder, DATA_DIR=str(folder / "data"))
    return sorted(folder.glob("*.sqlite3"))


def run(what: str, *paths: Path, **settings: str) -> str:
    """What it printed. One process for all of them: each new one takes a second to begin."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.upgrades.earlier", what, *map(str, paths)],
        cwd=ROOT,
        env=clean_environment(**settings, DJANGO_SETTINGS_MODULE="chatsite.settings"),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def contents(database: Path) -> list[Any]:
    """What somebody would miss, and what was applied; fails if the file is damaged."""
    queries = (
        "SELECT username FROM auth_user ORDER BY 1",
        "SELECT id, title FROM conversations_conversation ORDER BY 1",
        "SELECT id, role, text FROM conversations_message ORDER BY 1",
        "SELECT id, status, message_id FROM streaming_generation ORDER BY 1",
    )
    with closing(sqlite3.connect(database)) as rows:
        assert rows.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert rows.execute("PRAGMA foreign_key_check").fetchall() == []
        return [rows.execute(query).fetchall() for query in queries]


def applied(database: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(database)) as rows:
        return set(rows.execute("SELECT app, name FROM django_migrations"))


def found_by_search(database: Path, word: str) -> list[str]:
    """The keys of the texts in which the search finds that word."""
    with closing(sqlite3.connect(database)) as rows:
        found = rows.execute(
            "SELECT key FROM conversations_searchwords words JOIN conversations_searchentry entry "
            "ON entry.id = words.rowid WHERE conversations_searchwords MATCH ?",
            [word],
        )
        return [key for (key,) in found]


def upgrade(*files: Path) -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    for file in files:
        connection.close()
        connection.settings_dict["NAME"] = file
        settings.DATA_DIR = file.parent
        call_command("migrate", verbosity=0)


def make(folder: Path) -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    others = [node for node in graph.leaf_nodes() if node[0] not in OURS + LATER]
    fill(executor.migrate([*others, *((app, FIRST) for app in OURS)]).apps)
    ours = sorted((name, app) for app, name in graph.nodes if app in OURS)
    later = sorted((name, app) for app, name in graph.nodes if app in LATER)
    for number, (name, app) in enumerate([*ours[len(OURS) - 1 :], *later]):
        executor.loader.build_graph()
        if (app, name) not in executor.loader.applied_migrations:
            executor.migrate([(app, name)])
        with closing(sqlite3.connect(folder / f"{number:03}-{app}.{name}.sqlite3")) as copy:
            connection.connection.backup(copy)


def fill(apps: Any) -> None:
    person = apps.get_model("auth.User").objects.create(
        username="owner", password="!", is_staff=True, is_superuser=True
    )
    thread = apps.get_model("conversations.Conversation").objects.create(
        owner=person, title="Before the upgrade"
    )
    message = apps.get_model("conversations.Message").objects
    asked = message.create(conversation=thread, role="user", text=PROMPT)
    answer = message.create(conversation=thread, role="assistant", text=ANSWER, parent=asked)
    thread.leaf = answer
    thread.save()
    apps.get_model("streaming.Generation").objects.create(
        conversation=thread,
        message=answer,
        requested_by=person,
        request_key="5f0f3c3e-7d0a-4c38-9d5c-111111111111",
        provider="demo",
        model="demo-clock",
        status="finished",
        end_offset=len(ANSWER),
    )


if __name__ == "__main__":
    import django

    django.setup()
    paths = [Path(path) for path in sys.argv[2:]]
    if sys.argv[1] == "make":
        make(*paths)
    else:
        upgrade(*paths)
