"""`manage.py demo_upstream`: the demo provider as a process of its own."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from streaming.demo.behaviours.demo_models import MODELS, OFFERED
from streaming.demo.serving.process import serve


class Command(BaseCommand):
    help = "Serve the demo models on loopback until SIGTERM, SIGINT or the end of stdin."
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
        parser.add_argument("--speed", type=_speed, default=1.0, help="multiplies the pace")
        parser.add_argument(
            "--exit-with-stdin", action="store_true", help="end when stdin ends, as with a parent"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        port, with_stdin = options["port"], options["exit_with_stdin"]
        offers = MODELS if settings.DEMO_MODELS == "ALL" else OFFERED
        try:
            asyncio.run(serve(port, options["speed"], exit_with_stdin=with_stdin, offers=offers))
        except (OSError, OverflowError) as trouble:
            raise CommandError(f"Port {port} cannot be used: {trouble}") from trouble


def _speed(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1000:
        raise argparse.ArgumentTypeError("must be above 0 and at most 1000")
    return value
