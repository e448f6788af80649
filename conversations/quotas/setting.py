"""Other numbers for a role or a person; the log of acts hears of each change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from conversations.audit.acts import What
from conversations.audit.recording import record_change
from conversations.quotas.models import Quota
from conversations.quotas.rules import Quotas
from conversations.roles.rights import Role

NAMES = {
    "running": "answers at once",
    "sends_a_minute": "sends a minute",
    "sends_a_day": "sends a day",
    "tokens_a_month": "tokens a month",
    "cost_a_month": "dollars a month",
    "storage": "bytes of files",
}
"""As the log says them."""


def give(by: User, whose: User | Role, numbers: Mapping[str, int | None]) -> None:
    """Exactly these numbers hold for them from now on; None leaves one to the role or the site."""
    key: dict[str, Any] = (
        {"person_id": whose.pk} if isinstance(whose, User) else {"role": whose.value}
    )
    with transaction.atomic():
        Quota.objects.get_or_create(**key)  # of two first forms at once one waits for the other
        row = Quota.objects.select_for_update(no_key=True).get(**key)
        before = described(row)
        for name in Quotas._fields:
            setattr(row, name, numbers.get(name))
        if any(getattr(row, name) is not None for name in Quotas._fields):
            row.save()
        else:
            row.delete()
        whom, thing = (whose, "") if isinstance(whose, User) else (None, str(whose.value))
        record_change(by, What.QUOTA, before, described(row), whom=whom, thing=thing)


def described(row: Quota) -> str:
    """What is set: "sends a day 20, dollars a month 5"."""
    values = {name: getattr(row, name) for name in Quotas._fields}
    if values["cost_a_month"] is not None:
        values["cost_a_month"] = f"{values['cost_a_month'] / 10**9:g}"
    return ", ".join(
        f"{NAMES[name]} {value}" for name, value in values.items() if value is not None
    )
