"""An upgrade has a way back: a copy first, all migrations or none, and no newer database."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from tests import ROOT
from tests.support.isolation.rounds import rounds
from tests.support.site import Site, clean_environment, free_port
from tests.support.upgrades.earlier import (
    ANSWER,
    applied,
    contents,
    earlier_databases,
    found_by_search,
    run,
)

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return earlier_databases(tmp_path_factory.mktemp("earlier"))


def folder_with(database: Path, folder: Path) -> Path:
    """A data folder with this database; the path of the file in it."""
    folder.mkdir()
    return Path(shutil.copy(database, folder / "chatsite.sqlite3"))


def manage(
    folder: Path, *words: str, before: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    settings = {"DATA_DIR": str(folder), "PORT": str(free_port())}
    return subprocess.run(
        [*before, sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=clean_environment(**settings),
        capture_output=True,
        text=True,
        timeout=120,
    )


def copies(folder: Path) -> list[Path]:
    return sorted((folder / "backups").glob("*.sqlite3"))


def spread(databases: list[Path]) -> list[Path]:
    """The first, the last two, and some between: the first passes through the states of all others.

    `ROUNDS=100` takes every one.
    """
    step = max(1, len(databases) // rounds(6))
    return sorted({*databases[::step], *databases[-2:]})


def test_earlier_databases_are_upgraded_whole_after_a_copy(
    earlier: list[Path], tmp_path: Path
) -> None:
    chosen = spread(earlier)
    files = [folder_with(old, tmp_path / old.stem) for old in chosen]
    said = run("upgrade", *files, DATA_DIR=str(tmp_path))
    for old, file in zip(chosen, files, strict=True):
        assert (contents(file), applied(file)) == (contents(old), applied(earlier[-1]))
        assert found_by_search(file, "naive") == ["message-2"]
        for copy in copies(file.parent):
            assert str(copy) in said
            assert (contents(copy), applied(copy)) == (contents(old), applied(old))
            assert copy.stat().st_mode & 0o777 == 0o600
    assert [len(copies(file.parent)) for file in files] == [1] * (len(files) - 1) + [0]


def test_the_oldest_database_is_served_by_todays_code(earlier: list[Path], tmp_path: Path) -> None:
    site = Site(tmp_path / "data")
    folder_with(earlier[0], site.folder)
    try:
        site.start()
        assert site.running.printed[0].startswith("Chatsite ")
        [conversation] = site.rows("SELECT id FROM conversations_conversation")
        with httpx.Client(trust_env=False, cookies=site.cookies, timeout=30) as client:
            page = client.get(f"{site.base_url}/c/{UUID(conversation['id'])}/")
        assert (page.status_code, ANSWER in page.text) == (200, True)
    finally:
        site.end()


def test_what_is_only_in_the_write_ahead_log_is_in_the_copy(
    earlier: list[Path], tmp_path: Path
) -> None:
    file = folder_with(earlier[0], tmp_path / "data")
    kill = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    late = "UPDATE conversations_conversation SET title = 'Said at the last moment'"
    script = (
        f"import sqlite3; rows = sqlite3.connect({str(file)!r}); "
        f'rows.execute("PRAGMA journal_mode=WAL"); rows.execute("{late}"); rows.commit(); {kill}'
    )
    subprocess.run([sys.executable, "-c", script], check=False)
    assert Path(f"{file}-wal").stat().st_size > 0
    assert manage(file.parent, "migrate", "--verbosity=0").returncode == 0
    [copy] = copies(file.parent)
    for each in (copy, file):
        assert contents(each)[1][0][1] == "Said at the last moment"


def test_a_newer_database_is_refused_in_one_sentence_and_left_as_it_is(
    earlier: list[Path], tmp_path: Path
) -> None:
    file = folder_with(earlier[-1], tmp_path / "data")
    with closing(sqlite3.connect(file)) as rows:
        rows.execute("PRAGMA journal_mode=WAL")
        rows.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('streaming', '9999_from_tomorrow', '2030-01-01')"
        )
        rows.commit()
    before = file.read_bytes()
    for command in ("serve", "migrate"):
        done = manage(file.parent, command)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1, done.stderr
        assert "newer than this code" in done.stderr
        assert "streaming.9999_from_tomorrow" in done.stderr
    assert file.read_bytes() == before
    assert copies(file.parent) == []
    assert "newer than this code" in manage(file.parent, "doctor").stdout


def test_five_copies_are_kept_and_a_start_tried_again_makes_no_second_one(
    earlier: list[Path], tmp_path: Path
) -> None:
    file = folder_with(earlier[0], tmp_path / "data")
    backups = file.parent / "backups"
    backups.mkdir()
    for day in range(1, 7):
        (backups / f"before-2020010{day}-000000-000000-0.0.1.sqlite3").write_text("older")
    (backups / "before-mine.txt").write_text("not a copy")
    assert manage(file.parent, "migrate", "--verbosity=0").returncode == 0
    kept = copies(file.parent)
    assert len(kept) == 5
    assert applied(kept[-1]) == applied(earlier[0])
    shutil.copy(earlier[0], file)
    assert manage(file.parent, "migrate", "--verbosity=0").returncode == 0
    assert copies(file.parent) == kept
    assert (backups / "before-mine.txt").exists()


def test_without_room_for_the_copy_nothing_is_migrated(earlier: list[Path], tmp_path: Path) -> None:
    file = folder_with(earlier[0], tmp_path / "data")
    assert manage(file.parent, "enter_link", "--help").returncode == 0  # makes the keys
    done = manage(file.parent, "migrate", before=limited_to(file.stat().st_size // 2))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Nothing was changed. Make room for" in done.stderr
    assert (contents(file), applied(file)) == (contents(earlier[0]), applied(earlier[0]))
    assert list((file.parent / "backups").iterdir()) == []
    assert manage(file.parent, "migrate").returncode == 0


def limited_to(size: int) -> list[str]:
    """What to put before a command so that it can write no file beyond that many bytes."""
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
    execute = "import os, sys; os.execv(sys.argv[1], sys.argv[1:])"
    return [sys.executable, "-c", f"{limit}; {execute}"]


@pytest.mark.parametrize("size", [0, 50, 4096, 150_000])
def test_a_disk_that_is_full_at_the_first_start_is_one_sentence(tmp_path: Path, size: int) -> None:
    """Either the keys or the database are the first that have no room."""
    expects_refusal_for_want_of_room(tmp_path / "data", size)


def test_a_disk_that_is_full_at_a_later_start_is_one_sentence(
    earlier: list[Path], tmp_path: Path
) -> None:
    file = folder_with(earlier[-1], tmp_path / "data")
    assert manage(file.parent, "enter_link").returncode == 0
    for size in (4096, 0):  # of the static files; of what SQLite needs to read at all
        expects_refusal_for_want_of_room(file.parent, size)
        assert contents(file) == contents(earlier[-1])


def expects_refusal_for_want_of_room(folder: Path, size: int) -> None:
    done = manage(folder, "serve", before=limited_to(size))
    assert done.returncode == 1
    assert re.search("(?i)make room", done.stderr), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
