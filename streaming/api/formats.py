"""The three ways in which an answer's events are sent: as the request's `Accept` prefers.

Server-sent events are what it is without a preference. Plain text is the text alone: it can tell
neither reasoning nor a tool call, and ends where the answer does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from streaming.api.following import Event

NEWLY_AFTER_MS = 2000
"""How long a browser waits before it opens a stream anew that broke off."""


@dataclass(frozen=True, slots=True)
class Format:
    media_type: str
    encode: Callable[[Event], str]
    begin: str = ""


def _server_sent(event: Event) -> str:
    if event.cursor is None:
        return ": \n\n"
    facts = json.dumps(event.facts, ensure_ascii=False)
    return f"event: {event.name}\nid: {event.cursor}\ndata: {facts}\n\n"


def _line(event: Event) -> str:
    if event.cursor is None:
        return "\n"
    told = {"event": event.name, "cursor": str(event.cursor)} | event.facts
    return json.dumps(told, ensure_ascii=False) + "\n"


def _plain(event: Event) -> str:
    return str(event.facts["text"]) if event.name == "text" else ""


SERVER_SENT = Format("text/event-stream", _server_sent, f"retry: {NEWLY_AFTER_MS}\n\n")
LINES = Format("application/x-ndjson", _line)
PLAIN = Format("text/plain", _plain)
FORMATS = {each.media_type: each for each in (SERVER_SENT, LINES, PLAIN)}
