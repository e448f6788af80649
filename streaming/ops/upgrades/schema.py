"""Which migrations a database has had, held against those that this code knows."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from streaming.ops.start_trouble import StartRefused

RETIRED: frozenset[str] = frozenset()
"""Apps that the site once had: what they left in a database does not make it a newer one."""


class NewerDatabase(StartRefused):
    """A later version of the site has changed this database; nothing may be written to it."""


@dataclass(frozen=True, slots=True)
class SchemaState:
    """`missing` are migrations that the database has yet to get, in their order."""

    missing: tuple[str, ...]
    is_new: bool


def standing(connection: BaseDatabaseWrapper) -> SchemaState:
    """How the database stands; raises NewerDatabase."""
    refuse_newer(connection)
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return SchemaState(
        missing=tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan),
        is_new=not executor.loader.applied_migrations,
    )


def refuse_newer(connection: BaseDatabaseWrapper) -> None:
    if unknown := unknown_migrations(connection):
        raise NewerDatabase(
            f"The database is newer than this code: it holds {unknown[0]}, which "
            f"Chatsite {settings.VERSION} does not know. Install the version that it was last "
            "started with, or restore a copy from before the upgrade with manage.py restore "
            f"({settings.DATA_DIR / 'backups'}, or a dump)"
        )


def unknown_migrations(connection: BaseDatabaseWrapper) -> list[str]:
    """What was applied by a later version, the newest first."""
    return unknown_among(set(MigrationRecorder(connection).applied_migrations()))


def unknown_among(applied: Set[tuple[str, str]]) -> list[str]:
    """As above, of any database."""
    unknown = [key for key in applied if key not in _known() and key[0] not in RETIRED]
    return [f"{app}.{name}" for app, name in sorted(unknown, key=lambda key: key[1], reverse=True)]


def count_missing(applied: Set[tuple[str, str]]) -> int:
    """How many migrations of this code a database has yet to get."""
    on_disk = MigrationLoader(None).disk_migrations.items()
    return sum(
        key not in applied and not (migration.replaces and applied >= {*migration.replaces})
        for key, migration in on_disk
    )


@lru_cache(maxsize=1)
def _known() -> frozenset[tuple[str, str]]:
    """All that this code brings, and what was squashed into it."""
    on_disk = MigrationLoader(None).disk_migrations
    squashed = {old for migration in on_disk.values() for old in migration.replaces}
    return frozenset(on_disk) | squashed
