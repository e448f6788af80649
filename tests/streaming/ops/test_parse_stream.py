"""`manage.py parse_stream`: what people who debug a provider see."""

import json
import subprocess
import sys

from tests import ROOT
from tests.streaming.providers.formats import vectors

MANAGE = ROOT / "manage.py"


def run(wire: str, body: bytes) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, str(MANAGE), "parse_stream", wire]
    return subprocess.run(command, input=body, capture_output=True, check=False, timeout=60)


def test_a_recorded_body_is_printed_as_one_event_a_line() -> None:
    done = run("chat", vectors.body("chat", "01_normal_text"))
    events = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert events == vectors.expected("chat", "01_normal_text")


def test_an_unknown_format_is_refused_by_name() -> None:
    done = run("telegram", b"")
    assert done.returncode == 2
    assert b"telegram" in done.stderr
