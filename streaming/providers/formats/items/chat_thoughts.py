"""What the model thought in Chat Completions: said once, and kept as the server wants it back."""

from itertools import groupby
from typing import Any

from streaming.providers.formats.building.event_builder import EventBuilder
from streaming.providers.formats.json_values import clean, mappings, string
from streaming.providers.formats.parsing.parts import thought_in

_TEXT_KEYS = {"reasoning.text": "text", "reasoning.summary": "summary"}
"""Where a detail of such a type has its text."""


class ChatThoughts:
    """The same thought may come under several names: only the first one counts."""

    def __init__(self, builder: EventBuilder) -> None:
        self._builder = builder
        self._texts: list[str] = []
        self._details: list[dict[str, Any]] = []

    def keep(self, *, with_text: bool) -> dict[str, Any]:
        """What the next request must bring back; `with_text` where the turn has calls."""
        back: dict[str, Any] = {}
        if self._texts and with_text:
            back["reasoning_content"] = clean("".join(self._texts))
        if self._details:
            back["reasoning_details"] = _joined(self._details)
        return back

    def read(self, delta: dict[str, Any]) -> None:
        details = mappings(delta.get("reasoning_details"))
        self._details += details
        if thought := string(delta.get("reasoning_content")):
            self._texts.append(thought)
            self._builder.reasoning(thought)
        elif thought := thought_in(delta):
            self._builder.reasoning(thought)
        else:
            for detail in details:
                self._builder.reasoning(_text_of(detail))

    def read_whole(self, message: dict[str, Any]) -> str:
        """The thought in a message as a whole; kept if no delta brought it before."""
        details = mappings(message.get("reasoning_details"))
        if not self._texts:
            self._details += [] if self._details else details
            if thought := string(message.get("reasoning_content")):
                self._texts.append(thought)
        return thought_in(message) or "".join(map(_text_of, details))


def _text_of(detail: dict[str, Any]) -> str:
    return string(detail.get(_TEXT_KEYS.get(string(detail.get("type")), "")))


def _joined(details: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pieces of one reasoning detail put together, as the server wants them back."""
    whole: list[dict[str, Any]] = []
    for _, details_of_one in groupby(
        details, lambda piece: (piece.get("type"), piece.get("index"))
    ):
        detail: dict[str, Any] = {}
        texts: dict[str, list[str]] = {}
        for piece in details_of_one:
            detail |= {key: value for key, value in piece.items() if value is not None}
            for key in _TEXT_KEYS.values():
                texts.setdefault(key, []).append(string(piece.get(key)))
        joined = {key: clean("".join(parts)) for key, parts in texts.items() if key in detail}
        whole.append(detail | joined)
    return whole
