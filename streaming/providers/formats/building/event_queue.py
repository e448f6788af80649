"""The events of one answer until they are handed over, and what is held after a hole.

Where something could not be read that may have been text, what follows is held until the text
is proven whole; without that proof the answer breaks off at the hole.
"""

from streaming.events import Event, Failed, ReasoningDelta, TextDelta
from streaming.providers.formats.building.deduplication import TextSoFar
from streaming.providers.formats.building.text_limit import Channel

_HOLE = Failed("malformed", True, "A part of the answer could not be read.", "hole")


class EventQueue:
    """`add` takes the next event, `texts` is what the deltas of each channel add up to."""

    __slots__ = (
        "_before_hole",
        "_events",
        "_failure",
        "_sizes_at_hole",
        "add",
        "has_hole",
        "texts",
    )

    def __init__(self) -> None:
        self._events: list[Event] = []
        self.add = self._events.append  # called for each delta
        self.texts: dict[Channel, TextSoFar] = {"text": TextSoFar(), "reasoning": TextSoFar()}
        self.has_hole = False
        self._before_hole: list[Event] = []
        self._failure = _HOLE
        self._sizes_at_hole: dict[Channel, int] = {"text": 0, "reasoning": 0}

    def take(self) -> list[Event]:
        """What may be handed over now."""
        if self.has_hole:
            events, self._before_hole = self._before_hole, []
            return events
        events = self._events.copy()
        self._events.clear()
        return events

    def open_hole(self, failure: Failed | None = None) -> None:
        """What comes from here on is held; `failure` is how it ends if no proof comes."""
        if not self.has_hole:
            self.has_hole = True
            self._before_hole = self._events.copy()
            self._events.clear()
            self._failure = failure or _HOLE
            self._sizes_at_hole = {name: text.size for name, text in self.texts.items()}

    def close_hole(self) -> bool:
        """The text is proven whole. False if there was no hole."""
        had_hole, self.has_hole = self.has_hole, False
        if had_hole:
            self._events[:0] = self._before_hole
            self._before_hole = []
        return had_hole

    def drop_after_hole(self) -> Failed | None:
        """The end came without a proof: the failure that it is, or None if there was no hole."""
        if not self.has_hole:
            return None
        self.has_hole = False
        self._events[:] = self._before_hole
        return self._failure

    def text_before_hole(self, channel: Channel) -> str:
        return str(self.texts[channel])[: self._sizes_at_hole[channel]]

    def take_back(self, channel: Channel) -> None:
        """Forget what this channel said since the hole."""
        kind = TextDelta if channel == "text" else ReasoningDelta
        self._events[:] = [event for event in self._events if not isinstance(event, kind)]
        self.texts[channel].cut_to(self._sizes_at_hole[channel])
