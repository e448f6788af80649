"""Lines to frames: server-sent events by the WHATWG rules, and as servers really write them.

A data line that is a whole JSON value is a frame, even if no blank line follows; several lines are
joined only where that makes one value. Field names may be indented, `data:` may stand there twice,
JSON may stand without it, and the end of the body may close a frame.
"""

import json
from typing import TypeAlias

from streaming.providers.formats.framing import non_json
from streaming.providers.formats.framing.brackets import is_whole
from streaming.providers.formats.framing.oversized import OversizedFrame
from streaming.providers.formats.framing.pending import JSON_BEGINS, PendingLines, is_json_line
from streaming.providers.formats.framing.web_page import WebPage

Frame: TypeAlias = tuple[str, str]
"""(event name or "", data)"""

_OTHER_FIELDS = (b"event", b"error", b"id", b"retry", b"")
_FIELDS = (b"data", *_OTHER_FIELDS)
_MOST_WORDS = 400
_MOST_WRAPS = 3


class Lines:
    """Reads whole lines. `page` tells what a web page says, once enough of it has come; all that
    follows its beginning is part of it.

    `stray` are the last words that belong to no field. `eager`: no blank line is waited for.
    """

    def __init__(self, *, eager: bool = False) -> None:
        self.stray = ""
        self.page: str | None = None
        self._page: WebPage | None = None
        self._eager = eager
        self._name = ""
        self._late_name: str | None = None  # an event line after the data
        self._one: bytes | None = None  # the ordinary case: one line, and not in `_pending`
        self._pending = PendingLines()
        self._at_end = False
        self._is_dropped = False  # the long line that is open now holds no JSON

    def read(self, lines: list[bytes]) -> list[Frame]:
        frames: list[Frame] = []
        one, self._one = self._one, None
        is_plain = self._is_plain
        for line in lines:
            if is_plain:
                if not line:
                    if one is not None:
                        frames.append((self._name, one.decode("utf-8", "replace")))
                        one = None
                    self._name = ""
                    continue
                if one is None:
                    if line.startswith(b"data: {"):
                        one = line[6:]
                        continue
                    if line.startswith(b"event: "):
                        self._name = line[7:].decode("utf-8", "replace")
                        continue
            if one is not None:
                self._pending.add(one)
                one = None
            self._read_odd(line, frames)
            is_plain = self._is_plain
        self._one = one
        return frames

    @property
    def _is_plain(self) -> bool:
        """Whether the next line can be read as part of an ordinary event."""
        odd = self._eager or self._late_name is not None or self._page is not None
        return not odd and self._pending.is_empty

    def _read_odd(self, line: bytes, frames: list[Frame]) -> None:
        if self._page is not None:
            self.page = self._page.add(line)
        elif not line:
            self._blank(frames)
        else:
            self._field(line, frames)

    def begin_long(self, beginning: bytes) -> None:
        """A line that is too long to be held begins; `add_long` adds to it."""
        self._settle()
        name, value = _split(beginning)
        value = beginning if is_json_line(beginning) else _unwrapped(value)
        self._is_dropped = not is_json_line(value)
        if not self._is_dropped:
            self._pending.add(value)
        elif name == b"data":
            self._pending.drop()

    def add_long(self, piece: bytes) -> None:
        if not self._is_dropped:
            self._pending.continue_line(piece)

    def end_long(self) -> list[Frame]:
        frames: list[Frame] = []
        if self._eager:
            self._flush(frames)
        return frames

    def finish(self, last: bytes = b"") -> tuple[list[Frame], bool]:
        """What the end of the body closes, and whether it cut a frame; `last` is a line that
        nothing but this ended.
        """
        self._settle()
        self._at_end = True
        before = self.read([last]) if last else []
        self._settle()
        if self._page is not None:
            self.page = self._page.end()
        pending: list[Frame] = []
        self._blank(pending)
        whole = [frame for frame in pending if _can_be_believed(frame[1])]
        return before + whole, len(whole) < len(pending)

    def _settle(self) -> None:
        if self._one is not None:
            self._pending.add(self._one)
            self._one = None

    def _blank(self, frames: list[Frame]) -> None:
        if not self._pending.is_empty:
            if self._late_name is not None:
                self._name = self._late_name
            self._flush(frames)
        self._name, self._late_name = "", None

    def _field(self, line: bytes, frames: list[Frame]) -> None:
        bare = line.lstrip(b" \t")
        name, value = _split(bare)
        if bare[:1] in JSON_BEGINS or (self._pending.is_bare and name not in _FIELDS):
            self._data(bare, frames, bare=True)
        elif name == b"data":
            self._data(value, frames)
        elif name == b"event":
            event_name = value.decode("utf-8", "replace")
            if self._pending.is_empty:
                self._name = event_name
            else:
                self._late_name = event_name
        elif name == b"error":
            self._blank(frames)
            frames.append(("error", value.decode("utf-8", "replace")))
        elif non_json.is_page(bare[:40].decode("utf-8", "replace")):
            self._blank(frames)
            self._page = WebPage()
            self.page = self._page.add(bare)
        elif name not in _FIELDS:
            self._stray(bare[:_MOST_WORDS].decode("utf-8", "replace"), frames)

    def _stray(self, text: str, frames: list[Frame]) -> None:
        """Words that belong to no field: `[DONE]`, or a sentence about what went wrong."""
        if non_json.meaning(text) == "done":
            self._blank(frames)
            frames.append(("", text))
        else:
            self.stray = text

    def _data(self, value: bytes, frames: list[Frame], *, bare: bool = False) -> None:
        """One more line of data. Whatever is complete before it is a frame of its own."""
        inner = _unwrapped(value)
        if b":" in inner and _split(inner)[0] in _OTHER_FIELDS:
            self._field(inner.lstrip(), frames)  # a whole stream wrapped into data
            return
        self._flush_closed(frames)
        if (
            self._eager
            and inner[:1] in JSON_BEGINS
            and not self._pending.is_empty
            and is_whole(inner)
        ):
            self._flush(frames)  # what was open before cannot be read
        self._pending.add(inner, bare=bare)
        if (self._eager or bare) and not self._at_end and self._pending.is_closed:
            self._flush(frames)

    def _flush_closed(self, frames: list[Frame]) -> None:
        if not self._pending.is_empty and self._pending.is_closed:
            self._eager = self._eager or self._pending.is_json
            self._flush(frames)
            if self._late_name is not None:
                self._name, self._late_name = self._late_name, None

    def _flush(self, frames: list[Frame]) -> None:
        found = self._pending.take()
        frames += [(self._name, data) for data in found if _says_something(data)]


def _split(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.strip().lower(), value.removeprefix(b" ")


def _unwrapped(value: bytes) -> bytes:
    """The data itself where `data:` stands before it once or twice more."""
    for _ in range(_MOST_WRAPS):
        name, inner = _split(value) if b":" in value[:16] else (b"", b"")
        if name != b"data":
            break
        value = inner
    return value


def _says_something(data: str) -> bool:
    return isinstance(data, OversizedFrame) or (bool(data) and not data.isspace())


def _can_be_believed(data: str) -> bool:
    """A frame that the body's end closed: a cut JSON object never parses, words may be whole."""
    if isinstance(data, OversizedFrame) and not data:
        return True
    if non_json.meaning(data) in ("done", "error"):
        return True
    try:
        return isinstance(json.loads(data), dict)
    except (ValueError, RecursionError):
        return False
