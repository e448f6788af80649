"""R19: an upgrade that is killed or out of space at any write leaves the old data whole."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from tests import ROOT
from tests.services.support.servers import program
from tests.support.site import clean_environment
from tests.support.upgrades.earlier import applied, contents, earlier_databases

pytestmark = pytest.mark.services

ROUNDS = 6
WRITE = "pwrite64"


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return earlier_databases(tmp_path_factory.mktemp("earlier"))


def migrate(folder: Path, *before: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT,
        env=clean_environment(DATA_DIR=str(folder)),
        capture_output=True,
        text=True,
        timeout=120,
    )


def at_write(number: int | str, what: str, log: Path) -> list[str]:
    """What to put before a command so that this happens at that write of SQLite."""
    harm = f"inject={WRITE}:{what}:when={number}"
    quickly = ["--seccomp-bpf"] if "error" in what else []  # which cannot inject signals
    options = ["-f", *quickly, "-qq", "-y", "-o", str(log), "-e", f"trace={WRITE}"]
    return [program("strace"), *options, "-e", harm]


@pytest.fixture(scope="module")
def writes(earlier: list[Path], tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many writes the upgrade of the oldest database takes, its copy included.

    The last is to its write-ahead log. Those that follow only move into the file what is kept.
    """
    folder = tmp_path_factory.mktemp("counted")
    shutil.copy(earlier[0], folder / "chatsite.sqlite3")
    log = folder / "log"
    assert migrate(folder, *at_write(60_000, "error=ENOSPC", log)).returncode == 0
    made = re.findall(rf"^\d+ +{WRITE}\(\d+<(.*?)>", log.read_text(), flags=re.MULTILINE)
    return max(at for at, file in enumerate(made, 1) if file.endswith("/chatsite.sqlite3-wal"))


@pytest.mark.parametrize(
    ("what", "seed"), [("signal=KILL", 19), ("error=ENOSPC", 20)], ids=["killed", "full"]
)
def test_r19_an_upgrade_that_is_cut_at_any_write_is_as_if_it_had_not_been_begun(
    earlier: list[Path], writes: int, tmp_path: Path, what: str, seed: int
) -> None:
    old, new = applied(earlier[0]), applied(earlier[-1])
    log, copied = tmp_path / "log", 0
    for number in sorted(Random(seed).sample(range(1, writes), ROUNDS)):
        folder = tmp_path / str(number)
        folder.mkdir()
        file = Path(shutil.copy(earlier[0], folder / "chatsite.sqlite3"))
        moment = number if "signal" in what else f"{number}+"
        done = migrate(folder, *at_write(moment, what, log))
        assert done.returncode != 0
        if "error" in what:
            assert done.stderr.count("\n") == 1, done.stderr
            assert "ake room" in done.stderr, done.stderr
        assert contents(file) == contents(earlier[0])
        assert applied(file) == old
        copied += expects_whole_copies(folder, earlier[0])
    again = migrate(folder)
    assert again.returncode == 0, again.stderr
    assert (contents(file), applied(file)) == (contents(earlier[0]), new)
    assert expects_whole_copies(folder, earlier[0]) == 1
    assert copied > 0, "none was cut after its copy"


def expects_whole_copies(folder: Path, old: Path) -> int:
    """Every file with the name of a copy is a whole one; how many there are."""
    copies: Sequence[Path] = sorted((folder / "backups").glob("*.sqlite3"))
    for copy in copies:
        assert (contents(copy), applied(copy)) == (contents(old), applied(old))
    return len(copies)
