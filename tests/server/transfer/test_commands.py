"""`manage.py import_archive` and `export_user`: any size in bounded memory, once, byte-equal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ROOT
from tests.support.archives.examples import chatgpt, claude, open_webui, tides, turn, zipped
from tests.support.site import Site

pytestmark = pytest.mark.server

MEGABYTES = int(os.environ.get("ARCHIVE_MB") or 100)
MOST_MEMORY = 64 * 1024
"""KiB over what any command takes."""

NOTES = "x" * 50_000


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path / "data")
    site.folder.mkdir()
    site.manage("migrate", "-v0")
    for name in ("one", "other"):
        site.manage("shell", "-v0", "-c", CREATE % name)
    yield site
    site.end()


CREATE = "from django.contrib.auth.models import User; User.objects.create_user('%s')"


def test_what_goes_out_comes_in_and_goes_out_the_same(site: Site, tmp_path: Path) -> None:
    archive = tmp_path / "archive.zip"
    archive.write_bytes(
        zipped({"conversations.json": [tides(), claude(), open_webui(), {"id": 1}]})
    )
    said = site.manage("import_archive", str(archive), "--user", "one")
    assert "Refused: A conversation: Its format is not recognised." in said
    assert "3 taken, 0 unchanged, 0 updated, 1 refused" in said
    assert "Kept, and not shown: files 1, hidden 1" in said
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    assert "Wrote 3 conversations" in site.manage("export_user", "one", "--to", str(first))
    said = site.manage("import_archive", str(first), "--user", "other")
    assert "3 taken, 0 unchanged" in said
    site.manage("export_user", "other", "--to", str(second))
    assert first.read_bytes() == second.read_bytes()
    said = site.manage("import_archive", str(first), "--user", "other")
    assert "0 taken, 3 unchanged" in said
    assert first.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("import_archive", "{archive}", "--user", "nobody"), "There is nobody called nobody."),
        (("import_archive", "{archive}", "--user", "one"), "No conversation was found"),
        (("import_archive", "{missing}", "--user", "one"), "cannot be read: No such file"),
        (("export_user", "one", "--to", "{archive}"), "exists; name another file, or add --force."),
    ],
)
def test_what_cannot_be_done_is_said(
    site: Site, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    archive = tmp_path / "archive.json"
    archive.write_text('{"what": "is this"}')
    places = {"archive": archive, "missing": tmp_path / "missing"}
    done = subprocess.run(
        [sys.executable, "manage.py", *(word.format(**places) for word in words)],
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert sentence in done.stderr


def test_a_large_archive_takes_no_more_memory_than_a_small_one(site: Site, tmp_path: Path) -> None:
    archive, out = tmp_path / "large.json", tmp_path / "large.zip"
    with archive.open("w") as file:
        file.write("[")
        for number in range(2 * MEGABYTES):
            file.write("," if number else "")
            json.dump(conversation(number), file)
        file.write("]")
    assert archive.stat().st_size > MEGABYTES * 10**6
    idle = memory_of(site, "check")
    taken = memory_of(site, "import_archive", str(archive), "--user", "one")
    given = memory_of(site, "export_user", "one", "--to", str(out))
    assert taken - idle < MOST_MEMORY
    assert given - idle < MOST_MEMORY
    with zipfile.ZipFile(out) as made:
        assert len(made.namelist()) == 2 * MEGABYTES + 1
        assert sum(each.file_size for each in made.infolist()) > MEGABYTES * 10**6


def conversation(number: int) -> object:
    turns = [turn("root", None)]
    for at in range(10):
        role = "assistant" if at % 2 else "user"
        turns.append(turn(f"{at}", turns[-1][0], role, f"Words {at}", metadata={"notes": NOTES}))
    return chatgpt(*turns, pk=f"c-{number}")


def memory_of(site: Site, *words: str) -> int:
    """KiB that a command had at most: measured by a process that starts nothing else."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *words],
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.splitlines()[-1])


MEASURED = """
import resource, subprocess, sys
subprocess.run([sys.executable, "manage.py", *sys.argv[1:]], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
