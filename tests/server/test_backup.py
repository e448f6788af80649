"""`manage.py backup`: a copy made while an answer streams is a whole site again elsewhere."""

from __future__ import annotations

import asyncio
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kept import kept_answers
from tests.site import ROOT, Site
from tests.upstream import Upstream
from tests.visitor import Visitor, answers

pytestmark = pytest.mark.server

MODEL = "demo-clock-50-5000"


async def test_a_backup_of_a_streaming_site_is_restored_into_a_fresh_folder(
    tmp_path: Path, upstream: Upstream
) -> None:
    copy = tmp_path / "copy.sqlite3"
    with upstream.site(tmp_path, MODEL) as site:
        async with Visitor(site) as visitor:
            sent = await visitor.send("Write down the time.", f"demo/{MODEL}")
            watcher = visitor.watch_on(sent)
            watching = asyncio.create_task(watcher.watch_to_the_end())
            await watcher.reaches(20)
            before = kept_answers(site)[sent.generation].text
            said = await asyncio.to_thread(site.manage, "backup", str(copy))
            assert "field_key" in said
            after = kept_answers(site)[sent.generation].text
            await watcher.reaches(watcher.cursor + 5)  # nothing stood still for it
            await visitor.stop(sent.generation)
            await watching
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob(".copy*")] == []

    fresh = Site(tmp_path / "fresh")
    fresh.folder.mkdir()
    shutil.copy(copy, fresh.folder / "chatsite.sqlite3")
    try:
        fresh.start()
        async with Visitor(fresh) as visitor:
            page = await visitor.conversation(sent.conversation)
        kept = kept_answers(fresh)[sent.generation]
    finally:
        fresh.end()
    assert kept.status == "interrupted"
    assert kept.text.startswith(before)
    assert after.startswith(kept.text)
    assert "Write down the time." in page.one("data-role", "user").text()
    assert answers(page)[-1].attributes["data-status"] == "interrupted"


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
