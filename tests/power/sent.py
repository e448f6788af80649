"""What sockets had sent: the frames in what was written to them, whichever way it was cut."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.power.trace import Call

HEADING = re.compile(r"^<!--frame (\{.*?\})-->", re.DOTALL)
LED_TO = re.compile(rb"(?i)\r\nlocation: /c/([0-9a-f-]{36})/")
ENDED = frozenset({"finished", "cancelled", "failed", "interrupted"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A reader was shown this: a run up to an entry, maybe how it ended; or a conversation."""

    generation: int = 0
    seq: int = 0
    ended: bool = False
    conversation: UUID | None = None


class Sockets:
    def __init__(self) -> None:
        self._unread: defaultdict[str, bytes] = defaultdict(bytes)
        self._upgraded: set[str] = set()

    def take(self, call: Call) -> Iterator[Shown]:
        """What one call of `sendto` completed."""
        socket, data = call.path(0), call.text(1)
        if not socket.startswith("socket:") or (call.ended >= 0 and call.result < 0):
            return
        sent = data[: call.result] if call.ended >= 0 else data
        if socket not in self._upgraded:
            yield from (Shown(conversation=UUID(found.decode())) for found in LED_TO.findall(sent))
            if not sent.startswith(b"HTTP/1.1 101"):
                return
            self._upgraded.add(socket)
            _, _, sent = sent.partition(b"\r\n\r\n")
        self._unread[socket] += sent
        for text in self._frames(socket):
            yield from shown_by(text)

    def _frames(self, socket: str) -> Iterator[str]:
        """Frames of a server are not masked."""
        while (frame := _whole_frame(self._unread[socket])) is not None:
            start, end = frame
            opcode, payload = self._unread[socket][0] & 0x0F, self._unread[socket][start:end]
            self._unread[socket] = self._unread[socket][end:]
            if opcode == 1:
                yield payload.decode()


def _whole_frame(data: bytes) -> tuple[int, int] | None:
    """Where the first frame's content begins and ends; None if it is not all there."""
    if len(data) < 2:
        return None
    length, start = data[1] & 0x7F, 2
    if length >= 126:
        start = 4 if length == 126 else 10
        length = int.from_bytes(data[2:start], "big")
    return (start, start + length) if len(data) >= start + length else None


def shown_by(text: str) -> Iterator[Shown]:
    heading = HEADING.match(text)
    facts: dict[str, Any] = json.loads(heading[1] if heading else text if text[0] == "{" else "{}")
    if generation := facts.get("generation"):
        reached = facts.get("to", facts.get("cursor", facts.get("after", 0)))
        yield Shown(generation, reached or 0, facts.get("status") in ENDED)
