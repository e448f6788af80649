"""Output items of a Responses stream: messages, calls, reasoning, and what cannot be shown."""

from typing import Any

from streaming.providers.formats.items.responses_calls import CALL_TYPES, ResponsesCalls
from streaming.providers.formats.items.responses_parts import ItemKey
from streaming.providers.formats.items.responses_texts import ResponsesTexts
from streaming.providers.formats.items.responses_values import key_of
from streaming.providers.formats.json_values import mapping, mappings, string
from streaming.providers.formats.parsing.media import MediaContent

_MEDIA_TYPES = ("image_generation_call", "image", "audio", "output_image", "output_audio")

_LATE = 1 << 20
"""Added to the numbers of a snapshot's items, which may differ from those in the stream."""


class ResponsesItems:
    """`reasoning` holds the encrypted items, to be sent back with the next request."""

    def __init__(self, texts: ResponsesTexts, calls: ResponsesCalls, media: MediaContent) -> None:
        self._texts = texts
        self._calls = calls
        self._media = media
        self.reasoning: list[dict[str, Any]] = []

    def added(self, value: dict[str, Any]) -> None:
        key, item = key_of(value), mapping(value.get("item"))
        self._texts.new_items.add(key)
        if item.get("type") in CALL_TYPES:
            self._calls.item_added(key, item)
        elif item.get("type") == "message":
            for position, part in enumerate(mappings(item.get("content"))):
                self._texts.text.begin((key, position), string(part.get("text")))

    def done(self, value: dict[str, Any]) -> None:
        self._done(key_of(value), mapping(value.get("item")))

    def _done(self, key: ItemKey, item: dict[str, Any]) -> None:
        kind = string(item.get("type"))
        if kind in CALL_TYPES:
            self._calls.item_done(key, item)
        elif kind == "reasoning":
            self._reasoning_done(key, item)
        elif kind in _MEDIA_TYPES and (item.get("result") or item.get("data")):
            self._media.report(item, kind=kind)
        elif kind == "code_interpreter_call":
            for output in mappings(item.get("outputs")):
                if output.get("type") == "image":
                    self._media.report(output, kind="image")
        else:
            for position, part in enumerate(mappings(item.get("content"))):
                self._texts.whole_part((key, position), part)

    def _reasoning_done(self, key: ItemKey, item: dict[str, Any]) -> None:
        for name in ("summary", "content"):
            for position, part in enumerate(mappings(item.get(name))):
                number = position if name == "summary" else -1 - position
                if name == "summary" or not item.get("summary"):
                    self._texts.whole_thought((key, number), part)
        if item.get("encrypted_content") and item not in self.reasoning:
            self.reasoning.append(item)

    def read_all(self, output: list[dict[str, Any]]) -> None:
        """The whole answer, of which nothing came before."""
        for index, item in enumerate(output):
            self._done(_LATE + index, item)

    def read_rest(self, output: list[dict[str, Any]], known_calls: set[str]) -> None:
        """The whole answer, whose text is known: what else it has that did not come before."""
        calls = sum(item.get("type") in CALL_TYPES for item in output)
        for index, item in enumerate(output):
            kind = string(item.get("type"))
            is_new = kind in CALL_TYPES and string(item.get("call_id")) not in known_calls
            if (is_new and calls > len(known_calls)) or kind in _MEDIA_TYPES:
                self._done(_LATE + index, item)
            elif kind == "reasoning" and not self._texts.thoughts:
                self._reasoning_done(_LATE + index, item)
