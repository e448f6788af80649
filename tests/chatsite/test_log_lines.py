"""Log lines: whatever a path or a message contains, it stays one line and cannot hide anything."""

from __future__ import annotations

import json
import logging
import re
import sys

import pytest

from chatsite.logs import JsonFormatter, LineFormatter

FORGED = "/x\n2026-01-01 00:00:00,000 ERROR root: forged"
NASTY = [
    *("\n", "\r", "\r\n", "\t", "\0", "\x1b[2J", "\x7f", "\x85", "\x9b31m", "\u2028", "\u2029"),
    *("\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\ud800", "\xad"),
]


def record(message: str, *values: object, trouble: Exception | None = None) -> logging.LogRecord:
    trace = (type(trouble), trouble, trouble.__traceback__) if trouble else None
    return logging.LogRecord("django", logging.WARNING, "x.py", 1, message, values, trace)


@pytest.mark.parametrize("nasty", NASTY, ids=ascii)
def test_a_line_is_one_line_of_plain_characters(nasty: str) -> None:
    line = LineFormatter("%(levelname)s %(message)s").format(record("Not Found: %s", f"/a{nasty}b"))
    assert re.match(r"WARNING Not Found: /a(\\\w+)+(\[2J|31m)?b", line)
    assert line.isprintable()


@pytest.mark.parametrize("nasty", NASTY, ids=ascii)
def test_an_object_is_one_line_and_says_exactly_what_was_said(nasty: str) -> None:
    line = JsonFormatter().format(record("Not Found: %s", f"/a{nasty}b"))
    assert line.isprintable()
    assert json.loads(line)["message"] == f"Not Found: /a{nasty}b"


def test_letters_of_all_languages_stay_as_they_are() -> None:
    words = "/größe/日本語/עברית/🙂"
    assert words in LineFormatter("%(message)s").format(record(words))
    assert words in JsonFormatter().format(record(words))


def test_a_trace_cannot_look_like_a_line_of_the_log() -> None:
    try:
        raise ValueError(FORGED)
    except ValueError as trouble:
        text = LineFormatter("%(message)s").format(record("Broke", trouble=trouble))
    first, *trace = text.split("\n")
    assert first.startswith("Broke")
    assert any("forged" in line for line in trace)
    assert all(line.startswith("  ") for line in trace)


def test_what_is_logged_of_a_lone_surrogate_can_be_written() -> None:
    for formatter in (LineFormatter("%(message)s"), JsonFormatter()):
        assert formatter.format(record("%s", "\ud83d")).encode(sys.stderr.encoding or "utf-8")
