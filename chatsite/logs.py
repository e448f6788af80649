"""The two shapes of a log line: for people, and one JSON object for machines."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from chatsite.redaction import RedactingFormatter, redact
from streaming import log_context


class LineFormatter(RedactingFormatter):
    """Plain text, with the request and the generation where they are known."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        line = super().formatMessage(record)
        about = " ".join(f"{name}={value}" for name, value in log_context.told().items())
        return f"{line} [{about}]" if about else line


class JsonFormatter(logging.Formatter):
    """One object a line; each text is redacted before it is quoted, so that it stays JSON."""

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
        return json.dumps(told, ensure_ascii=False)
