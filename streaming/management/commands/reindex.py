"""`manage.py reindex`: make the index of the search anew, while the site runs or not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from conversations.search.index.rebuilding import number_of_texts, rebuild
from streaming.journal.searchable import endings

WIDTH = 40


class Command(BaseCommand):
    help = "Make the index of the search anew. The site may run meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        total, shown = number_of_texts(), -1
        done = 0
        for done in rebuild(endings):
            percent = min(100, 100 * done // max(total, 1))
            if percent > shown and (self.stdout.isatty() or percent // 10 > shown // 10):
                self._show(shown := percent, done, total)
        if self.stdout.isatty():
            self.stdout.write("")
        self.stdout.write(f"Indexed {done:,} {'text' if done == 1 else 'texts'}.")

    def _show(self, percent: int, done: int, total: int) -> None:
        """The bar, in its own place on a terminal and on a line of its own elsewhere."""
        full = WIDTH * percent // 100
        bar = f"[{'#' * full}{'.' * (WIDTH - full)}] {percent:3} %  {done:,} of {total:,}"
        self.stdout.write(f"\r{bar}" if self.stdout.isatty() else bar, ending=self._ending)
        self.stdout.flush()

    @property
    def _ending(self) -> str:
        return "" if self.stdout.isatty() else "\n"
