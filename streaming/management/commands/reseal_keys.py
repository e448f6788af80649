"""`manage.py reseal_keys`: encrypt all stored keys anew, so that an old field key can go."""

from __future__ import annotations

from typing import Any

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


class Command(BaseCommand):
    help = (
        "Encrypt the keys of stored providers and servers of tools under the first of FIELD_KEYS."
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
        self.stdout.write(f"Sealed {done} {'key' if done == 1 else 'keys'} under the first key.")
        if unreadable:
            raise CommandError(
                f"These could not be read and have to be entered again: {', '.join(unreadable)}."
            )
