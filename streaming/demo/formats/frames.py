"""The frames of a streamed answer, written as bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

EVENT_STREAM = "text/event-stream; charset=utf-8"
# `json.dumps` would make a new encoder for every delta.
_quote = json.JSONEncoder(ensure_ascii=False).encode


def quoted(text: str) -> bytes:
    """A JSON string, in UTF-8 where that is possible and in escapes where a pair is split."""
    try:
        return _quote(text).encode()
    except UnicodeEncodeError:
        return json.dumps(text).encode()


def compact(value: Any) -> bytes:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":")).encode()


def data_frame(value: Any) -> bytes:
    """A server-sent event without a name."""
    return b"data: " + compact(value) + b"\n\n"


def named_frame(value: Mapping[str, Any]) -> bytes:
    """A server-sent event with the name of its type."""
    return b"event: " + str(value["type"]).encode() + b"\n" + data_frame(value)


def template(frame: bytes, mark: str = "\0") -> tuple[bytes, bytes]:
    """The bytes before and after the mark (with its quotes) in a frame that contains it."""
    before, separator, after = frame.partition(json.dumps(mark).encode())
    assert separator
    return before, after
