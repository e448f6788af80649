"""A PgBouncer in transaction mode, shared with others: each transaction may get another server."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests import ROOT
from tests.services.support.fleet import Member, fleet
from tests.services.support.servers import PgBouncer, Postgres
from tests.support.kept import kept_answers
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

pytestmark = pytest.mark.services

MODEL = "demo-clock-50-50000"
DATABASE = "chatsite"
DROPPED = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A server that survives power cuts, as in production."""
    postgres = Postgres(fsync="on", full_page_writes="on")
    postgres.start()
    postgres.create(DATABASE)
    yield postgres
    postgres.end()


@contextmanager
def pooler(postgres: Postgres, **settings: str) -> Iterator[PgBouncer]:
    pooler = PgBouncer(postgres, **settings)
    try:
        pooler.start()
        yield pooler
    finally:
        pooler.end()


@contextmanager
def others(url: str, count: int = 6) -> Iterator[None]:
    """That many other clients of the same pool, each transaction on any of its servers."""
    ended = threading.Event()

    def use() -> None:
        with psycopg.connect(url, prepare_threshold=None) as connection:
            while not ended.is_set():
                connection.execute("SELECT pg_sleep(0.002)")
                connection.commit()

    threads = [threading.Thread(target=use) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def advisory_locks(postgres: Postgres) -> int:
    with psycopg.connect(postgres.url(DATABASE)) as connection:
        found = connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        [[count]] = found.fetchall()
    return int(count)


def doctor(site: Member) -> str:
    """Its output; it may also report what is wrong with providers."""
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == (1 if "WRONG" in done.stdout else 0), done.stderr
    return done.stdout


async def test_three_starts_leave_no_lock_and_answers_are_streamed_through_it(
    tmp_path: Path, upstream: Upstream, postgres: Postgres
) -> None:
    with pooler(postgres, ignore_startup_parameters="options") as bouncer:
        url = bouncer.url(DATABASE)
        with (
            others(url),
            fleet(tmp_path, upstream, MODEL, processes=1, DATABASE_URL=url) as (site,),
        ):
            for start in range(3):
                if start:
                    assert site.terminate() == 0
                    site.start()
                assert advisory_locks(postgres) == 0
                await expects_streamed_answer(site)
            assert "Traceback" not in "".join(site.running.printed)
            said = doctor(site)
            for name in DROPPED:
                assert f"WRONG PostgreSQL's {name}: is 0. A pooler dropped" in said
            for name in ("synchronous_commit", "fsync", "full_page_writes"):
                assert f"ok    PostgreSQL's {name}: is on" in said
            assert "ALTER ROLE \"chatsite\" SET statement_timeout = '10s'" in said


async def expects_streamed_answer(site: Member) -> None:
    async with Visitor(site) as visitor:
        sent = await visitor.send("Write down the time.", f"demo/{MODEL}")
        watcher = visitor.watch_on(sent)
        watching = asyncio.create_task(watcher.watch_to_the_end())
        await watcher.reaches(20)
        await visitor.stop(sent.generation)
        await watching
    kept = kept_answers(site)[sent.generation]
    assert kept.status == watcher.status == "cancelled"
    assert kept.text.split() == watcher.answer.text().split()
    assert len(kept.text.split()) >= 20


async def test_what_the_role_is_given_holds_through_the_pooler_and_the_doctor_sees_it(
    tmp_path: Path, upstream: Upstream, postgres: Postgres
) -> None:
    given = {"lock_timeout": "5s", "statement_timeout": "10s"}
    given |= {"idle_in_transaction_session_timeout": "5s", "synchronous_commit": "off"}
    site = Member(tmp_path, None)
    with psycopg.connect(postgres.url(DATABASE), autocommit=True) as role:
        for name, value in given.items():
            role.execute(f"ALTER ROLE chatsite SET {name} = '{value}'".encode())
        try:
            with pooler(postgres, ignore_startup_parameters="options") as bouncer:
                site.settings["DATABASE_URL"] = bouncer.url(DATABASE)
                said = doctor(site)
        finally:
            role.execute("ALTER ROLE chatsite RESET ALL")
    for name in DROPPED:
        assert f"ok    PostgreSQL's {name}: is {given[name]}" in said
    assert "WRONG PostgreSQL's synchronous_commit: is off" in said
    assert 'ALTER ROLE "chatsite" SET synchronous_commit = on' in said


def test_a_pooler_that_refuses_the_sites_settings_is_told_in_one_line_with_the_way_out(
    tmp_path: Path, postgres: Postgres
) -> None:
    with pooler(postgres) as bouncer:
        site = Member(tmp_path, None, DATABASE_URL=bouncer.url(DATABASE))
        done = subprocess.run(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=site.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        said = doctor(site)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    for told in (done.stderr, said):
        assert "ignore_startup_parameters = options" in told
        assert "ALTER ROLE \"chatsite\" SET statement_timeout = '10s';" in told


def test_a_start_waits_for_another_that_migrates_only_so_long_and_says_so(
    tmp_path: Path, postgres: Postgres
) -> None:
    from streaming.ops.upgrades.upgrade import MIGRATING

    url = postgres.url(DATABASE)
    site = Member(tmp_path, None, DATABASE_URL=url, MIGRATION_LOCK_SECONDS="1")
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATING])
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate"],
            cwd=ROOT,
            env=site.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Another process has been upgrading this database for more than 1 s" in done.stderr
