"""`manage.py restore FILE`: a copy in the place of the database, after checks; nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from streaming.ops.restore import restore
from streaming.ops.restore.copy_checks import CopyFacts, RestoreRefused
from streaming.ops.restore.restore import Restored
from streaming.ops.upgrades.pg_dump import pg_restore


class Command(BaseCommand):
    help = "Put a copy that `backup` made, or one from before an upgrade, in place of the database."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="look at the file, change nothing")
        parser.add_argument(
            "--without-provider-keys",
            action="store_true",
            help="restore it although the field key does not open its keys of providers",
        )
        parser.add_argument(
            "--sign-ins-as-copied",
            action="store_true",
            help="passwords, rights and access tokens as they were, also what was revoked since, "
            "and accounts that were deleted since",
        )

    def handle(self, *args: Any, file: Path, check: bool, **options: Any) -> None:
        without_keys, file = options["without_provider_keys"], file.expanduser().absolute()
        try:
            if check:
                facts = restore.look_at(file, self.database(), without_keys=without_keys)
                self.say(f"{file} can be restored: {told(facts)}", *after_start(facts))
                return
            if connection.vendor != "sqlite":
                raise CommandError(to_postgresql(file))
            as_copied = options["sign_ins_as_copied"]
            done = restore.restore(
                *(file, self.database()), without_keys=without_keys, as_copied=as_copied
            )
        except RestoreRefused as trouble:
            raise CommandError(f"{trouble} Nothing was changed.") from trouble
        self.say(f"Restored {file}: {told(done.facts)}", *what_else(done, as_copied=as_copied))

    def database(self) -> Path:
        """Where SQLite keeps it; with PostgreSQL, where it would."""
        if connection.vendor != "sqlite":
            return Path(settings.DATA_DIR) / "chatsite.sqlite3"
        return Path(connection.settings_dict["NAME"]).resolve()

    def say(self, *lines: str) -> None:
        for line in lines:
            self.stdout.write(line)


def to_postgresql(file: Path) -> str:
    name = f"{connection.settings_dict['NAME']}_restored"
    return (
        "PostgreSQL has its own tool for this. Stop all processes of the site. Run: "
        f"{pg_restore(connection, file)} . Then start them with a DATABASE_URL that names {name}; "
        "the present database stays as it is."
    )


def told(facts: CopyFacts) -> str:
    return f"{facts.conversations:,} conversations, {facts.people:,} people."


def after_start(facts: CopyFacts) -> Iterator[str]:
    if facts.missing:
        yield (
            f"It is from an earlier version: the next start applies {facts.missing} migrations to "
            "it, after a copy."
        )
    if facts.unreadable:
        yield f"These keys have to be entered again: {', '.join(facts.unreadable)}."


def what_else(done: Restored, *, as_copied: bool) -> Iterator[str]:
    yield from after_start(done.facts)
    if done.kept is None:
        yield "There was no database before."
    elif done.was_broken:
        yield f"What was there is damaged, and kept as it was: {done.kept}"
    else:
        yield f"What was there is kept, and can be restored in the same way: {done.kept}"
    yield "Everybody has to sign in again. Answers that were being written are interrupted."
    if done.follows:
        yield "Passwords and rights are those of today, and revoked access tokens stay revoked."
        if done.deleted:
            yield f"Accounts that were deleted since are deleted again: {done.deleted}."
    elif not as_copied:
        yield (
            "Passwords, rights and access tokens are those of the copy, for there was nothing to "
            "compare them with: take back again what was taken back since."
        )
    yield "Start the site: make run, or the service."
