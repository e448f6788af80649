"""`manage.py restore` on a whole site: what a backup held is there again, and nothing later."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests import ROOT
from tests.support.kept import kept_answers
from tests.support.site import Site
from tests.support.upgrades.restored import copy_while_it_writes, expects_restored
from tests.support.upstream import Upstream
from tests.support.visitor import Sent, Visitor

pytestmark = pytest.mark.server

MODEL = "demo-clock-50-5000"
LATER = "Said after the backup."


def try_to_restore(site: Site, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "restore", *words],
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("ends", ["stopped", "killed"])
async def test_a_site_returns_to_its_backup_and_resumes_what_was_being_written(
    tmp_path: Path, upstream: Upstream, ends: str
) -> None:
    copy = str(tmp_path / "copy.sqlite3")
    with upstream.site(tmp_path, MODEL) as site:
        copied = await copy_while_it_writes(
            site, f"demo/{MODEL}", lambda: print(site.manage("backup", copy))
        )
        async with Visitor(site) as visitor:
            later = await visitor.send(LATER, f"demo/{MODEL}")
        refused = try_to_restore(site, copy)
        assert refused.returncode == 1
        assert "Stop it, then restore" in refused.stderr
        assert "can be restored" in site.manage("restore", copy, "--check")
        site.running.signal(signal.SIGKILL if ends == "killed" else signal.SIGTERM)
        site.running.wait()
        said = site.manage("restore", copy)
    [kept] = (site.folder / "backups").glob("replaced-*.sqlite3")
    assert str(kept) in said
    again = Site(site.folder, **site.settings)
    again.port, again.base_url, again.origin = site.port, site.base_url, site.origin
    try:
        again.start()
        await expects_restored(again, copied)
        async with httpx.AsyncClient(base_url=site.base_url, cookies=site.cookies) as client:
            assert (await client.get("/")).headers["location"].startswith("/login/")
        async with Visitor(again) as visitor:
            assert (await visitor.http.get(f"/c/{later.conversation}/")).status_code == 404
            await resumes(again, visitor, copied.sent)
    finally:
        again.end()


async def resumes(site: Site, visitor: Visitor, sent: Sent) -> None:
    [before] = kept_answers(site).values()
    reply = await visitor.post(f"/m/{sent.message}/resume/")
    assert reply.status_code == 303, reply.text
    watcher = await visitor.watch(sent.conversation)
    watching = asyncio.create_task(watcher.watch_to_the_end())
    await watcher.reaches(5)
    generation = max(kept_answers(site))
    await visitor.stop(generation)
    await watching
    after = kept_answers(site)[generation]
    assert after.text.startswith(before.text)
    assert len(after.text) > len(before.text)


async def test_what_was_replaced_is_restored_in_the_same_way(site: Site) -> None:
    copy = str(site.folder.parent / "copy.sqlite3")
    site.manage("backup", copy)
    async with Visitor(site) as visitor:
        later = await visitor.send(LATER, "demo/demo-brief")
    assert site.terminate() == 0
    site.manage("restore", copy)
    assert site.rows("SELECT * FROM conversations_conversation") == []
    [kept] = (site.folder / "backups").glob("replaced-*.sqlite3")
    site.manage("restore", str(kept))
    [row] = site.rows("SELECT id FROM conversations_conversation")
    assert row["id"] == later.conversation.replace("-", "")
