"""`manage.py migrate`: Django's, after a copy, all or nothing, and never on a newer database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import Error, connections

from streaming.ops import start_trouble
from streaming.ops.postgresql import refuse_unreachable
from streaming.ops.upgrades.upgrade import upgrading


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        connection = connections[options["database"]]
        try:
            refuse_unreachable(connection)
            with upgrading(connection, self.stdout.write):
                super().handle(*args, **options)
        except (Error, OSError) as trouble:
            raise CommandError(start_trouble.sentence(trouble)) from trouble
