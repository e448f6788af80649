"""`manage.py parse_stream FORMAT < bytes`: the events in a recorded body, as JSON lines."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand

from streaming.events import Event, as_json
from streaming.providers.formats.parsing.stream_parser import StreamParser
from streaming.providers.formats.parsing.think_tags import ThinkTags
from streaming.providers.registry import PARSERS

_PIECE = 64 * 1024


class Command(BaseCommand):
    help = "Print the events in an upstream's body (standard input) as JSON lines."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=sorted(PARSERS), help="the wire format")
        parser.add_argument("--think-tags", choices=["closing"], help="the provider's option")

    def handle(self, *args: Any, **options: Any) -> None:
        parser = PARSERS[options["format"]]()
        parser.tags = ThinkTags(opened=options["think_tags"] == "closing")
        for event in _events(parser, sys.stdin.buffer):
            self.stdout.write(json.dumps(as_json(event), ensure_ascii=False))


def _events(parser: StreamParser, body: BinaryIO) -> Iterator[Event]:
    while piece := body.read(_PIECE):
        yield from parser.feed(piece)
    yield from parser.finish()
