"""Frames that are no ordinary value: words, pages, lists, what is too large or cannot be read."""

import re
from typing import Any, Protocol

from streaming.events import Failed
from streaming.providers.formats.building.end_report import SKIPPED
from streaming.providers.formats.building.event_builder import EventBuilder
from streaming.providers.formats.error_bodies.failures import clip, failure
from streaming.providers.formats.framing import non_json
from streaming.providers.formats.framing.oversized import OversizedFrame
from streaming.providers.formats.json_values import mappings
from streaming.providers.formats.parsing.body_failures import JUNK, PAGE, SILENT, TOO_LARGE
from streaming.providers.formats.parsing.error_frames import error_in
from streaming.providers.formats.parsing.media import MediaContent

_TYPE = re.compile(r'"type"\s*:\s*"([\w.]+)"')


def type_in(frame: str) -> str:
    """The type that stands in a frame which cannot be read; empty if none does."""
    match = _TYPE.search(frame)
    return match[1] if match else ""


class ValueReader(Protocol):
    """What a parser knows of its format; see `StreamParser`."""

    builder: EventBuilder
    media: MediaContent
    is_recognised: bool
    types_in_events: bool

    def on_value(self, value: dict[str, Any]) -> None: ...

    def on_done(self) -> None: ...

    def may_hold_text(self, name: str, frame: str) -> bool: ...


class OddFrames:
    """Decides what becomes of such frames. `strange` is the first that no format speaks."""

    def __init__(self) -> None:
        self.strange: Failed | None = None

    def read_value(self, parser: ValueReader, name: str, frame: str, value: Any) -> None:
        """JSON that is oversized, has a name of its own, or is no object."""
        if type(value) is not dict:
            self._read_other(parser, name, frame, value)
        elif type(frame) is OversizedFrame:
            self._read_oversized(parser, name, frame, value)
        else:
            self._read_named(parser, name, value)

    def _read_named(self, parser: ValueReader, name: str, value: dict[str, Any]) -> None:
        if name == "error":
            parser.builder.fail(failure(error_in(value) or value))
            return
        if parser.types_in_events and name and "type" not in value:
            value["type"] = name
        parser.on_value(value)

    def _read_oversized(
        self, parser: ValueReader, name: str, frame: OversizedFrame, value: dict[str, Any]
    ) -> None:
        """A frame that was too large to be held whole."""
        if frame.cut and not value:
            self.strange = TOO_LARGE
            parser.builder.queue.open_hole(TOO_LARGE)
        parser.media.left_out = frame.left_out
        with parser.builder.cutting(TOO_LARGE if frame.cut else None):
            self._read_named(parser, name, value)
        parser.media.left_out = 0

    def _read_other(self, parser: ValueReader, name: str, frame: str, value: Any) -> None:
        """JSON that is no object: signs of life, words in quotes, several objects at once."""
        if type(value) is str or name == "error":
            self.read_words(parser, name, value if type(value) is str else frame)
            return
        items = mappings(value)
        for item in items:
            if parser.builder.ended:
                break
            self._read_named(parser, name, item)
        if not items and value is not None:
            self.strange = self.strange or JUNK

    def read_words(self, parser: ValueReader, name: str, frame: str) -> None:
        """What is no JSON. Once the end was announced, words change nothing."""
        builder, meaning = parser.builder, non_json.meaning(frame)
        if meaning == "done":
            self._read_done(parser)
        elif builder.end.holds:
            if meaning != "remark":
                builder.report.note(SKIPPED, clip(frame))
        elif name == "error" or meaning == "error":
            builder.fail(failure({"message": non_json.error_words(frame)}))
        elif meaning == "page":
            builder.fail(PAGE)
        else:
            failed = TOO_LARGE if type(frame) is OversizedFrame else JUNK
            self.strange = self.strange or failed
            if meaning == "broken":
                self._read_broken(parser, name, frame, failed)

    def _read_broken(self, parser: ValueReader, name: str, frame: str, failed: Failed) -> None:
        if parser.may_hold_text(name, frame):
            parser.builder.queue.open_hole(failed if not parser.builder.spoke else None)
        else:
            parser.builder.report.note(SKIPPED, clip(frame))

    def _read_done(self, parser: ValueReader) -> None:
        if parser.is_recognised or parser.builder.spoke:
            parser.on_done()
        else:
            parser.builder.fail(self.strange or SILENT)
