"""`manage.py backup`: a copy made while an answer is written restores the whole site elsewhere."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests import ROOT
from tests.support.site import Site
from tests.support.upgrades.restored import copy_while_it_writes, expects_restored
from tests.support.upstream import Upstream

pytestmark = pytest.mark.server

MODEL = "demo-clock-50-5000"


async def test_a_backup_of_a_streaming_site_is_restored_into_a_fresh_folder(
    tmp_path: Path, upstream: Upstream
) -> None:
    copy = tmp_path / "copy.sqlite3"
    said: list[str] = []
    with upstream.site(tmp_path, MODEL) as site:
        copied = await copy_while_it_writes(
            site, f"demo/{MODEL}", lambda: said.append(site.manage("backup", str(copy)))
        )
    assert "field_key" in said[0]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob(".copy*")] == []

    fresh = Site(tmp_path / "fresh")
    fresh.folder.mkdir()
    shutil.copy(copy, fresh.folder / "chatsite.sqlite3")
    try:
        fresh.start()
        await expects_restored(fresh, copied)
    finally:
        fresh.end()


def test_a_file_that_is_there_is_replaced_only_by_force(shared_site: Site, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    copy.write_text("something dear")
    done = subprocess.run(
        [sys.executable, "manage.py", "backup", str(copy)],
        cwd=ROOT,
        env=shared_site.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "--force" in done.stderr
    assert copy.read_text() == "something dear"
    shared_site.manage("backup", str(copy), "--force")
    assert copy.read_bytes().startswith(b"SQLite format 3")


def test_a_nightly_copy_is_made_by_the_site_itself_and_can_be_restored(tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    site = Site(tmp_path / "data", BACKUP_DIR=str(copies))
    try:
        site.start()
        deadline = time.monotonic() + 60
        while not (made := list(copies.glob("chatsite-*.sqlite3"))):
            assert time.monotonic() < deadline, site.running
            time.sleep(0.1)
        assert "There is a copy of today" in site.manage("backup", "--nightly")
        with httpx.Client(trust_env=False) as client:
            told = client.get(f"{site.base_url}/readyz").json()
        assert told["backup"] == "the last good one is 0 hours old"
        assert site.terminate() == 0
        assert "can be restored" in site.manage("restore", str(made[0]), "--check")
    finally:
        site.end()
