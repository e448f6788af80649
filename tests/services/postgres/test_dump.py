"""Backup and restore on PostgreSQL, with the command that `manage.py backup` names."""

from __future__ import annotations

import asyncio
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.services.support.fleet import Member, fleet, new_database
from tests.services.support.servers import postgres_program
from tests.services.support.watching import until
from tests.support.kept import kept_answers
from tests.support.upgrades.restored import copy_while_it_writes, expects_restored
from tests.support.upstream import Upstream

pytestmark = pytest.mark.services

MODEL = "demo-clock-50-50000"


async def test_a_dump_of_a_streaming_site_is_restored_into_a_fresh_database(
    tmp_path: Path, upstream: Upstream
) -> None:
    dump = tmp_path / "chatsite.dump"
    with fleet(tmp_path / "one", upstream, MODEL, processes=1) as (site,):
        copied = await copy_while_it_writes(
            site, f"demo/{MODEL}", lambda: run(*told_to_run(site, dump))
        )
    restored = new_database()
    into = ("--no-owner", f"--dbname={restored}", str(dump))
    await asyncio.to_thread(run, "pg_restore", *into)
    other = fleet(tmp_path / "other", upstream, MODEL, processes=1, DATABASE_URL=restored)
    with other as (site,):
        # Until its lease ends, this process takes the one that wrote the answer for alive.
        pk = copied.sent.generation
        await until(lambda: kept_answers(site)[pk].status != "running", 20)
        await expects_restored(site, copied)


def told_to_run(site: Member, dump: Path) -> list[str]:
    """The command that `manage.py backup` says to run."""
    asked = [sys.executable, "manage.py", "backup", str(dump)]
    done = subprocess.run(asked, cwd=ROOT, env=site.environment, capture_output=True, text=True)
    assert done.returncode == 1
    _, _, command = done.stderr.partition("Run: ")
    return shlex.split(command)


def run(name: str, *arguments: str) -> None:
    command = [postgres_program(name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
