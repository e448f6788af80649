"""Text and thoughts of a Responses stream: pieces, then wholes that repeat them."""

from typing import Any

from streaming.providers.base import Replay
from streaming.providers.formats.building.event_builder import EventBuilder
from streaming.providers.formats.items.responses_parts import ItemKey, PartKey, PartTexts
from streaming.providers.formats.items.responses_values import delta_of, key_of, part_key_of
from streaming.providers.formats.json_values import mapping, string
from streaming.providers.formats.parsing.citations import cite, cite_one
from streaming.providers.formats.parsing.media import MediaContent
from streaming.providers.formats.parsing.parts import flat, pieces

_THOUGHT_TYPES = ("reasoning_text", "summary_text")


class ResponsesTexts:
    """Says each part once. `new_items` began in this stream, not before a replay."""

    def __init__(self, builder: EventBuilder, media: MediaContent, replay: Replay | None) -> None:
        self._builder = builder
        self._media = media
        self._replay = replay
        self._summaries: dict[ItemKey, int] = {}
        self.new_items: set[ItemKey] = set()
        self.text = PartTexts(builder, "text")
        self.thoughts = PartTexts(builder, "reasoning", between="\n\n")

    def add(self, value: dict[str, Any]) -> None:
        self.text.add(part_key_of(value), delta_of(value))

    def annotation_added(self, value: dict[str, Any]) -> None:
        cite_one(self._builder.sources, value.get("annotation"))

    def add_refusal(self, value: dict[str, Any]) -> None:
        if text := delta_of(value):
            self._builder.refused = True
            self.text.add(part_key_of(value), text)

    def add_thought(self, value: dict[str, Any]) -> None:
        self.thoughts.add(self._thought_key(value), delta_of(value))

    def _thought_key(self, value: dict[str, Any]) -> PartKey:
        key, index = key_of(value), value.get("summary_index")
        if "content_index" in value and type(index) is not int:
            return key, -1 - part_key_of(value)[1]
        return key, index if type(index) is int else self._summaries.get(key, 0)

    def part_added(self, value: dict[str, Any]) -> None:
        part = mapping(value.get("part"))
        if part.get("type") in _THOUGHT_TYPES or "summary_index" in value:
            index = value.get("summary_index")
            self._summaries[key_of(value)] = index if type(index) is int else 0
            self.thoughts.begin(self._thought_key(value), string(part.get("text")))
        else:
            self.text.begin(part_key_of(value), string(part.get("text")))

    def part_done(self, value: dict[str, Any]) -> None:
        part = mapping(value.get("part"))
        if part.get("type") in _THOUGHT_TYPES:
            self.whole_thought(self._thought_key(value), part)
        else:
            self.whole_part(part_key_of(value), part)

    def text_done(self, value: dict[str, Any]) -> None:
        self.whole_part(part_key_of(value), {"type": "text", "text": value.get("text")})

    def refusal_done(self, value: dict[str, Any]) -> None:
        self.whole_part(part_key_of(value), {"type": "refusal", "refusal": value.get("refusal")})

    def transcript_done(self, value: dict[str, Any]) -> None:
        self.whole_part(part_key_of(value), {"type": "text", "text": value.get("transcript")})

    def add_speech(self, value: dict[str, Any]) -> None:
        self._media.audio += len(string(value.get("delta")))

    def thought_done(self, value: dict[str, Any]) -> None:
        self.whole_thought(self._thought_key(value), mapping(value.get("part")) or value)

    def whole_part(self, key: PartKey, part: dict[str, Any]) -> None:
        """A part's whole text: only what it has beyond its pieces, here or before a replay."""
        cite(self._builder.sources, part.get("annotations"))
        if self._replay and self._replay.partial and key[0] not in self.new_items:
            return
        for piece in pieces(part):
            if piece.kind == "unsupported":
                self._media.audio = 0
                self._media.report(part)
            elif piece.text:
                self._builder.refused = self._builder.refused or piece.kind == "refusal"
                self.text.whole(key, piece.text)

    def whole_thought(self, key: PartKey, part: dict[str, Any]) -> None:
        is_new = self._replay is None or key[0] in self.new_items
        if is_new and (text := flat(part)):
            self.thoughts.whole(key, text)
