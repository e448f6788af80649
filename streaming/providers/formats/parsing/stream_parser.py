"""What every wire format's parser is built on: frames in, JSON objects to its `on_value`.

A format adds three things: what a value says, what `[DONE]` says, and what the end of the
body says when nothing else has ended the answer.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from streaming.events import Event, Failed
from streaming.providers.config import WireFormat
from streaming.providers.formats.building.event_builder import EventBuilder
from streaming.providers.formats.building.snapshots import Snapshots
from streaming.providers.formats.framing.framer import Frame, Framer
from streaming.providers.formats.framing.oversized import OversizedFrame
from streaming.providers.formats.json_values import parse_json, storable
from streaming.providers.formats.parsing.body_failures import (
    SILENT,
    failure_at_end,
    page_failure,
)
from streaming.providers.formats.parsing.media import MediaContent
from streaming.providers.formats.parsing.odd_frames import OddFrames
from streaming.providers.formats.parsing.think_tags import ThinkTags


class StreamParser(ABC):
    """A wire format's state machine: bytes in, events out; no I/O and no clock.

    After a `Finished` or `Failed` it stays silent. `response_id` is the answer's id upstream,
    empty until it is known. `tags` sorts out thoughts that stand in the text; None leaves them
    there. A format sets `is_recognised` when a value speaks it at all.
    """

    format: ClassVar[WireFormat]
    types_in_events: bool = False
    """Whether the event line tells a value's type where the value does not."""

    def __init__(self) -> None:
        self.response_id = ""
        self.is_recognised = False
        self.builder = EventBuilder()
        self.snapshots = Snapshots(self.builder)
        self.media = MediaContent(self.builder)
        self.tags: ThinkTags | None = ThinkTags()
        self._framer = Framer()
        self._odd_frames = OddFrames()

    @property
    def cursor(self) -> int | None:
        """The last sequence number seen, where the format has them and they are sound."""
        return None

    @property
    def opaque(self) -> Mapping[str, Any] | None:
        """What the next request must send back verbatim (`ChatMessage.opaque`).

        Only of a finished answer: half a thought is refused when it is sent back.
        """
        back = storable(self.keep()) if self.builder.finished else None
        return {"format": self.format, **back} if back else None

    @property
    def concluded(self) -> bool:
        """Whether a finish reason came, and nothing of the answer after it: what follows can
        only be usage and the end.
        """
        return self.builder.end.holds

    def feed(self, data: bytes) -> list[Event]:
        if self.builder.ended:
            return []
        self._read(self._framer.feed(data))
        if self._framer.fault and not self.builder.ended:
            self.on_end(whole=False, trusted=False)
            self.builder.fail(page_failure(self._framer.page))
        events = self.builder.take()
        return self.tags.sort(events) if self.tags else events

    def finish(self, *, trusted: bool = True) -> list[Event]:
        """The body ended cleanly; `trusted` unless only a hang-up marked its end."""
        if self.builder.ended:
            return []
        self._read(self._framer.finish())
        self.on_end(whole=self._framer.fault is None, trusted=trusted)
        if not self.builder.ended:
            strange = self._odd_frames.strange
            self.builder.fail(
                failure_at_end(self._framer, is_recognised=self.is_recognised, strange=strange)
            )
        return self._take()

    def fail(self, failed: Failed) -> list[Event]:
        """The transport broke: the end if upstream had announced it, else what is known and
        this failure.
        """
        if not self.builder.ended:
            self._read(self._framer.finish())
            self.on_end(whole=False, trusted=False)
        self.builder.fail(failed)
        return self._take()

    def _take(self) -> list[Event]:
        events = self.builder.take()
        return self.tags.sort(events) if self.tags else events

    def _read(self, frames: Iterable[Frame]) -> None:
        for name, frame in frames:
            try:
                value = parse_json(frame)
            except ValueError:
                self._odd_frames.read_words(self, name, frame)
            else:
                if (
                    type(value) is dict
                    and (not name or (name != "error" and "type" in value))
                    and type(frame) is not OversizedFrame
                ):
                    self.on_value(value)
                else:
                    self._odd_frames.read_value(self, name, frame, value)
            if self.builder.ended:
                break

    def stop(self, *, inferred: bool = True) -> None:
        """The end, by the reason that came. An end without one, after nothing, is no answer."""
        builder = self.builder
        if builder.end.reason or builder.spoke or builder.report.warnings or self.media:
            builder.stop(inferred=inferred)
        else:
            builder.fail(self._odd_frames.strange or SILENT)

    # What a format adds

    @abstractmethod
    def on_value(self, value: dict[str, Any]) -> None:
        """One JSON object."""

    def on_done(self) -> None:
        """`[DONE]` came."""
        self.stop()

    @abstractmethod
    def on_end(self, *, whole: bool, trusted: bool) -> None:
        """The body ended; finish here if that is an end. `whole`: not inside a frame."""

    def keep(self) -> dict[str, Any]:
        """What of this answer the next request must bring back."""
        return {}

    def may_hold_text(self, name: str, frame: str) -> bool:
        """Whether a frame that cannot be read may have held a part of the answer."""
        return True
