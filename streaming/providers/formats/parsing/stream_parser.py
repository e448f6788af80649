"""What every wire format's parser is built on: frames in, JSON objects to its `on_value`.

A format adds three things: what a value says, what `[DONE]` says, and what the end of the
body says when nothing else has ended the answer. Which frames are no values, and what becomes
of those that cannot be read, is decided here for all of them.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from streaming.events import Event, Failed
from streaming.providers.config import WireFormat
from streaming.providers.formats.building.deduplication import new_in, rest_of
from streaming.providers.formats.building.event_builder import SKIPPED, Answer, Channel
from streaming.providers.formats.error_bodies.failures import clip, failure
from streaming.providers.formats.framing import non_json
from streaming.providers.formats.framing.framer import Framer
from streaming.providers.formats.framing.oversized import Shrunk
from streaming.providers.formats.json_values import (
    clean,
    mappings,
    parse_json,
    storable,
)
from streaming.providers.formats.parsing.error_frames import error_in
from streaming.providers.formats.parsing.think_tags import ThinkTags
from streaming.providers.formats.parsing.unsupported import described

UNSHOWN = "unsupported_content"
"""The warning's code for what came and cannot be shown."""

_TRUNCATED = Failed("truncated", True, "The stream ended early.")
_SILENT = Failed("truncated", True, "The server sent no answer.", "no_events")
_JUNK = Failed("malformed", True, "The server sent no JSON.", "junk")
_PAGE = Failed("malformed", True, "The server sent a web page.", "html")
_TOO_LARGE = Failed("malformed", True, "The server sent too much at once.", "frame_too_large")


_TYPE = re.compile(r'"type"\s*:\s*"([\w.]+)"')


def type_in(frame: str) -> str:
    """The type that a frame tells which cannot be read; empty if it does not."""
    match = _TYPE.search(frame)
    return match[1] if match else ""


