"""`manage.py demo_tools`: the demo tool server as a process of its own."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from streaming.demo.behaviours.demo_models import OFFERED
from streaming.demo.serving.process import serve


class Command(BaseCommand):
    help = "Serve the demo tools (MCP) on loopback until SIGTERM, SIGINT or the end of stdin."
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
        parser.add_argument(
            "--exit-with-stdin", action="store_true", help="end when stdin ends, as with a parent"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        port, with_stdin = options["port"], options["exit_with_stdin"]
        announced = "Demo tools on {url}/mcp\n"
        try:
            asyncio.run(
                serve(port, 1.0, exit_with_stdin=with_stdin, offers=OFFERED, announced=announced)
            )
        except (OSError, OverflowError) as trouble:
            raise CommandError(f"Port {port} cannot be used: {trouble}") from trouble
