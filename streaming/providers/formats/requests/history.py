"""The turns of a conversation made fit to send, whatever was cut short in them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from streaming.providers.base import ChatMessage
from streaming.providers.config import WireFormat


def sendable(messages: Iterable[ChatMessage]) -> list[ChatMessage]:
    """Without what a server would refuse: an unanswered call, an answer to no call, an
    empty turn, two user turns in a row (joined: some chat templates demand alternation).
    """
    messages = list(messages)
    answered = {turn.tool_call_id for turn in messages if turn.role == "tool"}
    made = {call.id for turn in messages for call in turn.tool_calls}
    fit: list[ChatMessage] = []
    for turn in messages:
        if turn.tool_calls:
            calls = tuple(call for call in turn.tool_calls if call.id in answered)
            # What was kept of the turn belongs to all of its calls or to none.
            opaque = turn.opaque if calls == turn.tool_calls else None
            turn = replace(turn, tool_calls=calls, opaque=opaque)
        if turn.role == "tool" and turn.tool_call_id in made:
            fit.append(turn)
        elif turn.role == "user" and fit and fit[-1].role == "user":
            text = "\n\n".join(filter(None, (fit[-1].text, turn.text)))
            fit[-1] = replace(turn, text=text, files=fit[-1].files + turn.files)
        elif turn.role != "tool" and _says(turn):
            fit.append(turn)
    return fit


def _says(turn: ChatMessage) -> bool:
    """A paused answer may have no text yet, and still have to go back."""
    return bool(turn.text.strip() or turn.tool_calls or turn.files or turn.opaque)


def opaque_of(turn: ChatMessage, wire: WireFormat) -> Mapping[str, Any]:
    """What the turn's answer must bring back, if this wire format wrote it."""
    return turn.opaque if turn.opaque and turn.opaque.get("format") == wire else {}
