"""Whether the site can do its work: the database takes writes and has today's tables."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from functools import lru_cache

from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from streaming.models import Worker
from streaming.ops import nightly
from streaming.ops.trusted_peers import is_trusted_peer
from streaming.ops.upgrades import schema
from streaming.site import NotServing, site

logger = logging.getLogger(__name__)

LAYER_SECONDS = 2.0
MIGRATE = "migrations are missing: run manage.py migrate"
NEWER = "the database is newer than this code"
UNWRITABLE = "the database cannot be written"


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 `{"status": "ok"}`, else 503 with what is wrong."""
    wrong = connection_trouble() or storage_trouble(request) or migrations_trouble()
    if wrong:
        return JsonResponse({"status": wrong}, status=503)
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether a balancer should send work here: 200, or 503; and how each part stands."""
    unreachable = connection_trouble()
    parts = {
        "serving": serving_trouble(),
        "database": unreachable or storage_trouble(request),
        "migrations": unreachable or migrations_trouble(),
        "layer": layer_trouble(),
    }
    wrong = [name for name, trouble in parts.items() if trouble]
    told = {name: trouble or "ok" for name, trouble in parts.items()}
    if nightly.is_wanted():  # an old copy is no reason to send work elsewhere
        told["backup"] = nightly.standing(datetime.now(UTC))
    status = f"not ready: {', '.join(wrong)}" if wrong else "ready"
    return JsonResponse({"status": status, **told}, status=503 if wrong else 200)


def serving_trouble() -> str:
    try:
        return "shutting down" if site().closing else ""
    except NotServing:
        return "not started"


def connection_trouble() -> str:
    """What to tell of a database that is not there; each further question would wait for it."""
    try:
        connection.ensure_connection()
    except DatabaseError:
        return UNWRITABLE
    return ""


def storage_trouble(request: HttpRequest) -> str:
    """A stranger, who may ask without end, costs no commit.

    Who is none hears how it is now, a stranger how it was when the process last had to write.
    """
    return database_trouble() if is_trusted_peer(request) else lease_trouble()


def database_trouble() -> str:
    """What keeps the database from taking a row, which is taken back; nothing where it does."""
    try:
        write_nothing()
    except DatabaseError:
        # Without its tables it may still be there.
        return "" if migrations_trouble() == MIGRATE else UNWRITABLE
    return ""


def lease_trouble() -> str:
    try:
        return UNWRITABLE if site().lease.refused.is_set() else ""
    except NotServing:
        return ""


def migrations_trouble() -> str:
    try:
        if schema.unknown_migrations(connection):
            return NEWER
        return "" if migrated() else MIGRATE
    except DatabaseError:
        return UNWRITABLE


def layer_trouble() -> str:
    """Why the bus does not reach other processes; one that is alone needs none."""
    try:
        loop = site().loop
    except NotServing:
        return ""
    for name in getattr(settings, "CHANNEL_LAYERS", {}):
        try:
            sending = asyncio.wait_for(_send_nothing(name), LAYER_SECONDS)
            asyncio.run_coroutine_threadsafe(sending, loop).result(2 * LAYER_SECONDS)
        except Exception as trouble:  # noqa: BLE001 (whatever broke in a layer, it is not ready)
            logger.warning("The channel layer %s cannot be reached: %r", name, trouble)
            return "the channel layer cannot be reached"
    return ""


async def _send_nothing(name: str) -> None:
    await get_channel_layer(name).send("nobody", {"type": "nothing"})


def write_nothing() -> None:
    """Commit a row that is gone again; raises DatabaseError where that is not possible.

    What is rolled back never reaches a disk that is full.
    """
    with transaction.atomic():
        Worker.objects.create(host="", lease_until=Now()).delete()


def migrated() -> bool:
    return _all_applied() or _forget()


@lru_cache(maxsize=1)
def _all_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _forget() -> bool:
    """Only good news is remembered: a process does not lose migrations, it may gain them."""
    _all_applied.cache_clear()
    return False
