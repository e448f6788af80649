"""What was told in each place of an answer: an output item, and a part of its content."""

from typing import Literal, TypeAlias

from streaming.providers.formats.building.deduplication import Echo, Told, rest_of
from streaming.providers.formats.building.event_builder import DIFFERS, Answer
from streaming.providers.formats.json_values import clean

Key: TypeAlias = int | str
Place: TypeAlias = tuple[Key, int]


class Places:
    """Of one channel, text or reasoning. `between` stands between places that follow directly."""

    def __init__(
        self, answer: Answer, channel: Literal["text", "reasoning"], between: str = ""
    ) -> None:
        self._answer = answer
        self._channel = channel
        self._say = answer.text if channel == "text" else answer.reasoning
        self._between = between
        self._told: dict[Place, Told] = {}
        self._echoes: dict[Place, Echo] = {}
        self._last: Place | None = None
        self._other = answer.told["reasoning" if channel == "text" else "text"]
        self._other_size = 0
        self._since_hole: dict[Place, int] = {}

    def __bool__(self) -> bool:
        return bool(self._told)

    def add(self, place: Place, text: str) -> None:
        """The next piece of a place."""
        told = self._told.get(place)
        if told is None:
            told = self._told[place] = Told()
        if self._echoes and place in self._echoes:
            text = self._echoes[place].feed(text)
        if not text:
            return
        if self._answer.has_hole:
            self._since_hole.setdefault(place, told.size)
        if place != self._last:
            self._move(place, told)
        told.add(text)
        self._say(text)
        if self._between:
            self._other_size = self._other.size

    def _move(self, place: Place, told: Told) -> None:
        follows = self._last is not None and not told and self._other.size == self._other_size
        if follows and self._between:
            self._say(self._between)
        self._last = place

    def begin(self, place: Place, text: str) -> None:
        """A place that opens with text; the pieces after it may tell that once more."""
        if text and not self._told.get(place):
            self.add(place, text)
            self._echoes[place] = Echo(text)

    def whole(self, place: Place, text: str, *, cut: bool) -> None:
        """All that stands in a place: only what it has beyond its pieces is said."""
        told, text = self._told.get(place) or Told(), clean(text)
        self._echoes.pop(place, None)
        rest = rest_of(text, str(told), cut=cut)
        is_too_late = bool(rest and told) and place != self._last
        if is_too_late or (rest is None and not self._fills_hole(place, told, text)):
            self._answer.note(DIFFERS)
        else:
            self._answer.close_hole()
            self._since_hole.clear()
            self.add(place, rest or "")

    def _fills_hole(self, place: Place, told: Told, text: str) -> bool:
        """Whether this place alone was told since something was missed, and is told anew."""
        before = self._since_hole.get(place, told.size)
        if not self._answer.has_hole or not text.startswith(str(told)[:before]):
            return False
        if set(self._since_hole) - {place}:
            return False
        self._answer.take_back(self._channel)
        told.cut_to(before)
        self.add(place, text[before:])
        return True
