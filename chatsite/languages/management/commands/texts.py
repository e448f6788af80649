"""`manage.py texts`: bring the catalogues up to date with the texts of the site."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from chatsite.languages import catalogue, extraction
from chatsite.languages.borrowed import BORROWED


class Command(BaseCommand):
    help = "Adds new texts to the catalogues of all languages, and takes out those that are gone."

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = [*extraction.entries(settings.BASE_DIR), *BORROWED]
        for path in catalogue.paths():
            known = catalogue.read(path)
            entries = [_kept(entry, known.get(entry.key)) for entry in wanted]
            catalogue.write(path, entries)
            missing = sum(not all(entry.translations) for entry in entries)
            self.stdout.write(f"{path.name}: {len(entries)} texts, {missing} not yet translated")


def _kept(entry: catalogue.Entry, known: catalogue.Entry | None) -> catalogue.Entry:
    if known is None or bool(known.plural) != bool(entry.plural):
        return entry
    return replace(entry, translations=known.translations)
