"""The text of each part of an answer so far: of an output item, a part of its content."""

from typing import TypeAlias

from streaming.providers.formats.building.deduplication import Echo, TextSoFar, rest_of
from streaming.providers.formats.building.end_report import DIFFERS
from streaming.providers.formats.building.event_builder import EventBuilder
from streaming.providers.formats.building.text_limit import Channel
from streaming.providers.formats.json_values import clean

ItemKey: TypeAlias = int | str
PartKey: TypeAlias = tuple[ItemKey, int]


class PartTexts:
    """The parts of one channel. `between` is said between parts that follow each other."""

    def __init__(self, builder: EventBuilder, channel: Channel, between: str = "") -> None:
        self._builder = builder
        self._queue = builder.queue
        self._channel: Channel = channel
        self._say = builder.text if channel == "text" else builder.reasoning
        self._between = between
        self._texts: dict[PartKey, TextSoFar] = {}
        self._echoes: dict[PartKey, Echo] = {}
        self._last: PartKey | None = None
        self._other = builder.texts["reasoning" if channel == "text" else "text"]
        self._other_size = 0
        self._since_hole: dict[PartKey, int] = {}

    def __bool__(self) -> bool:
        return bool(self._texts)

    def add(self, key: PartKey, text: str) -> None:
        """The next piece of a part."""
        so_far = self._texts.get(key)
        if so_far is None:
            so_far = self._texts[key] = TextSoFar()
        if self._echoes and key in self._echoes:
            text = self._echoes[key].feed(text)
        if not text:
            return
        if self._queue.has_hole:
            self._since_hole.setdefault(key, so_far.size)
        if key != self._last:
            self._move(key, so_far)
        so_far.add(text)
        self._say(text)
        if self._between:
            self._other_size = self._other.size

    def _move(self, key: PartKey, so_far: TextSoFar) -> None:
        follows = self._last is not None and not so_far and self._other.size == self._other_size
        if follows and self._between:
            self._say(self._between)
        self._last = key

    def begin(self, key: PartKey, text: str) -> None:
        """A part that opens with text; the pieces after it may repeat that."""
        if text and not self._texts.get(key):
            self.add(key, text)
            self._echoes[key] = Echo(text)

    def whole(self, key: PartKey, text: str) -> None:
        """All of a part: only what it has beyond its pieces is said."""
        so_far, text = self._texts.get(key) or TextSoFar(), clean(text)
        self._echoes.pop(key, None)
        rest = rest_of(text, str(so_far), cut=self._builder.cut is not None)
        is_too_late = bool(rest and so_far) and key != self._last
        if is_too_late or (rest is None and not self._fill_hole(key, so_far, text)):
            self._builder.report.note(DIFFERS)
        else:
            self._builder.close_hole()
            self._since_hole.clear()
            self.add(key, rest or "")

    def _fill_hole(self, key: PartKey, so_far: TextSoFar, text: str) -> bool:
        """Replace a part by its whole, if no other had text since the hole; whether that was so."""
        before = self._since_hole.get(key, so_far.size)
        if not self._queue.has_hole or not text.startswith(str(so_far)[:before]):
            return False
        if set(self._since_hole) - {key}:
            return False
        self._queue.take_back(self._channel)
        so_far.cut_to(before)
        self.add(key, text[before:])
        return True
