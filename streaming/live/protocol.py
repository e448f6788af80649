"""What a page may say over its socket, checked: `follow`, `list`, `ask` and `ack`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from streaming.live.position import ListPosition, Position
from streaming.models import Generation

MOST = 2**53


class BadCommand(Exception):
    """Not a command we know; the sentence says why, for the page's console."""


@dataclass(frozen=True, slots=True)
class Follow:
    """Lead me on from here."""

    position: Position


@dataclass(frozen=True, slots=True)
class ShowsList:
    """I show the list of conversations so."""

    position: ListPosition


@dataclass(frozen=True, slots=True)
class Ask:
    """Where does the thread stand?"""


@dataclass(frozen=True, slots=True)
class Ack:
    """I have shown everything up to this entry."""

    generation: int
    seq: int


Command = Follow | ShowsList | Ask | Ack


def read_command(text: str | None) -> Command:
    """The command in a socket message; raises BadCommand."""
    if text is None:
        raise BadCommand("Commands are JSON text, not bytes.")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise BadCommand("A command must be one JSON object.") from None
    if not isinstance(said, dict):
        raise BadCommand("A command must be one JSON object.")
    name = said.get("type")
    read = COMMANDS.get(name) if isinstance(name, str) else None
    if read is None:
        raise BadCommand(f"A command's type is one of {', '.join(COMMANDS)}.")
    return read(said)


def _follow(said: Mapping[str, Any]) -> Follow:
    status = said.get("status")
    return Follow(
        Position(
            leaf=_number(said, "leaf", optional=True),
            generation=_number(said, "generation", optional=True),
            after=_number(said, "after", optional=True) or 0,
            status=status if status in Generation.Status.values else "",
        )
    )


def _list(said: Mapping[str, Any]) -> ShowsList:
    state = said.get("state")
    if not isinstance(state, str):
        raise BadCommand("state must be text.")
    return ShowsList(ListPosition(state, _number(said, "rows") or 0))


def _ask(said: Mapping[str, Any]) -> Ask:
    return Ask()


def _ack(said: Mapping[str, Any]) -> Ack:
    return Ack(_number(said, "generation") or 0, _number(said, "seq") or 0)


def _number(said: Mapping[str, Any], key: str, *, optional: bool = False) -> int | None:
    value = said.get(key)
    if value is None and optional:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MOST:
        raise BadCommand(f"{key} must be a whole number from 0.")
    return value


COMMANDS: Mapping[str, Callable[[Mapping[str, Any]], Command]] = {
    "follow": _follow,
    "list": _list,
    "ask": _ask,
    "ack": _ack,
}
