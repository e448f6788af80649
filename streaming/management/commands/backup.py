"""`manage.py backup TARGET`: a copy of the database, safe while the site runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from streaming.ops.backup import BackupFailed, copy_database
from streaming.ops.upgrades.pg_dump import pg_dump


class Command(BaseCommand):
    help = "Copy the database to a file, whole and checked, while the site runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path)
        parser.add_argument("--force", action="store_true", help="replace a file of that name")

    def handle(self, *args: Any, target: Path, force: bool, **options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError(
                f"PostgreSQL has its own tool for this. Run: {pg_dump(connection, target)}"
            )
        try:
            copy_database(Path(connection.settings_dict["NAME"]), target.absolute(), force=force)
        except BackupFailed as trouble:
            raise CommandError(str(trouble)) from trouble
        self.stdout.write(
            f"Wrote {target}. Keep a copy of field_key (or FIELD_KEYS) elsewhere: "
            "without it the keys of providers in this file cannot be read."
        )
