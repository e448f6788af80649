"""The body of a request as JSON, a piece at a time, so that a large one can be made in a thread.

Nothing else runs in a process while one piece is encoded, and a long conversation makes megabytes.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

LARGE = 100
"""Messages of a request whose body is made apart from the answers that are being read."""


def encoded(body: Mapping[str, Any]) -> bytes:
    """As `json.dumps` writes it without spaces; what UTF-8 cannot hold becomes a question mark."""
    return b"".join(_pieces(body))


def _pieces(body: Mapping[str, Any]) -> Iterator[bytes]:
    before = b"{"
    for name, value in body.items():
        yield before + _whole(name) + b":"
        yield from _items(value) if isinstance(value, list) and value else (_whole(value),)
        before = b","
    yield b"}" if body else b"{}"


def _items(values: list[Any]) -> Iterator[bytes]:
    before = b"["
    for value in values:
        yield before
        yield from _pieces(value) if _holds_parts(value) else (_whole(value),)
        before = b","
    yield b"]"


def _holds_parts(value: Any) -> bool:
    """Whether a message may be long by its files, of which each is a piece then."""
    return isinstance(value, dict) and any(isinstance(each, list) for each in value.values())


def _whole(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")
