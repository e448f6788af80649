"""Whether the site can do its work: the database takes writes and has today's tables."""

from __future__ import annotations

from functools import lru_cache

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from streaming.models import Worker


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 `{"status": "ok"}`, else 503 with what is wrong."""
    try:
        wrong = "" if migrated() else "migrations are missing: run manage.py migrate"
        write_nothing()
    except DatabaseError:
        wrong = "the database cannot be written"
    if wrong:
        return JsonResponse({"status": wrong}, status=503)
    return JsonResponse({"status": "ok"})


def write_nothing() -> None:
    """Write a row and take it back; raises DatabaseError where that is not possible."""
    with transaction.atomic():
        Worker.objects.create(host="", lease_until=Now())
        transaction.set_rollback(True)


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
