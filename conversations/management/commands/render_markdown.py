"""`manage.py render_markdown < text`: the HTML that the page would hold."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from conversations.markdown import render


class Command(BaseCommand):
    help = "Print the HTML that the page would hold for the Markdown on standard input."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--running",
            action="store_true",
            help="as while the answer is still being written",
        )
        parser.add_argument("--prefix", default="answer", help="start of the ids (answer)")

    def handle(self, *args: Any, **options: Any) -> None:
        text = sys.stdin.buffer.read().decode("utf-8", errors="replace")
        self.stdout.write(render(text, options["prefix"], complete=not options["running"]))
