"""The site's own tools: they reach nothing, and change nothing, so nobody is asked about them.

Front door: `TOOLS` by their names, and `run`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conversations.languages.texts import lazy_text
from streaming.tools.builtin import clock
from streaming.tools.builtin.arithmetic import CannotCompute, computed
from streaming.tools.results import ToolResult


@dataclass(frozen=True, slots=True)
class OwnTool:
    """Descriptions are for models, titles for readers."""

    title: str
    description: str
    schema: Mapping[str, Any]
    work: Callable[[Mapping[str, Any]], str]


class BadArguments(Exception):
    """In a sentence, for the model."""


def run(name: str, arguments: Mapping[str, Any]) -> ToolResult:
    """Does it at once."""
    try:
        return ToolResult(TOOLS[name].work(arguments))
    except (BadArguments, CannotCompute, clock.UnknownZone) as trouble:
        return ToolResult(str(trouble), is_error=True)


def _text(arguments: Mapping[str, Any], name: str) -> str:
    value = arguments.get(name, "")
    if not isinstance(value, str):
        raise BadArguments(f'"{name}" has to be a string.')
    return value


TOOLS: Mapping[str, OwnTool] = {
    "calculate": OwnTool(
        lazy_text("Calculator"),
        "Computes one arithmetic expression exactly to 34 digits: + - * / // % ** and parentheses, "
        "pi, e, and the functions abs, ceil, cos, exp, factorial, floor, ln, log10, max, min, "
        "round, sin, sqrt, tan (angles in radians).",
        {
            "type": "object",
            "properties": {"expression": {"type": "string", "description": "such as 2 * (3 + 4)"}},
            "required": ["expression"],
        },
        lambda arguments: computed(_text(arguments, "expression")),
    ),
    "current_time": OwnTool(
        lazy_text("Current time"),
        "Tells the date, the day of the week and the time now.",
        {
            "type": "object",
            "properties": {
                "time_zone": {
                    "type": "string",
                    "description": "IANA name such as Africa/Nairobi; without it UTC",
                }
            },
        },
        lambda arguments: clock.told(_text(arguments, "time_zone")),
    ),
}
