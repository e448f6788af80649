"""No log line holds a key, whichever library wrote it."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import Context

import pytest

from chatsite.logs import JsonFormatter, LineFormatter
from chatsite.redaction import RedactingFormatter, redact
from streaming import log_context

KEY = "marker-key-9d1e77aa"


@pytest.mark.parametrize(
    "line",
    [
        f"Authorization: Bearer {KEY}",
        f"headers: {{'authorization': 'Bearer {KEY}', 'accept': '*/*'}}",
        f"[(b'Authorization', b'Bearer {KEY}'), (b'Accept', b'*/*')]",
        f"X-API-Key: {KEY}",
        f"x-api-key={KEY}",
        f"Cookie: sessionid={KEY}; csrftoken={KEY}",
        f"Set-Cookie: __Host-sessionid={KEY}; Path=/",
        f"wrong token, Bearer {KEY}",
        f"it said: sk-{KEY} is unknown",
        f"GET /?token=chatsite_{KEY}{KEY}",
        f"sessionid_8000={KEY}",
        f'"GET /enter/{KEY}-and-more/ HTTP/1.1" 302',
    ],
)
def test_a_secret_is_hidden_in_every_shape(line: str) -> None:
    assert KEY not in redact(line)
    assert "••••" in redact(line)


@pytest.mark.parametrize(
    "line",
    [
        "Generation 7 was taken from this process",
        "The provider refused the key. Check it under Providers.",
        "Not Found: /providers/naga/",
        '"GET /c/6d1f/ HTTP/1.1" 200',
        "cookies are kept for nobody",
    ],
)
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert redact(line) == line


def test_a_trace_is_part_of_the_line() -> None:
    try:
        raise ValueError(f"Authorization: Bearer {KEY}")
    except ValueError:
        record = logging.LogRecord("a", 40, "", 1, "It broke: %s", ("here",), sys.exc_info())
    line = RedactingFormatter("%(message)s").format(record)
    assert line.startswith("It broke: here")
    assert "ValueError: Authorization: ••••" in line
    assert KEY not in line


def test_the_sites_logs_are_written_that_way() -> None:
    formatters = [handler.formatter for handler in logging.getLogger().handlers]
    assert any(isinstance(formatter, RedactingFormatter) for formatter in formatters)


def record_of(message: str) -> logging.LogRecord:
    return logging.LogRecord("here", logging.WARNING, __file__, 1, message, (), None)


def test_a_line_tells_of_its_request_and_generation_and_of_nothing_unknown() -> None:
    line = LineFormatter("%(message)s")
    with_neither, with_both = Context(), Context()
    assert with_neither.run(line.format, record_of("Hm")) == "Hm"
    with_both.run(log_context.request_id.set, "0123456789abcdef")
    with_both.run(log_context.generation.set, 7)
    said = with_both.run(line.format, record_of("Hm"))
    assert said == "Hm [request=0123456789abcdef generation=7]"
    told = json.loads(with_both.run(JsonFormatter().format, record_of('a "b"\nBearer abcdef')))
    assert told["message"] == 'a "b"\nBearer ••••'
    assert (told["request"], told["generation"]) == ("0123456789abcdef", 7)
