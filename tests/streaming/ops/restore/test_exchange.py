"""The exchange itself: killed at any step, one of the two databases is there, whole."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from streaming.ops.restore import exchange
from streaming.ops.restore.restore import restore
from tests import ROOT
from tests.streaming.ops.restore.databases import database, title_of

OLD, NEW = "today", "yesterday"
NO_DATABASE = b"no database at all" * 500
KILLED_AT_A_STEP = """
import os, signal, sys
import django
django.setup()
from pathlib import Path
from streaming.ops.restore.restore import restore
from streaming.ops import durable

STEPS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "sqlite3.connect")
left = 0

def step(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(lambda event, args: event in STEPS and step())
flush = durable.flush
durable.flush = lambda path: (step(), flush(path))
copy, file = map(Path, sys.argv[1:])
for line in sys.stdin:
    if not (child := os.fork()):
        left = int(line)
        restore(copy, file)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return database(tmp_path / "copy.sqlite3", NEW, pages=200)


@pytest.fixture
def present(tmp_path: Path, settings: Any) -> Path:
    """As a killed site leaves it: the title is in the write-ahead log alone."""
    settings.DATA_DIR = tmp_path / "data"
    return left_by_a_killed_site(tmp_path / "data")


def left_by_a_killed_site(folder: Path) -> Path:
    file = database(folder / "chatsite.sqlite3", "long ago", pages=300)
    with closing(sqlite3.connect(file)) as rows:
        rows.execute("PRAGMA journal_mode=WAL")
        rows.execute("UPDATE conversations_conversation SET title = ?", [OLD])
        rows.commit()
        for part in ("", "-wal"):
            shutil.copyfile(f"{file}{part}", f"{file}{part}.left")
    for part in ("", "-wal"):
        Path(f"{file}{part}.left").replace(f"{file}{part}")
    return file


class Restores:
    """A process with a child for each restore, which is killed at some step."""

    def __init__(self, copy: Path, file: Path) -> None:
        own = {"DATA_DIR": str(file.parent), "DJANGO_SETTINGS_MODULE": "chatsite.settings"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", KILLED_AT_A_STEP, str(copy), str(file)],
            cwd=ROOT,
            env=os.environ | own,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def at(self, step: int) -> int:
        """How it ended; 0 is no step."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{step}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@pytest.fixture
def restores(copy: Path, tmp_path: Path) -> Iterator[Restores]:
    restores = Restores(copy, tmp_path / "data" / "chatsite.sqlite3")
    yield restores
    restores.process.communicate(timeout=10)


def whole(file: Path) -> str:
    """The title that a site finds which starts now; its start does not change the file."""
    elsewhere = Path(f"{file.parent}-looked-at")
    shutil.copytree(file.parent, elsewhere)
    try:
        return title_of(elsewhere / file.name)
    finally:
        shutil.rmtree(elsewhere)


def kept(file: Path) -> list[Path]:
    return sorted((file.parent / "backups").glob("replaced-*.sqlite3"))


def test_what_was_only_in_the_log_is_kept_and_the_log_is_gone(copy: Path, present: Path) -> None:
    done = restore(copy, present)
    assert done.kept is not None
    assert (title_of(present), title_of(done.kept)) == (NEW, OLD)
    assert {path.stat().st_mode & 0o777 for path in (present, done.kept)} == {0o600}
    names = {path.name for path in present.parent.iterdir()}
    assert names == {present.name, "backups", "serving.lock"}
    back = restore(done.kept, present)
    assert back.kept is not None
    assert (title_of(present), title_of(back.kept)) == (OLD, NEW)


def test_a_database_that_is_broken_is_kept_with_its_log(copy: Path, present: Path) -> None:
    log = Path(f"{present}-wal").read_bytes()
    present.write_bytes(NO_DATABASE)
    done = restore(copy, present)
    assert done.was_broken
    assert title_of(present) == NEW
    assert done.kept is not None
    assert done.kept.read_bytes().startswith(b"no database")
    assert Path(f"{done.kept}-wal").read_bytes() == log
    assert not Path(f"{present}-wal").exists()


def test_a_copy_is_put_into_a_fresh_folder(copy: Path, tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "fresh"
    file = tmp_path / "fresh" / "chatsite.sqlite3"
    assert restore(copy, file).kept is None
    assert (title_of(file), file.stat().st_mode & 0o777) == (NEW, 0o600)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("broken", [False, True], ids=["sound", "broken"])
def test_what_root_restores_belongs_to_the_user_of_the_site(
    copy: Path, present: Path, broken: bool
) -> None:
    if broken:
        present.write_bytes(NO_DATABASE)
    for path in (present.parent, *present.parent.iterdir()):
        os.chown(path, 12345, 12345)
    restore(copy, present)
    paths = list(present.parent.rglob("*"))
    assert len(paths) >= 4
    assert {path.stat().st_uid for path in paths} == {12345}


def test_a_log_without_its_database_is_not_read_into_the_copy(copy: Path, present: Path) -> None:
    present.unlink()
    restore(copy, present)
    assert title_of(present) == NEW


@pytest.mark.parametrize("broken", [False, True], ids=["sound", "broken"])
def test_a_kill_at_any_step_leaves_one_of_the_two_whole(
    restores: Restores, tmp_path: Path, broken: bool
) -> None:
    seen: list[str] = []
    for step in count(1):
        shutil.rmtree(tmp_path / "data", ignore_errors=True)
        file = left_by_a_killed_site(tmp_path / "data")
        if broken:
            file.write_bytes(NO_DATABASE)
        ended = restores.at(step)
        seen.append(OLD if broken and file.read_bytes() == NO_DATABASE else whole(file))
        if seen[-1] == NEW:
            [copied] = kept(file)
            assert copied.read_bytes() == NO_DATABASE if broken else title_of(copied) == OLD
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    assert sorted(seen, key=[OLD, NEW].index) == seen
    assert {*seen} == {OLD, NEW}
    assert len(seen) > 10


def test_a_kill_while_sqlite_writes_leaves_one_of_the_two_whole(copy: Path, tmp_path: Path) -> None:
    chance, seen = Random(17), set()
    file = tmp_path / "data" / "chatsite.sqlite3"
    for _ in range(20):
        shutil.rmtree(tmp_path / "data", ignore_errors=True)
        left_by_a_killed_site(tmp_path / "data")
        seconds = chance.uniform(0.001, 0.03)
        if not (child := os.fork()):
            put_and_be_killed(copy, file, seconds)
        os.waitpid(child, 0)
        seen.add(whole(file))
    assert seen <= {OLD, NEW}


def put_and_be_killed(copy: Path, file: Path, seconds: float) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)  # in the middle of what SQLite does, too
    exchange.put(copy, file, exchange.look_at(file))
    os._exit(0)
