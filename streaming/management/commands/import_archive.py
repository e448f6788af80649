"""`manage.py import_archive FILE --user NAME`: what the page of imports does, for any size."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from conversations.transfer.models import Outcome
from conversations.transfer.opening.archive_file import ArchiveFile
from conversations.transfer.opening.bounds import Unreadable
from conversations.transfer.reading import Contents
from streaming.transfer.incoming import attachments
from streaming.transfer.incoming.steps import bounds, outcome_of

What = Outcome.What
TELL_EVERY = 100


class Command(BaseCommand):
    help = "Take the conversations of an archive: this site's own, or another program's."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--user", required=True, help="whose: the name to sign in with")

    def handle(self, *args: Any, file: Path, user: str, **options: Any) -> None:
        owner = User.objects.filter(username=user).first()
        if owner is None:
            raise CommandError(f"There is nobody called {user}.")
        counts, not_shown = Counter[str](), Counter[str]()
        try:
            with file.open("rb") as opened:
                archive = ArchiveFile(opened, file.stat().st_size, bounds())
                for found in Contents(archive, bounds()).found():
                    attachments.bring(owner, found.thread, archive)
                    outcome = outcome_of(owner, found)
                    if outcome is None:
                        continue
                    counts[outcome.what] += 1
                    not_shown.update(outcome.not_shown)
                    if outcome.what == What.REFUSED:
                        title = found.title or outcome.title or "A conversation"
                        self.stdout.write(f"Refused: {title}: {outcome.why}")
                    if counts.total() % TELL_EVERY == 0:
                        self.stdout.write(f"{counts.total():,} conversations so far")
        except Unreadable as trouble:
            self.stdout.write(_sum(counts))
            raise CommandError(str(trouble)) from trouble
        except OSError as trouble:
            raise CommandError(f"{file} cannot be read: {trouble.strerror}.") from trouble
        self.stdout.write(_sum(counts))
        if not_shown:
            kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(not_shown.items()))
            self.stdout.write(f"Kept, and not shown: {kinds}.")


def _sum(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[what]:,} {what}" for what in What.values)
