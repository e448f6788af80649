"""What every wire format of the demo offers: reading a request, writing an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from streaming.demo.ask import Ask
from streaming.demo.steps import FinishWord, Problem, Refused, tokens


@dataclass(slots=True)
class Tally:
    """What an answer has been so far."""

    input_characters: int = 0
    text: str = ""
    characters: int = 0
    finish: FinishWord | None = None

    @property
    def input_tokens(self) -> int:
        return tokens(self.input_characters)

    @property
    def output_tokens(self) -> int:
        return tokens(self.characters)


class Encoder(Protocol):
    """Writes one streamed answer; each result is the bytes of whole frames."""

    content_type: str

    def opening(self) -> bytes: ...
    def text(self, text: str) -> bytes: ...
    def error(self, problem: Problem) -> bytes: ...
    def closing(self, tally: Tally) -> list[bytes]: ...


class Wire(Protocol):
    """One wire format."""

    def read(self, body: dict[str, Any]) -> Ask:
        """The request in no format; raises Refused."""

    def encoder(self, ask: Ask, number: int) -> Encoder: ...

    def whole(self, ask: Ask, number: int, tally: Tally) -> dict[str, Any]:
        """The answer to a request that wants no stream."""

    def problem(self, problem: Problem) -> dict[str, Any]:
        """The body of an HTTP error."""


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


def text_of(content: object) -> str:
    """A message's content, a string or a list of parts, as plain text without lone surrogates."""
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, Mapping)]
        content = "".join(part for part in parts if isinstance(part, str))
    if not isinstance(content, str):
        return ""
    return content.encode("utf-8", "replace").decode()


def positive(value: object, name: str) -> int | None:
    """A limit of tokens: None if it is absent, raises Refused if it is not a positive number."""
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise invalid(f"Invalid '{name}': expected a positive integer.")
    return value


def quoted(text: str) -> str:
    """A JSON string, in UTF-8 where that is possible and in escapes where a pair is split."""
    plain = json.dumps(text, ensure_ascii=False)
    try:
        plain.encode()
    except UnicodeEncodeError:
        return json.dumps(text)
    return plain
