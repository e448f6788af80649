"""How long rows stay: the one way in which they are deleted."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from conversations.audit.models import Act

AT_ONCE = 500


def forget_old() -> bool:
    """Delete rows that are older than AUDIT_DAYS said when they were written; whether more are."""
    due = Act.objects.filter(kept_until__lt=timezone.now()).order_by("pk")
    pks = list(due.values_list("pk", flat=True)[:AT_ONCE])
    if pks:
        Act.objects.filter(pk__in=pks, kept_until__lt=timezone.now())._raw_delete(connection.alias)
    return len(pks) == AT_ONCE
