"""Migrations with a way back: all of them or none, after a copy, by one process at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from streaming.ops.start_trouble import StartRefused
from streaming.ops.upgrades import copies, schema
from streaming.ops.upgrades.pg_dump import pg_dump

MIGRATING = 0x43686174
"""The name of a lock in PostgreSQL, which has to be a number."""

LOCK_NOT_AVAILABLE = "55P03"

Say = Callable[[str], object]


class UpgradeBlocked(StartRefused):
    """Another process holds the right to migrate, and did not release it in time."""


@contextmanager
def upgrading(connection: BaseDatabaseWrapper, say: Say) -> Iterator[None]:
    """What is migrated inside is committed as a whole at the end; before that there is a copy.

    Raises NewerDatabase, NoBackupCopy, UpgradeBlocked, or what else the database says; then it is
    as it was.
    """
    alone = _alone_in_postgresql if connection.vendor == "postgresql" else _alone_in_sqlite
    with alone(connection):
        before = schema.standing(connection)
        if before.missing and not before.is_new:
            _keep_a_way_back(connection, before, say)
        yield


@contextmanager
def _alone_in_sqlite(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Tables can be remade only where nobody checks their keys meanwhile."""
    connection.disable_constraint_checking()
    try:
        with transaction.atomic(using=connection.alias):
            yield
    finally:
        connection.close()  # the next one checks again


@contextmanager
def _alone_in_postgresql(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """The lock and the patience end with the transaction, so a pooler can hand neither on."""
    seconds = settings.MIGRATION_LOCK_SECONDS
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute(f"SET LOCAL lock_timeout = '{seconds}s'")
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATING])
        except OperationalError as trouble:
            if getattr(trouble.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                raise
            raise UpgradeBlocked(
                f"Another process has been upgrading this database for more than {seconds} s. "
                "Start again when it is done; pg_locks names it, with locktype = 'advisory'"
            ) from trouble
        # A migration that writes rows may be followed by one that alters their table.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield


def _keep_a_way_back(connection: BaseDatabaseWrapper, before: schema.SchemaState, say: Say) -> None:
    count = len(before.missing)
    changes = "1 migration" if count == 1 else f"{count} migrations"
    if connection.vendor == "postgresql":
        dump = pg_dump(connection, Path(f"chatsite-before-{settings.VERSION}.dump"))
        say(
            f"Upgrading the database ({changes}), all or nothing. The way back is a dump from "
            f"before this start, made by: {dump}"
        )
        return
    copy = copies.copy_before_migrating(Path(connection.settings_dict["NAME"]))
    say(f"Upgrading the database ({changes}), all or nothing. The way back is {copy}")
