"""The outputs of a gateway's answer: texts one after another, and pictures that come in pieces."""

from typing import Any

from streaming.providers.formats.building.deduplication import new_in
from streaming.providers.formats.building.event_builder import EventBuilder
from streaming.providers.formats.framing.kept_pictures import MAX_PICTURES, PICTURES
from streaming.providers.formats.parsing.media import MediaContent

_MARKS = tuple(PICTURES)


class GatewayOutputs:
    """The text of several outputs, said one after another with a blank line between them."""

    def __init__(self, builder: EventBuilder) -> None:
        self._builder = builder
        self._pieces: dict[int, list[str]] = {}
        self._waiting: dict[int, list[tuple[str, bool]]] = {}
        self._index: int | None = None
        self._is_done = False

    def add(self, number: Any, text: str, *, closes: bool) -> None:
        """The next piece of an output; without a number, of the one that is open."""
        index = number if type(number) is int else self._index or 0
        if index == self._index and not closes and (pieces := self._pieces.get(index)):
            pieces.append(text)
            self._builder.text(text)
            return
        if text and (self._index is None or (self._is_done and index != self._index)):
            self._begin(index)
        if index != self._index:
            if text or index in self._waiting:
                self._waiting.setdefault(index, []).append((text, closes))
            return
        self._say(index, text, closes)
        while self._is_done and self._waiting:
            self._follow()

    def end(self) -> None:
        """No more comes: say what still waits."""
        while self._waiting:
            self._follow()

    def _follow(self) -> None:
        index = min(self._waiting)
        self._begin(index)
        for text, closes in self._waiting.pop(index):
            self._say(index, text, closes)

    def _begin(self, index: int) -> None:
        self._index, self._is_done = index, False

    def _say(self, index: int, text: str, closes: bool) -> None:
        pieces = self._pieces.setdefault(index, [])
        piece = new_in(text, pieces, closes=closes)
        if piece and not pieces and any(self._pieces.values()):
            self._builder.text(_between(str(self._builder.texts["text"])))
        if piece:
            pieces.append(piece)
            self._builder.text(piece)
        self._is_done = self._is_done or closes


class GatewayPictures:
    """Pictures in base64, said once all of their pieces are there."""

    def __init__(self, media: MediaContent) -> None:
        self._media = media
        self._pieces: dict[Any, list[str]] = {}

    def takes(self, number: Any, content: Any) -> bool:
        """Whether this is a piece of a picture."""
        if type(content) is not str or type(number) not in (int, type(None)):
            return False
        return number in self._pieces or content.startswith(_MARKS)

    def add(self, number: Any, content: str, *, closes: bool) -> None:
        pieces = self._pieces.setdefault(number, [])
        pieces.append(new_in(content, pieces, closes=closes))
        if closes or sum(map(len, pieces)) > MAX_PICTURES:
            self._media.report("".join(self._pieces.pop(number)))

    def end(self) -> None:
        """No more comes."""
        for pieces in self._pieces.values():
            self._media.report("".join(pieces))
        self._pieces.clear()


def _between(text: str) -> str:
    return "\n\n"[len(text) - len(text.rstrip("\n")) :]
