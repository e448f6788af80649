"""The two shapes of a log line: for people, and one JSON object for machines."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from chatsite.redaction import RedactingFormatter, redact
from streaming import log_context

UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
"""What ends a line, moves a terminal's cursor, turns the direction of text or cannot be written."""


def escaped(text: str) -> str:
    """Characters that would let a path forge a line, or hide in one, are written as escapes."""
    return UNSAFE.sub(lambda found: found.group().encode("unicode_escape").decode(), text)


class LineFormatter(RedactingFormatter):
    """Plain text, with the request and the generation where they are known.

    A message is one line, and every line of a trace is indented.
    """

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's name)
        return _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 (logging's name)
        return _indented(super().formatStack(stack_info))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        record.message = escaped(record.message)
        line = super().formatMessage(record)
        about = " ".join(f"{name}={value}" for name, value in log_context.told().items())
        return f"{line} [{about}]" if about else line


def _indented(trace: str) -> str:
    return "\n".join(f"  {escaped(line)}" for line in trace.split("\n"))


class JsonFormatter(logging.Formatter):
    """One object a line. Each text is redacted before it is quoted, so that the line stays JSON."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, str | int] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
            **log_context.told(),
        }
        if record.exc_info:
            told["trace"] = redact(self.formatException(record.exc_info))
        if record.stack_info:
            told["stack"] = redact(self.formatStack(record.stack_info))
        line = json.dumps(told, ensure_ascii=False)
        return UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", line)
