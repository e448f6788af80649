"""`manage.py reseal_keys`: encrypt all stored keys anew, so that an old field key can go."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from streaming.catalog.sealed_keys import Unreadable, reseal
from streaming.models import StoredProvider
from streaming.tools.models import ToolServer

SEALED: tuple[tuple[type[Any], str], ...] = (
    (StoredProvider, "sealed_key"),
    (ToolServer, "sealed"),
    (ToolServer, "sealed_grant"),
)
"""What holds secrets, and in which field."""
SECOND_FACTORS, SEALED_IN_DATA = "mfa.Authenticator", ("secret", "seed")
"""Where django-allauth keeps those of second factors: in an object of JSON, by these names."""


class Command(BaseCommand):
    help = (
        "Encrypt the keys of stored providers and servers of tools, and what is secret of second "
        "factors, under the first of FIELD_KEYS."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done, unreadable = 0, []
        with transaction.atomic():
            for model, field in SEALED:
                for row in model.objects.select_for_update().exclude(**{field: ""}):
                    try:
                        setattr(row, field, reseal(getattr(row, field)))
                    except Unreadable:
                        unreadable.append(row.name)
                        continue
                    row.save(update_fields=[field])
                    done += 1
            for row in apps.get_model(SECOND_FACTORS).objects.select_for_update():
                try:
                    done += _resealed(row)
                except Unreadable:
                    unreadable.append(f"the second factor of {row.user.get_username()}")
        self.stdout.write(f"Sealed {done} {'key' if done == 1 else 'keys'} under the first key.")
        if unreadable:
            raise CommandError(
                f"These could not be read and have to be entered again: {', '.join(unreadable)}."
            )


def _resealed(row: Any) -> int:
    """How many of its secrets; raises Unreadable."""
    names = [name for name in SEALED_IN_DATA if name in row.data]
    row.data |= {name: reseal(row.data[name]) for name in names}
    row.save(update_fields=["data"])
    return len(names)