class StreamParser(ABC):
    """A wire format's state machine: see `adapter.Parser` for the promise."""

    format: ClassVar[WireFormat]
    types_in_events: ClassVar[bool] = False
    """Whether the event line tells a value's type where the value does not."""

    def __init__(self) -> None:
        self.response_id = ""
        self.answer = Answer()
        self._framer = Framer()
        self.tags: ThinkTags | None = ThinkTags()
        self._heard = False
        self._strange: Failed | None = None  # what came that no format speaks
        self._shrunk: Shrunk | None = None  # the frame that is read now, if it was too large
        self._unshown: set[str] = set()

    @property
    def cursor(self) -> int | None:
        return None

    @property
    def opaque(self) -> Mapping[str, Any] | None:
        """Only of a finished answer: half a thought is refused when it is sent back."""
        back = storable(self.keep()) if self.answer.finished else None
        return {"format": self.format, **back} if back else None

    @property
    def concluded(self) -> bool:
        """Whether a finish reason came, and nothing of the answer after it."""
        return self.answer.concluded

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
            self._end_by_fault()
        return self._told()

    def finish(self, *, trusted: bool = True) -> list[Event]:
        """The body has ended cleanly. `trusted`: by its own framing, not by a hang-up."""
        if self.answer.ended:
            return []
        for name, frame in self._framer.finish():
            self._read(name, frame)
        self.on_end(whole=self._framer.fault is None, trusted=trusted)
        if not self.answer.ended:
            self._fail_at_end()
        return self._told()

    def fail(self, failed: Failed) -> list[Event]:
        """The transport broke: the end, if upstream had announced it; else this failure."""
        if not self.answer.ended:
            for name, frame in self._framer.finish():
                self._read(name, frame)
            self.on_end(whole=False, trusted=False)
        self.answer.fail(failed)
        return self._told()

    def _told(self) -> list[Event]:
        events = self.answer.take()
        return self.tags.sort(events) if self.tags else events

    def _end_by_fault(self) -> None:
        """A web page follows the frames, or stands for them."""
        self.on_end(whole=False, trusted=False)
        title = clip(non_json.title(self._framer.page))
        message = f"The server sent a web page: {title}" if title else _PAGE.message
        self.answer.fail(Failed(_PAGE.kind, _PAGE.retryable, message, _PAGE.code))

    def _fail_at_end(self) -> None:
        """The body ended before the answer did: why, as far as upstream said it."""
        if self._framer.fault == "html":
            self._end_by_fault()
        elif non_json.is_error(self._framer.stray):
            self.answer.fail(failure({"message": non_json.said(self._framer.stray)}))
        elif self._heard:
            self.answer.fail(_TRUNCATED)
        else:
            self.answer.fail(self._strange or (_JUNK if self._framer.stray else _SILENT))

    def _read(self, name: str, frame: str) -> bool:
        """Whether the answer has ended."""
        try:
            value = parse_json(frame)
        except ValueError:
            self._read_words(name, frame)
            return self.answer.ended
        if type(value) is dict:
            if type(frame) is Shrunk:
                self._read_shrunk(name, frame, value)
            elif not name or (name != "error" and "type" in value):
                self.on_value(value)
            else:
                self._read_named(name, value)
        else:
            self._read_other(name, value, frame)
        return self.answer.ended

    def _read_named(self, name: str, value: dict[str, Any]) -> None:
        if name == "error":
            self.answer.fail(failure(error_in(value) or value))
            return
        if self.types_in_events and name and "type" not in value:
            value["type"] = name
        self.on_value(value)

    def _read_shrunk(self, name: str, frame: Shrunk, value: dict[str, Any]) -> None:
        """A frame that was too large to be held whole."""
        self._shrunk = frame
        if frame.cut and not value:
            self._strange = _TOO_LARGE
            self.answer.open_hole(_TOO_LARGE)
        with self.answer.cutting(_TOO_LARGE if frame.cut else None):
            self._read_named(name, value)
        self._shrunk = None

    def _read_other(self, name: str, value: Any, frame: str) -> None:
        """JSON that is no object: signs of life, words in quotes, several objects at once."""
        if type(value) is str or name == "error":
            self._read_words(name, value if type(value) is str else frame)
            return
        items = mappings(value)
        for item in items:
            if self.answer.ended:
                break
            self._read_named(name, item) if name else self.on_value(item)
        if not items and value is not None:
            self._strange = self._strange or _JUNK

    def _read_words(self, name: str, frame: str) -> None:
        """What is no JSON. Once the end was announced, words change nothing."""
        meaning = non_json.meaning(frame)
        if meaning == "done":
            self._read_done()
        elif self.answer.concluded:
            if meaning != "remark":
                self.answer.note(SKIPPED, clip(frame))
        elif name == "error" or meaning == "error":
            self.answer.fail(failure({"message": non_json.said(frame)}))
        elif meaning == "page":
            self.answer.fail(_PAGE)
        else:
            strange = _TOO_LARGE if type(frame) is Shrunk else _JUNK
            self._strange = self._strange or strange
            if meaning == "broken":
                self._read_broken(name, frame, strange)

    def _read_broken(self, name: str, frame: str, failed: Failed) -> None:
        if self.may_hold_text(name, frame):
            self.answer.open_hole(failed if not self.answer.spoke else None)
        else:
            self.answer.note(SKIPPED, clip(frame))

    def _read_done(self) -> None:
        if self._heard or self.answer.spoke:
            self.on_done()
        else:
            self.answer.fail(self._strange or _SILENT)

    def may_hold_text(self, name: str, frame: str) -> bool:
        """Whether a frame that cannot be read may have held a part of the answer."""
        return True

    def stop(self, *, inferred: bool = True) -> None:
        """The end, by the reason that came. An end without one, after nothing, is no answer."""
        answer = self.answer
        if answer.has_reason or answer.spoke or answer.warnings or self._unshown:
            answer.stop(inferred=inferred)
        else:
            answer.fail(self._strange or _SILENT)

    def tell_piece(self, channel: Channel, text: str, *, closes: bool) -> None:
        """The next piece of a channel; a closing one may tell all of it again."""
        told = str(self.answer.told[channel]) if closes else ""
        piece = new_in(text, [told] if told else [], closes=closes)
        self.answer.text(piece) if channel == "text" else self.answer.reasoning(piece)

    def tell_whole(self, channel: Channel, whole: str, *, is_piece: bool = False) -> None:
        """All of a channel, told once more. `is_piece`: one that differs is the next piece."""
        if not whole:
            return
        told = str(self.answer.told[channel])
        if is_piece and rest_of(clean(whole), told) is None:
            self.answer.text(whole) if channel == "text" else self.answer.reasoning(whole)
        else:
            self.answer.whole(channel, whole, cut=self.is_cut)

    @property
    def is_cut(self) -> bool:
        return self._shrunk is not None and self._shrunk.cut

    def cannot_show(self, part: Any, *, kind: str = "", is_whole: bool = True) -> None:
        """Something that is no text came: the reader is told what, once."""
        left_out = self._shrunk.left_out if self._shrunk else 0
        told = described(part if is_whole else {}, left_out, kind)
        if told not in self._unshown:
            self._unshown.add(told)
            self.answer.warn(UNSHOWN, clip(told))

    def fail_if_error(self, value: dict[str, Any]) -> bool:
        """Whether this value is an error, which then ends the answer."""
        error = error_in(value)
        if error is not None:
            self.answer.fail(failure(error))
        return error is not None

    @abstractmethod
    def on_value(self, value: dict[str, Any]) -> None:
        """One JSON object. Set `_heard` when it speaks this format at all."""

    @abstractmethod
    def on_done(self) -> None:
        """`[DONE]` came."""

    @abstractmethod
    def on_end(self, *, whole: bool, trusted: bool) -> None:
        """The body ended; finish here if that is an end. `whole`: not inside a frame."""
