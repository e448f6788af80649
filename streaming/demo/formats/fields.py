"""Reading the JSON of a request: a wrong field is refused, an unknown one is ignored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from streaming.demo.behaviours.steps import Problem, RequestRefused


def read_json(body: bytes) -> dict[str, Any]:
    """The JSON object of a request's body; raises RequestRefused."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise invalid("We could not parse the JSON body of your request.") from None
    if not isinstance(value, dict):
        raise invalid("The JSON body of your request is not an object.")
    return value


def invalid(message: str, code: str | None = None) -> RequestRefused:
    return RequestRefused(Problem(400, "invalid_request_error", message, code))


def text_of(content: object) -> str:
    """A message's content, a string or a list of parts, as plain text without lone surrogates."""
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, Mapping)]
        content = "".join(part for part in parts if isinstance(part, str))
    if not isinstance(content, str):
        return ""
    return content.encode("utf-8", "replace").decode()


def string(value: object, name: str) -> str:
    """A field that must be a non-empty string; raises RequestRefused."""
    if not isinstance(value, str) or not value:
        raise invalid(f"you must provide a {name} parameter")
    return value


def positive(value: object, name: str) -> int | None:
    """A limit of tokens, None if it is absent; raises RequestRefused if it is not positive."""
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise invalid(f"Invalid '{name}': expected a positive integer.")
    return value


def mappings(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list, whatever else may be in it."""
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, Mapping)]


def tool_types(tools: object) -> tuple[str, ...]:
    """What kinds of tools are on offer, those that the server runs itself among them."""
    return tuple(str(tool.get("type", "")) for tool in mappings(tools))


def tool_names(tools: object) -> tuple[str, ...]:
    """The names of the functions on offer, flat or wrapped in `function`."""
    functions = [tool.get("function", tool) for tool in mappings(tools)]
    names = [function.get("name") for function in functions if isinstance(function, Mapping)]
    return tuple(name for name in names if isinstance(name, str))
