"""All that is said over a page's socket, both ways, and the codes with which it is closed.

A page says `follow`, `list`, `ask`, `ack` and `seen`. It is sent JSON messages, of which this
module makes all, and HTML to be swapped out of band, of which it makes the heads: `fragments` makes
the rest.
Where a page stands (`position`) is part of the protocol: `follow`, `list` and `stands` carry it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple
from uuid import UUID

from streaming.error_messages import replies
from streaming.live.position import ListPosition, Position
from streaming.models import Generation

MOST = 2**53
_TEXT = json.JSONEncoder(ensure_ascii=False).encode

# Browsers may be sent 1000 and private codes only: RFC 6455 calls for 1008 where these say more.
TOO_MANY_SOCKETS = 4008
TOO_MANY_BAD_COMMANDS = 4400
SIGNED_OUT = 4401
ROLE_CHANGED = 4403
NOT_FOUND = 4404
NEVER_READS = 4408
TOO_MANY_COMMANDS = 4429
CANNOT_SHOW = 4500

CLOSE_CODES = {
    TOO_MANY_SOCKETS: "the person opened more sockets than `SOCKETS_PER_USER`",
    TOO_MANY_BAD_COMMANDS: "the page said too much that is no command",
    SIGNED_OUT: "nobody is signed in, or the sign-in has ended",
    ROLE_CHANGED: "the person may do more or less than when the page was loaded",
    NOT_FOUND: "the conversation is not there, or is not this person's",
    NEVER_READS: "the page did not read what it was sent for `SOCKET_UNREAD_SECONDS`",
    TOO_MANY_COMMANDS: "more commands came than L2 or L3 allow",
    CANNOT_SHOW: "an answer could not be rendered, as often as it was tried",
}
"""Why the site closes a socket; one that is closed before it is open carries no code."""


class BadCommand(Exception):
    """Not a command we know; the sentence says why, for the page's console."""


@dataclass(frozen=True, slots=True)
class Follow:
    """Lead me on from here, in the conversation that has begun in my page."""

    position: Position
    conversation: UUID | None = None


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


@dataclass(frozen=True, slots=True)
class Saw:
    """I showed the end of this answer while I was visible."""

    generation: int


Command = Follow | ShowsList | Ask | Ack | Saw


def read_command(text: str | None) -> Command:
    """The command in a socket message; raises BadCommand."""
    if text is None:
        raise BadCommand(replies.COMMAND_IN_BYTES)
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise BadCommand(replies.COMMAND_NO_OBJECT) from None
    if not isinstance(message, dict):
        raise BadCommand(replies.COMMAND_NO_OBJECT)
    name = message.get("type")
    read = COMMANDS.get(name) if isinstance(name, str) else None
    if read is None:
        raise BadCommand(replies.command_unknown(COMMANDS))
    return read(message)


def _follow(message: Mapping[str, Any]) -> Follow:
    status = message.get("status")
    return Follow(
        conversation=_conversation(message),
        position=Position(
            leaf=_number(message, "leaf", optional=True),
            generation=_number(message, "generation", optional=True),
            after=_number(message, "after", optional=True) or 0,
            status=status if status in Generation.Status.values else "",
            elsewhere=_number(message, "elsewhere", optional=True),
            queue=queue if isinstance(queue := message.get("queue"), str) else "",
            edits=_number(message, "edits", optional=True) or 0,
        ),
    )


def _conversation(message: Mapping[str, Any]) -> UUID | None:
    said = message.get("conversation")
    try:
        return UUID(said) if said else None
    except (ValueError, TypeError, AttributeError):
        raise BadCommand(replies.NO_CONVERSATION) from None


def _list(message: Mapping[str, Any]) -> ShowsList:
    state, scope = message.get("state"), message.get("scope", "")
    if not (isinstance(state, str) and isinstance(scope, str)):
        raise BadCommand(replies.STATE_NO_TEXT)
    return ShowsList(ListPosition(state, _number(message, "rows") or 0, scope))


def _ask(message: Mapping[str, Any]) -> Ask:
    return Ask()


def _ack(message: Mapping[str, Any]) -> Ack:
    return Ack(_number(message, "generation") or 0, _number(message, "seq") or 0)


def _seen(message: Mapping[str, Any]) -> Saw:
    return Saw(_number(message, "generation") or 0)


def _number(message: Mapping[str, Any], key: str, *, optional: bool = False) -> int | None:
    value = message.get(key)
    if value is None and optional:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MOST:
        raise BadCommand(replies.no_number(key))
    return value


COMMANDS: Mapping[str, Callable[[Mapping[str, Any]], Command]] = {
    "follow": _follow,
    "list": _list,
    "ask": _ask,
    "ack": _ack,
    "seen": _seen,
}


class FrameRange(NamedTuple):
    """Which answer a frame belongs to, and from which entry to which it leads."""

    message: int
    generation: int
    start: int
    end: int


def text_frame(kind: str, where: FrameRange, text: str, place: str = "", **more: int) -> str:
    """A frame in which the browser only has to add text, or to show the open block anew; `place`
    is that of a part of the answer, where it is not the first.

    Written by hand, for nothing is sent more often: everything but the text needs no escapes.
    """
    facts = "".join(f', "{name}": {number}' for name, number in more.items())
    if place:
        facts += f', "place": "{place}"'
    return (
        f'{{"type": "{kind}", "message": {where.message}, "generation": {where.generation}, '
        f'"from": {where.start}, "to": {where.end}, "text": {_TEXT(text)}{facts}}}'
    )


def frame_head(where: FrameRange) -> str:
    """What heads a frame of HTML."""
    return (
        f'<!--frame {{"message":{where.message},"generation":{where.generation},'
        f'"from":{where.start},"to":{where.end}}}-->'
    )


def answer_head(message_id: int, generation_id: int | None, cursor: int, status: str) -> str:
    """What heads the HTML of a whole answer, which shows all up to entry `cursor`."""
    facts = {"message": message_id, "generation": generation_id, "cursor": cursor, "status": status}
    return f"<!--frame {json.dumps(facts)}-->"


def stands(position: Position) -> str:
    """Where the thread stands: what a page shows once it has taken in all that came before."""
    return json.dumps({"type": "stands", **asdict(position)})


def ended(position: Position) -> str:
    """The run has ended so, for a page that has taken in all of it."""
    return status(position.leaf, position.generation, position.status, position.after)


def status(
    message_id: int | None, generation_id: int | None, name: str, after: int | None = None
) -> str:
    """How a run stands, for the browser's own bookkeeping; one that ended did so `after` that."""
    facts = {"type": "status", "message": message_id, "generation": generation_id, "status": name}
    return json.dumps(facts if after is None else {**facts, "after": after})


def complaint(code: str, sentence: str) -> str:
    """Something a page did wrong, or the site cannot do."""
    return json.dumps({"type": "error", "code": code, "message": sentence})
