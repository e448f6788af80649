"""Backup and restore on PostgreSQL, as `manage.py backup` says it is done there."""

from __future__ import annotations

import asyncio
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kept import kept_answers
from tests.services.fleet import Member, fleet, new_database
from tests.services.reading import until
from tests.services.servers import postgres_program
from tests.site import ROOT
from tests.upstream import Upstream
from tests.visitor import Visitor, answers

pytestmark = pytest.mark.services

MODEL = "demo-clock-50-50000"


async def test_a_dump_of_a_streaming_site_is_restored_into_a_fresh_database(
    tmp_path: Path, upstream: Upstream
) -> None:
    dump = tmp_path / "chatsite.dump"
    with fleet(tmp_path / "one", upstream, MODEL, processes=1) as (site,):
        async with Visitor(site) as visitor:
            sent = await visitor.send("Write down the time.", f"demo/{MODEL}")
            watcher = visitor.watch_on(sent)
            watching = asyncio.create_task(watcher.watch_to_the_end())
            await watcher.reaches(20)
            before = kept_answers(site)[sent.generation].text
            await asyncio.to_thread(run, *told_to_run(site, dump))
            after = kept_answers(site)[sent.generation].text
            await visitor.stop(sent.generation)
            await watching
    restored = new_database()
    into = ("--no-owner", f"--dbname={restored}", str(dump))
    await asyncio.to_thread(run, "pg_restore", *into)
    other = fleet(tmp_path / "other", upstream, MODEL, processes=1, DATABASE_URL=restored)
    with other as (site,):
        # The process that wrote it may live, for all that this one knows, until its lease ends.
        await until(lambda: kept_answers(site)[sent.generation].status != "running", 20)
        async with Visitor(site) as visitor:
            page = await visitor.conversation(sent.conversation)
        kept = kept_answers(site)[sent.generation]
    assert kept.status == "interrupted"
    assert kept.text.startswith(before)
    assert after.startswith(kept.text)
    assert "Write down the time." in page.one("data-role", "user").text()
    assert answers(page)[-1].attributes["data-status"] == "interrupted"


def told_to_run(site: Member, dump: Path) -> list[str]:
    """The command that `manage.py backup` leaves the work to."""
    asked = [sys.executable, "manage.py", "backup", str(dump)]
    done = subprocess.run(asked, cwd=ROOT, env=site.environment, capture_output=True, text=True)
    assert done.returncode == 1
    _, _, command = done.stderr.partition("Run: ")
    return shlex.split(command)


def run(name: str, *arguments: str) -> None:
    command = [postgres_program(name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
