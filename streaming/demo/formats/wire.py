"""What every wire format of the demo offers: reading a request, writing an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from streaming.demo.behaviours.request import Ask
from streaming.demo.behaviours.steps import Channel, Problem, Refused
from streaming.demo.formats.transcript import Tally

# `json.dumps` would make a new encoder for every delta.
_quote = json.JSONEncoder(ensure_ascii=False).encode


class Encoder(Protocol):
    """Writes one streamed answer; each result is the bytes of whole frames, or nothing.

    It is told of a step before the tally is, so the tally's last part is the one left behind.
    """

    content_type: str

    def opening(self) -> bytes: ...
    def delta(self, channel: Channel, text: str) -> bytes: ...
    def call(self, call_id: str, name: str) -> bytes: ...
    def arguments(self, text: str) -> bytes: ...
    def call_end(self) -> bytes: ...
    def keep_alive(self) -> bytes: ...
    def error(self, problem: Problem) -> bytes: ...

    def leaving(self) -> bytes:
        """What the body ends in when it lacks the terminal signal."""

    def closing(self) -> list[bytes]:
        """The proper end, by the tally's finish reason."""


class Wire(Protocol):
    """One wire format."""

    def read(self, body: dict[str, Any]) -> Ask:
        """The request in no format; raises Refused."""

    def encoder(self, ask: Ask, number: int, tally: Tally) -> Encoder: ...

    def whole(self, ask: Ask, number: int, tally: Tally) -> dict[str, Any]:
        """The answer to a request that wants no stream."""

    def problem(self, problem: Problem) -> tuple[int, dict[str, Any]]:
        """The status and the body of an HTTP error."""


def read_json(body: bytes) -> dict[str, Any]:
    """The JSON object of a request's body; raises Refused."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise invalid("We could not parse the JSON body of your request.") from None
    if not isinstance(value, dict):
        raise invalid("The JSON body of your request is not an object.")
    return value


def invalid(message: str, code: str | None = None) -> Refused:
    return Refused(Problem(400, "invalid_request_error", message, code))


def plain_status(problem: Problem) -> int:
    """The status in a format that has no codes to tell an empty account from haste."""
    return 402 if problem.code == "insufficient_quota" else problem.status


def text_of(content: object) -> str:
    """A message's content, a string or a list of parts, as plain text without lone surrogates."""
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, Mapping)]
        content = "".join(part for part in parts if isinstance(part, str))
    if not isinstance(content, str):
        return ""
    return content.encode("utf-8", "replace").decode()


def string(value: object, name: str) -> str:
    """A field that must be a non-empty string; raises Refused."""
    if not isinstance(value, str) or not value:
        raise invalid(f"you must provide a {name} parameter")
    return value


def positive(value: object, name: str) -> int | None:
    """A limit of tokens: None if it is absent, raises Refused if it is not a positive number."""
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise invalid(f"Invalid '{name}': expected a positive integer.")
    return value


def mappings(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list, whatever else may be in it."""
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, Mapping)]


def tool_names(tools: object) -> tuple[str, ...]:
    """The names of the functions on offer, flat or wrapped in `function`."""
    found = [tool.get("function", tool) for tool in mappings(tools)]
    names = [tool.get("name") for tool in found if isinstance(tool, Mapping)]
    return tuple(name for name in names if isinstance(name, str))


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
    """A server-sent event that bears the name of its type."""
    return b"event: " + str(value["type"]).encode() + b"\n" + data_frame(value)


def template(frame: bytes, mark: str = "\0") -> tuple[bytes, bytes]:
    """What stands before and after the mark (its quotes included) in a frame that holds it."""
    before, found, after = frame.partition(json.dumps(mark).encode())
    assert found
    return before, after
