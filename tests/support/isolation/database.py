"""The test database: emptied after each test that commits, and quickly; and its troubles."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection, connections
from django.db.models.signals import post_migrate

from conversations.audit import triggers
from streaming.db_threads import close_threads


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Emptying the database writes a row for every model and permission again, which nobody reads.

    That takes fifteen times as long as the emptying. The log of acts, which SQLite refuses to empty
    before its time, has to be emptied too; its own tests put back what refuses.
    """
    with django_db_blocker.unblock():
        triggers.drop(connection)
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call() -> None:
    """A test's own transaction may stand idle, for it lasts as long as the test does.

    The site has none that waits for its process, so a short limit is right for the site.
    """
    if is_postgresql() and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def database_url() -> str:
    """Where another process finds the test database."""
    settings = connection.settings_dict
    if not is_postgresql():
        return f"sqlite:///{settings['NAME']}"
    return "postgres://{USER}@{HOST}:{PORT}/{NAME}".format_map(settings)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """New database connections refuse at once where they would wait for their turn."""
    options: dict[str, Any] = connections.settings["default"]["OPTIONS"]
    close_threads()
    if is_postgresql():
        monkeypatch.setitem(options, "options", f"{options['options']} -c lock_timeout=10")
    else:
        monkeypatch.setitem(options, "timeout", 0.01)
    _leave_the_pool()
    yield
    close_threads()
    _leave_the_pool()


def _leave_the_pool() -> None:
    """A pool makes its connections as it was told when it was made."""
    if is_postgresql():
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


@contextmanager
def locked_database() -> Iterator[None]:
    """Somebody else is writing, and does not come to an end."""
    if is_postgresql():
        with psycopg.connect(database_url()) as other:
            names = other.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            tables = ", ".join(name for (name,) in names.fetchall())
            other.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE".encode())
            yield
            other.rollback()
        return
    path = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield
        writer.execute("ROLLBACK")
