"""Bytes to frames: server-sent events or a sequence of JSON values, told apart by sniffing.

Server-sent events follow the WHATWG rules (lines end at LF, CR or CRLF and nowhere else)
with three leniencies seen in the wild: a frame that ends with the body instead of a blank
line, `error:` as a field name, and JSON without any events around it. Pure and bounded:
whatever comes, no more than one line or value is held.
"""

import json
import re
from typing import Literal, TypeAlias

Frame: TypeAlias = tuple[str, str]
"""(event name or "", data)"""

Fault: TypeAlias = Literal["html", "junk", "too_large", "cut"]

MAX_FRAME = 1024 * 1024
"""Bytes of one line, one event's data, or one JSON value."""

DONE = "[DONE]"

_PIECE = 16 * 1024  # more at once would be copied once per value
_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"[\r\n]")


class Framer:
    """Splits a body, in pieces of any size. After a `fault` it stays silent.

    Frames returned together with a fault came before it.
    """

    __slots__ = ("_gap", "_splitter", "fault")

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self._gap = _Gap()
        self._splitter: _Events | _Values | None = None

    def feed(self, data: bytes) -> list[Frame]:
        if len(data) <= _PIECE:
            return self._feed(data)
        frames: list[Frame] = []
        for start in range(0, len(data), _PIECE):
            frames += self._feed(data[start : start + _PIECE])
        return frames

    def _feed(self, data: bytes) -> list[Frame]:
        if self.fault:
            return []
        splitter = self._splitter
        if splitter is None:
            data = self._gap.skip(data)
            if not data:
                return []
            if data[:1] == b"<":
                self.fault = "html"
                return []
            splitter = self._splitter = _Values() if data[:1] in (b"{", b"[") else _Events()
        frames = splitter.feed(data)
        self.fault = splitter.fault
        return frames

    def finish(self) -> list[Frame]:
        """The clean end of the body; the fault `cut` says that it came inside a frame."""
        if self.fault or self._splitter is None:
            return []
        frames = self._splitter.finish()
        self.fault = self._splitter.fault
        return frames


class _Gap:
    """What may stand before a body and between JSON values: blanks, BOMs, `:` comments."""

    __slots__ = ("_held", "_in_comment")

    def __init__(self) -> None:
        self._held = b""
        self._in_comment = False

    @property
    def is_empty(self) -> bool:
        return not self._in_comment and not self._held

    def skip(self, data: bytes) -> bytes:
        """The data from its first significant byte on, empty while there is none."""
        data, self._held = self._held + data, b""
        while data:
            if self._in_comment:
                end = _LINE_END.search(data)
                if end is None:
                    return b""
                data, self._in_comment = data[end.start() :], False
            data = data.lstrip(b" \t\r\n")
            if data.startswith(_BOM):
                data = data[len(_BOM) :]
            elif data and _BOM.startswith(data):
                self._held = data
                return b""
            elif data[:1] == b":":
                self._in_comment = True
            else:
                return data
        return b""


class _Events:
    """Server-sent events."""

    __slots__ = ("_after_cr", "_data", "_name", "_size", "_tail", "fault")

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self._tail = bytearray()
        self._after_cr = False
        self._name = ""
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[Frame]:
        if self._after_cr and data:
            self._after_cr = False
            if data[0] == 0x0A:
                data = data[1:]
        if b"\n" not in data and b"\r" not in data:
            # Kept apart from the joining below: a long line that comes byte by byte
            # must not be copied at each byte.
            self._tail += data
            if len(self._tail) > MAX_FRAME:
                self.fault = "too_large"
            return []
        if self._tail:
            data = bytes(self._tail) + data
            self._tail.clear()
        lines = data.splitlines()  # on bytes: LF, CR and CRLF only
        last = data[-1]
        if last == 0x0D:
            self._after_cr = True
        elif last != 0x0A:
            self._tail += lines.pop()
        return self._read(lines)

    def _read(self, lines: list[bytes]) -> list[Frame]:
        frames: list[Frame] = []
        for line in lines:
            if not line:
                if self._data:
                    self._dispatch(frames)
                self._name = ""
            elif line.startswith(b"data: "):
                self._data.append(line[6:])
                self._size += len(line)
            elif line.startswith(b"event: "):
                self._name = line[7:].decode("utf-8", "replace")
            else:
                self._field(line)
            if self._size > MAX_FRAME or len(line) > MAX_FRAME:
                self.fault = "too_large"
                break
        if len(self._tail) > MAX_FRAME:
            self.fault = "too_large"
        return frames

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name in (b"data", b"error"):
            self._data.append(value)
            self._size += len(line)
        if name == b"error":
            self._name = "error"
        elif name == b"event":
            self._name = value.decode("utf-8", "replace")

    def _dispatch(self, frames: list[Frame]) -> None:
        data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        self._data.clear()
        self._size = 0
        if data and not data.isspace():
            frames.append((self._name, data.decode("utf-8", "replace")))

    def finish(self) -> list[Frame]:
        frames = self._read([bytes(self._tail)]) if self._tail else []
        self._tail.clear()
        if self._data and not self.fault:
            pending: list[Frame] = []
            self._dispatch(pending)
            if all(_is_whole(data) for _, data in pending):
                frames += pending
            else:
                self.fault = "cut"
        return frames


