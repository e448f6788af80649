"""What every wire format's parser is built on: frames in, JSON objects to its `on_value`.

A format adds three things: what a value says, what `[DONE]` says, and what the end of the
body says when nothing else has ended the answer.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from streaming.events import Event, Failed
from streaming.providers.answer import Answer
from streaming.providers.config import WireFormat
from streaming.providers.errors import failure
from streaming.providers.framing import DONE, Fault, Framer
from streaming.providers.think_tags import ThinkTags
from streaming.providers.values import mappings, parse_json, storable

_TRUNCATED = Failed("truncated", True, "The stream ended early.")
_SILENT = Failed("truncated", True, "The server sent no answer.", "no_events")
_FAULTS: dict[Fault, Failed] = {
    "html": Failed("malformed", True, "The server sent a web page.", "html"),
    "junk": Failed("malformed", True, "The server sent no JSON.", "junk"),
    "too_large": Failed("malformed", True, "The server sent too much at once.", "frame_too_large"),
    "cut": _TRUNCATED,
}


class StreamParser(ABC):
    """A wire format's state machine: see `base.Parser` for the promise."""

    format: ClassVar[WireFormat]

    def __init__(self) -> None:
        self.response_id = ""
        self.answer = Answer()
        self._framer = Framer()
        self.tags: ThinkTags | None = ThinkTags()
        self._heard = False

    @property
    def cursor(self) -> int | None:
        return None

    @property
    def opaque(self) -> Mapping[str, Any] | None:
        """Only of a finished answer: half a thought is refused when it is sent back."""
        back = storable(self.keep()) if self.answer.finished else None
        return {"format": self.format, **back} if back else None

    def keep(self) -> dict[str, Any]:
        """What of this answer the next request must bring back."""
        return {}

    def feed(self, data: bytes) -> list[Event]:
        if self.answer.ended:
            return []
        for name, frame in self._framer.feed(data):
            if self._read(name, frame):
                break
        if self._framer.fault:
            self.answer.fail(_FAULTS[self._framer.fault])
        return self._told()

    def finish(self, *, trusted: bool = True) -> list[Event]:
        """The body has ended cleanly. `trusted`: by its own framing, not by a hang-up."""
        if self.answer.ended:
            return []
        for name, frame in self._framer.finish():
            self._read(name, frame)
        self.on_end(whole=self._framer.fault is None, trusted=trusted)
        self.answer.fail(_TRUNCATED if self._heard else _SILENT)
        return self._told()

    def fail(self, failed: Failed) -> list[Event]:
        """The transport broke: what is known, then this failure."""
        self.answer.fail(failed)
        return self._told()

    def _told(self) -> list[Event]:
        events = self.answer.take()
        return self.tags.sort(events) if self.tags else events

    def _read(self, name: str, frame: str) -> bool:
        """Whether the answer has ended."""
        value = None
        try:
            value = parse_json(frame)
        except ValueError:
            if frame.strip() == DONE:
                self.on_done()
                return self.answer.ended
        if type(value) is dict:
            if name == "error":
                self.answer.fail(failure(value))
            else:
                self.on_value(value)
        elif any("error" in item for item in mappings(value)):
            self.answer.fail(failure(value))
        else:
            self.answer.fail(_FAULTS["junk"])
        return self.answer.ended

    @abstractmethod
    def on_value(self, value: dict[str, Any]) -> None:
        """One JSON object. Set `_heard` when it speaks this format at all."""

    @abstractmethod
    def on_done(self) -> None:
        """`[DONE]` came."""

    @abstractmethod
    def on_end(self, *, whole: bool, trusted: bool) -> None:
        """The body ended; finish here if that is an end. `whole`: not inside a frame."""
