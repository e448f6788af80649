"""`manage.py export_user NAME`: all that a person has here as one zip."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from streaming.transfer.outgoing import zip_file


class Command(BaseCommand):
    help = "Write all conversations of a person to a zip, as the page of exports does."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="whose: the name to sign in with")
        parser.add_argument("--to", type=Path, help="the file; NAME.zip without it")
        parser.add_argument("--force", action="store_true", help="replace a file of that name")

    def handle(self, *args: Any, name: str, to: Path | None, force: bool, **options: Any) -> None:
        owner = User.objects.filter(username=name).first()
        if owner is None:
            raise CommandError(f"There is nobody called {name}.")
        target = (to or Path(f"{name.replace('/', '_')}.zip")).absolute()
        if target.exists() and not force:
            raise CommandError(f"{target} exists; name another file, or add --force.")
        unfinished = target.with_name(f".{target.name}.part")
        pks = zip_file.everything(owner)
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                for piece in zip_file.pieces(owner, pks, whole=True):
                    file.write(piece.data)
            unfinished.replace(target)
        except OSError as trouble:
            unfinished.unlink(missing_ok=True)
            raise CommandError(f"{target} could not be written: {trouble}.") from trouble
        self.stdout.write(f"Wrote {len(pks)} conversations to {target}.")
