"""A conversation as plain data, whatever program it comes from."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""What a JSON reader makes: nobody has looked at its shape yet."""

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""Characters that a database refuses."""

USER, ASSISTANT, KEPT = "user", "assistant", ""
"""Roles of nodes; one that is only kept has none."""

LONGEST_KEY = 200
FIRST_YEAR, LAST_YEAR = 1970, 2200


class Refused(Exception):
    """This conversation cannot be taken; the sentence says why."""


@dataclass(slots=True)
class Node:
    """A message, or what is kept between messages; `parent` is a node's id.

    `reasoning` and `calls` of a node that is only kept belong to the answer after it. `runs` are
    the generations of an answer, and `extra` what else this site keeps of a message. `json` is the
    node as its source wrote it.
    """

    id: str
    parent: str | None
    role: str
    text: str = ""
    reasoning: str = ""
    calls: list[Json] = field(default_factory=list)
    created_at: datetime | None = None
    runs: list[Mapping[str, Json]] = field(default_factory=list)
    extra: Mapping[str, Json] = field(default_factory=dict)
    json: Json = None


@dataclass(slots=True)
class Thread:
    """A conversation. `current` is the last node of the branch on its page.

    It is the same one as another if source, account and key are the same. `archive_id` names it
    where this site wrote it down. `kept` is what its source said of it besides its nodes;
    `not_shown` counts what is kept and not shown, by a word for it.
    """

    source: str
    key: str
    title: str = ""
    account: str = ""
    archive_id: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    current: str | None = None
    settings: Mapping[str, Json] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    kept: Json = None
    not_shown: Counter[str] = field(default_factory=Counter)


def text(value: Json) -> str:
    """A string that every database takes; empty where there was none."""
    return UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else ""


def cleaned(value: Json) -> Json:
    """The same with texts that every database takes."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list):
        return [cleaned(each) for each in value]
    if isinstance(value, dict):
        return {text(name): cleaned(each) for name, each in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def key(value: Json) -> str:
    """A name of something elsewhere, no longer than is stored; empty where there is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    name = text(value)
    if len(name) <= LONGEST_KEY:
        return name
    return f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


def items(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def fields(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def objects(value: Json) -> list[dict[str, Json]]:
    return [each for each in items(value) if isinstance(each, dict)]


def moment(value: Json) -> datetime | None:
    """A time in seconds (a number, or one in a string), milliseconds, or ISO 8601; None if odd."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return _from_iso(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    seconds = float(value)
    if not math.isfinite(seconds):
        return None
    if seconds > 1e11:
        seconds /= 1000
    try:
        return _plausible(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _from_iso(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return _plausible(found if found.tzinfo else found.replace(tzinfo=UTC))


def _plausible(found: datetime) -> datetime | None:
    try:
        found = found.astimezone(UTC)
    except OverflowError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
