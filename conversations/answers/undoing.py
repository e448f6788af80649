"""What is left of an answer where a run that wrote into it is undone, besides its text."""

from __future__ import annotations

from typing import Any

from conversations.answers import parts, sources
from conversations.models import Message


def undone(message: Message, generation: int) -> dict[str, Any]:
    """The fields of the message without what that run added to them."""
    calls = [call for call in message.tool_calls if call["generation"] != generation]
    return {
        "tool_calls": calls,
        "parts": parts.undone(message.parts, generation),
        "citations": sources.without(message.citations, generation),
    }
