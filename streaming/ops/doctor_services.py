"""What can be wrong with what the site leans on: its database, its providers, its Redis."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import DatabaseError, connection

from streaming.catalog import provider_store
from streaming.catalog.provider_store import StoredConfig
from streaming.events import Failed
from streaming.ops import doctor_power, health, postgresql, start_trouble
from streaming.ops.doctor import Check, Finding
from streaming.providers.config import ProviderConfig
from streaming.providers.http.addresses import AddressPolicy
from streaming.providers.http.client import Client, close_client, open_client
from streaming.providers.http.guarded_client import open_guarded_client
from streaming.providers.registry import provider_for

PROVIDER_SECONDS = 8.0
MOST_SKEW_SECONDS = 5.0
FIXES = {
    health.MIGRATE: "Back up, then start the site, which migrates; or run manage.py migrate.",
    health.NEWER: "Install the version that it was last started with, or restore a backup.",
    health.UNWRITABLE: "Check DATABASE_URL, the server, the disk and who owns the file.",
}
FROM_ELSEWHERE = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", "afs"})


def database() -> Iterator[Finding]:
    try:
        postgresql.refuse_unreachable(connection)
    except DatabaseError as refused:
        yield Finding("database", start_trouble.one_line(refused), "See docs/running.md.")
        return
    if trouble := health.migrations_trouble() or health.database_trouble():
        yield Finding("database", trouble, FIXES.get(trouble, "Check DATABASE_URL and the disk."))
    else:
        yield Finding("database", f"{connection.vendor} can be written, with today's tables")


def sqlite_file() -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    path = Path(connection.settings_dict["NAME"])
    system = file_system(path)
    if system in FROM_ELSEWHERE:
        fix = "SQLite loses data there. Move DATA_DIR to a local disk, or use PostgreSQL."
        yield Finding("database file", f"{path} is on a network file system ({system})", fix)
    try:
        mode = journal_mode(path)
    except sqlite3.Error as trouble:
        yield Finding("journal mode", f"cannot be read: {trouble}", "See database above.")
        return
    fix = "" if mode == "wal" else "Start the site once; it sets WAL where the disk allows it."
    yield Finding("journal mode", f"is {mode}", fix)


def journal_mode(path: Path) -> str:
    other = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return str(other.execute("PRAGMA journal_mode").fetchone()[0])
    finally:
        other.close()


def file_system(path: Path, table: Path = Path("/proc/mounts")) -> str:
    """The kind of file system that a file lies on; nothing where that cannot be told."""
    kind, _ = doctor_power.mount(path, table)
    return kind


def clock() -> Iterator[Finding]:
    """SQLite asks this machine's clock, so only a server can disagree."""
    if connection.vendor == "sqlite":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            theirs = cursor.fetchone()[0]
    except DatabaseError:
        return  # told above
    skew = abs((theirs - datetime.now(UTC)).total_seconds())
    fix = "Let both machines set their clocks by NTP." if skew > MOST_SKEW_SECONDS else ""
    yield Finding("clock", f"differs from the database's by {skew:.1f} s", fix)


def layer() -> Iterator[Finding]:
    for name in getattr(settings, "CHANNEL_LAYERS", {}):
        try:
            asyncio.run(asyncio.wait_for(_send_nothing(name), PROVIDER_SECONDS))
        except Exception as trouble:  # noqa: BLE001 (whatever a layer raises, it is wrong)
            told = f"cannot be reached ({type(trouble).__name__})"
            yield Finding("Redis", told, "Check REDIS_URL and the server.")
        else:
            yield Finding("Redis", "can be reached")


async def _send_nothing(name: str) -> None:
    await get_channel_layer(name).send("nobody", {"type": "nothing"})


def providers() -> Iterator[Finding]:
    try:
        stored = provider_store.enabled()
    except DatabaseError:
        stored = []  # told above
    if not settings.PROVIDERS and not stored:
        yield Finding("providers", "are none: only the demo answers", "Set CHAT_PROVIDERS.")
    yield from asyncio.run(_ask_all(settings.PROVIDERS, stored))


async def _ask_all(
    operators: tuple[ProviderConfig, ...], stored: list[StoredConfig]
) -> list[Finding]:
    client, guarded = open_client(), open_guarded_client(AddressPolicy(settings.LOCAL_PROVIDERS))
    try:
        asked = [_ask(config, client) for config in operators]
        asked += [_ask(row.config, guarded, readable=row.readable) for row in stored]
        return list(await asyncio.gather(*asked))
    finally:
        for each in (client, guarded):
            await close_client(each)


async def _ask(config: ProviderConfig, client: Client, *, readable: bool = True) -> Finding:
    subject = f"provider {config.slug}"
    if not readable:
        return Finding(subject, "has a key that cannot be read", "Enter its key again.")
    try:
        async with asyncio.timeout(PROVIDER_SECONDS):
            found = await provider_for(config, client).ask_models(even_if_known=True)
    except TimeoutError:
        return Finding(subject, f"did not answer in {PROVIDER_SECONDS:.0f} s", "Check its address.")
    if not isinstance(found, Failed):
        return Finding(subject, f"answers and lists {len(found):,} models")
    if found.kind in ("auth", "permission"):
        return Finding(subject, "refuses the key", "Check the variable that holds it.")
    if found.kind == "not_found":
        return Finding(subject, "answers, and has no list of models")
    return Finding(subject, f"cannot be asked ({found.kind})", "Check its address and the network.")


CHECKS: tuple[Check, ...] = (database, sqlite_file, clock, layer, providers)