def _is_whole(data: str) -> bool:
    """A frame that the body's end closed can be believed: a cut JSON object never parses."""
    if data.strip() == DONE:
        return True
    try:
        return isinstance(json.loads(data), dict)
    except (ValueError, RecursionError):
        return False


def _inside_brackets(levels: int) -> bytes:
    """A pattern for anything but a bracket that is deeper than so many levels."""
    plain = rb'[^"{}\[\]]*+'
    string = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
    inside = rb"%s(?:%s%s)*+" % (plain, string, plain)
    for _ in range(levels):
        inside = rb"%s(?:(?:%s|[{\[]%s[}\]])%s)*+" % (plain, string, inside, plain)
    return inside


class _Values:
    """JSON objects and arrays one after another, pretty-printed or not, found by brackets."""

    __slots__ = ("_buffer", "_depth", "_gap", "_in_string", "_position", "fault")

    # Possessive, so that a hostile string costs one pass. A string that is not whole yet
    # stops the first pattern at its opening quote; the second goes on inside it. Ordinary
    # values are no deeper than the third, which needs no counting.
    _PLAIN = re.compile(_inside_brackets(levels=0), re.DOTALL)
    _STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
    _WHOLE = re.compile(
        rb"[ \t\r\n]*+([{\[]%s[}\]])[ \t\r\n]*+" % _inside_brackets(levels=2), re.DOTALL
    )

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self._gap = _Gap()
        self._buffer = bytearray()
        self._position = 0
        self._depth = 0
        self._in_string = False

    def feed(self, data: bytes) -> list[Frame]:
        frames: list[Frame] = []
        if self._depth == 0 and self._gap.is_empty:
            position = 0
            while whole := self._WHOLE.match(data, position):
                frames.append(("", whole[1].decode("utf-8", "replace")))
                position = whole.end()
            data = data[position:]
        while data and not self.fault:
            if self._depth == 0:
                data = self._gap.skip(data)
                if not data:
                    break
                if data[:1] not in (b"{", b"["):
                    self.fault = "junk"
                    break
                self._depth = self._position = 1
            self._buffer += data
            data = self._scan(frames)
        return frames

    def _scan(self, frames: list[Frame]) -> bytes:
        """Go on to the end of the value; what follows it, or nothing, is returned."""
        buffer = self._buffer
        while self._position < len(buffer):
            inside = self._STRING if self._in_string else self._PLAIN
            match = inside.match(buffer, self._position)
            assert match is not None
            self._position = match.end()
            if self._position == len(buffer):
                break
            mark = buffer[self._position]
            if mark == 0x5C:  # a backslash whose partner has not come
                break
            self._position += 1
            if mark == 0x22:
                self._in_string = not self._in_string
            else:
                self._depth += 1 if mark in b"{[" else -1
            if self._depth == 0:
                return self._take(frames)
        if len(buffer) > MAX_FRAME:
            self.fault = "too_large"
        return b""

    def _take(self, frames: list[Frame]) -> bytes:
        value = bytes(self._buffer[: self._position])
        rest = bytes(self._buffer[self._position :])
        self._buffer.clear()
        self._position = 0
        if len(value) > MAX_FRAME:
            self.fault = "too_large"
        else:
            frames.append(("", value.decode("utf-8", "replace")))
        return rest

    def finish(self) -> list[Frame]:
        if self._depth:
            self.fault = "cut"
        return []
