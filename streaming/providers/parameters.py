"""What a person may set of a request besides its messages, under our own names. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

EFFORT = "reasoning_effort"
"""What `effort` is called in the parameters of a request, and where they are stored."""


SWITCH = ("on", "off")

MOST_LEVELS = 32
"""How deep the entries of `extra_body` may be nested."""

UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Parameters:
    """Each is sent only if it is set, and only to a model that takes it.

    `max_tokens` is the longest answer, `effort` how much the model is to think, `stop` are words
    before which it ends, `web_search` is "on" or "off". `extra_body` joins the body of the request
    as it is.
    """

    system_prompt: str = ""
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    effort: str = ""
    seed: int | None = None
    stop: tuple[str, ...] = ()
    web_search: str = ""
    extra_body: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, kept: Mapping[str, Any], system_prompt: str = "") -> Parameters:
        """As they were stored; what is no parameter there, or of another type, says nothing."""
        said = {name: kept.get(EFFORT if name == "effort" else name) for name in NAMES}
        values: dict[str, Any] = {name: read(said[name]) for name, read in READ.items()}
        return cls(system_prompt, **values)

    @property
    def kept(self) -> dict[str, Any]:
        """Those that are set, as they are stored and asked for, without the system prompt."""
        values = {name: getattr(self, name) for name in NAMES if name != "system_prompt"}
        said = {EFFORT if name == "effort" else name: value for name, value in values.items()}
        plain = {name: list(value) if name == "stop" else value for name, value in said.items()}
        return {name: value for name, value in plain.items() if not _is_unset(value)}

    @property
    def names(self) -> tuple[str, ...]:
        """Those that are set, in the order of the form."""
        return tuple(name for name in NAMES if not _is_unset(getattr(self, name)))

    def over(self, below: Parameters) -> Parameters:
        """These, and those of `below` that are not set here."""
        return replace(below, **{name: getattr(self, name) for name in self.names})

    def only(self, names: Collection[str]) -> Parameters:
        return Parameters(**{name: getattr(self, name) for name in self.names if name in names})


NAMES = tuple(each.name for each in fields(Parameters))


def _is_unset(value: object) -> bool:
    return value is None or value in ("", (), [], {})


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _words(value: Any) -> tuple[str, ...]:
    listed = value if isinstance(value, list | tuple) else ()
    return tuple(each for each in listed if isinstance(each, str) and each)


def is_entries(value: Any) -> bool:
    """Whether it is an object of JSON that every database, page and provider takes.

    JSON itself allows more: halves of characters and NUL as escapes, numbers without end, and
    nesting that no reader follows.
    """
    return isinstance(value, Mapping) and _is_plain(value, MOST_LEVELS)


def _is_plain(value: Any, levels: int) -> bool:
    if isinstance(value, str):
        return not UNSTORABLE.search(value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Mapping):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return levels > 0 and all(_is_plain(each, levels - 1) for each in value)
    return True


READ: Mapping[str, Callable[[Any], Any]] = {
    "temperature": _number,
    "top_p": _number,
    "max_tokens": _whole,
    "effort": lambda value: value if isinstance(value, str) else "",
    "seed": _whole,
    "stop": _words,
    "web_search": lambda value: value if isinstance(value, str) and value in SWITCH else "",
    "extra_body": lambda value: dict(value) if is_entries(value) else {},
}
