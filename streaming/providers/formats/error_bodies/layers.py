"""An error object unwrapped: every JSON object in it that may say something, outermost first."""

import ast
import re
from typing import Any

from streaming.providers.formats.json_values import mapping, mappings, parse_json

MOST_LAYERS, MOST_LEVELS = 60, 8
MOST_QUOTED = 16 * 1024
"""Characters of JSON within a string that are read."""

INNER = ("error", "base_resp")
"""Where the error's own object lies in the one that was sent."""


def outer_and_inner(value: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The outer object, and the one that holds the error's own words."""
    if isinstance(value, list):
        value = next(iter(mappings(value)), {})
    if isinstance(value, str):
        value = {"message": value}
    outer = mapping(value)
    inner = (mapping(outer.get(key)) for key in INNER)
    return outer, next((each for each in inner if each), outer)


def layers(value: Any) -> list[dict[str, Any]]:
    """Every object within, those inside strings too; the outer ones come first."""
    found: list[dict[str, Any]] = []
    level = [value]
    for _ in range(MOST_LEVELS):
        below: list[Any] = []
        for each in level:
            if isinstance(each, str):
                each = quoted(each)[1]
            if isinstance(each, dict):
                found.append(each)
                below += each.values()
            elif isinstance(each, list):
                below += each
        level = below[:MOST_LAYERS]
    return found[:MOST_LAYERS]


def quoted(text: str) -> tuple[str, Any]:
    """The words before JSON in a text, and that JSON; None where there is none.

    Proxies put the error that they were sent into their own sentence, as JSON or as Python
    writes its values; a request's number may follow.
    """
    text = text.strip()
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    end = max(text.rfind("}"), text.rfind("]")) + 1
    if len(text) > MOST_QUOTED:
        return text, None
    for start in sorted(starts):
        value = _read(text[start:end])
        if isinstance(value, dict | list):
            before = text[:start].rstrip(" '\"").removesuffix(" b")  # b'…', as Python writes bytes
            return before.rstrip(" -:\t\r\n"), value
    return text, None


def _read(text: str) -> Any:
    try:
        return parse_json(text)
    except ValueError:
        pass
    if not _PYTHON.match(text) or _ODD_ESCAPE.search(text):
        return None
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None


_PYTHON = re.compile(r"[\[{][\s\[{]*'")
_ODD_ESCAPE = re.compile(r"\\[^'\"\\abfnrtvxuUN0-7\n]")  # Python warns of these
