"""Which program wrote an element of a file."""

from __future__ import annotations

from typing import Protocol

from conversations.languages.texts import lazy_text
from conversations.transfer import archive
from conversations.transfer.plain import Json, Thread
from conversations.transfer.sources import chatgpt, claude, librechat, messages, open_webui

EXPECTED = lazy_text(
    "Expected was an archive of this site, an export of ChatGPT, Claude, Open WebUI or LibreChat, "
    "or a list of messages, each with role and content."
)


class Source(Protocol):
    def matches(self, value: Json) -> bool: ...

    def thread(self, value: Json) -> Thread: ...


SOURCES: tuple[Source, ...] = (archive, chatgpt, claude, open_webui, librechat, messages)


def recognised(value: Json) -> Source | None:
    """What reads it; None if nobody does."""
    return next((source for source in SOURCES if source.matches(value)), None)
