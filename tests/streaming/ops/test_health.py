"""`/healthz`: whether the site can do its work, for whoever watches over it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext

from streaming.models import Worker
from streaming.ops import health
from tests.support.isolation.database import locked_database
from tests.support.living import Living, living, owner
from tests.support.tabs import Tab, tab

__all__ = ["living", "owner", "tab"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _forget_good_news() -> Iterator[None]:
    health._all_applied.cache_clear()
    yield
    health._all_applied.cache_clear()


def test_a_site_that_works_says_so_to_anybody(client: Client) -> None:
    reply = client.get("/healthz")
    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})
    assert reply["Content-Type"] == "application/json"


def test_looking_leaves_nothing_behind(client: Client) -> None:
    client.get("/healthz")
    assert not Worker.objects.exists()


def test_head_is_answered_and_a_post_is_not(client: Client) -> None:
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405


def test_e14_a_database_that_cannot_be_written_is_503(impatient: None, client: Client) -> None:
    connection.close()
    with locked_database():
        reply = client.get("/healthz")
    connection.close()
    assert (reply.status_code, reply.json()) == (
        503,
        {"status": "the database cannot be written"},
    )


STRANGER = {"REMOTE_ADDR": "192.0.2.7"}
WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_stranger_costs_no_commit(client: Client, path: str) -> None:
    for origin in (STRANGER, {"headers": {"X-Forwarded-For": "192.0.2.7"}}):
        with CaptureQueriesContext(connection) as queries:
            client.get(path, **origin)
        assert not [query for query in queries if query["sql"].startswith(WRITES)]
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    assert [query for query in queries if query["sql"].startswith(WRITES)]


async def test_a_stranger_hears_what_the_process_met_when_it_last_had_to_write(
    living: Living, tab: Tab
) -> None:
    lease = living.site.lease
    ask = partial(tab.get, "/healthz", **{"X-Forwarded-For": "192.0.2.7"})
    assert (await ask()).status_code == 200

    def refuse() -> None:
        with refused_writes(), suppress(DatabaseError):
            lease.renew()

    await living.do(refuse)
    assert (await ask()).status_code == 503
    await living.do(lease.renew)
    assert (await ask()).status_code == 200


@contextmanager
def refused_writes() -> Iterator[None]:
    def refuse(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(WRITES):
            raise OperationalError("database or disk is full")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        yield


def test_missing_migrations_are_503_until_they_are_applied(client: Client) -> None:
    applied = MigrationRecorder(connection)
    [newest] = MigrationLoader(connection).graph.leaf_nodes("streaming")
    applied.record_unapplied(*newest)
    try:
        reply = client.get("/healthz")
        assert reply.status_code == 503
        assert reply.json()["status"] == "migrations are missing: run manage.py migrate"
    finally:
        applied.record_applied(*newest)
    assert client.get("/healthz").status_code == 200
