"""`manage.py backup TARGET`: a copy of the database, safe while the site runs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from conversations.files import copies
from streaming.ops import nightly
from streaming.ops.backup import BackupFailed, copy_database
from streaming.ops.upgrades.pg_dump import pg_dump


class Command(BaseCommand):
    help = (
        "Copy the database to a file, whole and checked, while the site runs, and the files of "
        "prompts and answers into a folder next to it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, nargs="?")
        parser.add_argument("--force", action="store_true", help="replace a file of that name")
        parser.add_argument(
            "--nightly",
            action="store_true",
            help="today's copy in BACKUP_DIR, if there is none",
        )

    def handle(self, *args: Any, target: Path | None, force: bool, **options: Any) -> None:
        if (target is None) is not options["nightly"]:
            raise CommandError("Name a file, or else say --nightly.")
        if connection.vendor != "sqlite":
            dump = pg_dump(connection, target or Path("chatsite.dump"))
            raise CommandError(f"PostgreSQL has its own tool for this. Run: {dump}")
        try:
            written = self.nightly() if target is None else self.copy(target, force=force)
        except BackupFailed as trouble:
            raise CommandError(str(trouble)) from trouble
        if written is None:
            self.stdout.write("There is a copy of today, or one is being made.")
            return
        folder_of_files = copies.folder_of(written)
        also = f" and {folder_of_files}" if folder_of_files.exists() else ""
        self.stdout.write(
            f"Wrote {written}{also}. Keep a copy of field_key (or FIELD_KEYS) elsewhere: "
            "without it the keys of providers in this file cannot be read."
        )

    def copy(self, target: Path, *, force: bool) -> Path:
        copy_database(Path(connection.settings_dict["NAME"]), target.absolute(), force=force)
        copies.copy_out(target.absolute())
        return target

    def nightly(self) -> Path | None:
        nightly.be_nice()
        return nightly.make(datetime.now(UTC))
