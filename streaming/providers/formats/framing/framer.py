"""Bytes to frames: server-sent events or a sequence of JSON values, told apart by sniffing.

Lines end at LF, CR or CRLF and nowhere else. Pure and bounded: whatever comes, little more
than one line or value is held, and of a larger one only what may be text.
"""

import re
from typing import Literal, TypeAlias

from streaming.providers.formats.framing.brackets import Brackets, inside_brackets
from streaming.providers.formats.framing.lines import Frame, Lines
from streaming.providers.formats.framing.oversized import MAX_FRAME, Shrinker

__all__ = ["MAX_FRAME", "Fault", "Frame", "Framer"]

Fault: TypeAlias = Literal["html", "cut"]

_PIECE = 16 * 1024  # more at once would be copied once per value
_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"[\r\n]")


class Framer:
    """Splits a body, in pieces of any size. After a `fault` it stays silent.

    Frames returned together with a fault came before it. `page` is what came of a web page,
    `stray` the last words outside of all frames.
    """

    __slots__ = ("_gap", "_splitter", "fault")

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self._gap = _Gap()
        self._splitter: _Events | _Values | None = None

    @property
    def page(self) -> str:
        return (self._splitter.lines.page if self._splitter else None) or ""

    @property
    def stray(self) -> str:
        return self._splitter.lines.stray if self._splitter else ""

    def feed(self, data: bytes) -> list[Frame]:
        if len(data) > _PIECE:
            return self._feed_in_pieces(data)
        if self.fault:
            return []
        splitter = self._splitter
        if splitter is None:
            data = self._gap.skip(data)
            if not data:
                return []
            splitter = self._splitter = _Values() if data[:1] in (b"{", b"[") else _Events()
        frames = splitter.feed(data)
        if splitter.lines.page is not None:
            self.fault = "html"
        return frames

    def _feed_in_pieces(self, data: bytes) -> list[Frame]:
        frames: list[Frame] = []
        for start in range(0, len(data), _PIECE):
            frames += self.feed(data[start : start + _PIECE])
        return frames

    def finish(self) -> list[Frame]:
        """The clean end of the body; the fault `cut` says that it came inside a frame."""
        if self.fault or self._splitter is None:
            return []
        frames, is_cut = self._splitter.finish()
        if self._splitter.lines.page is not None:
            self.fault = "html"
        elif is_cut:
            self.fault = "cut"
        return frames


class _Gap:
    """What may stand before a body and between JSON values: blanks, BOMs, `:` comments.

    `is_open` while a comment, or half a BOM, has not come to its end.
    """

    __slots__ = ("_held", "_in_comment", "is_open")

    def __init__(self) -> None:
        self._held = b""
        self._in_comment = False
        self.is_open = False

    def skip(self, data: bytes) -> bytes:
        """The data from its first significant byte on, empty while there is none."""
        rest = self._skip(data)
        self.is_open = self._in_comment or bool(self._held)
        return rest

    def _skip(self, data: bytes) -> bytes:
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
    """Server-sent events: cut into lines."""

    __slots__ = ("_after_cr", "_is_long", "_tail", "lines")

    def __init__(self) -> None:
        self.lines = Lines()
        self._tail = bytearray()
        self._after_cr = False
        self._is_long = False  # the line that is open is too long to be held

    def feed(self, data: bytes) -> list[Frame]:
        if self._after_cr and data:
            self._after_cr = False
            if data[0] == 0x0A:
                data = data[1:]
        if self._is_long:
            return self._feed_long(data)
        if b"\n" not in data and b"\r" not in data:
            # Kept apart from the joining below: a long line that comes byte by byte
            # must not be copied at each byte.
            self._tail += data
            self._check_length()
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
        frames = self.lines.read(lines)
        self._check_length()
        return frames

    def _check_length(self) -> None:
        if len(self._tail) > MAX_FRAME:
            self._is_long = True
            self.lines.begin_long(bytes(self._tail))
            self._tail.clear()

    def _feed_long(self, data: bytes) -> list[Frame]:
        end = _LINE_END.search(data)
        piece = data if end is None else data[: end.start()]
        self.lines.add_long(piece)
        if end is None:
            return []
        self._is_long = False
        frames = self.lines.end_long()
        rest = data[end.start() + 1 :]
        if end[0] == b"\r":
            self._after_cr = not rest
            rest = rest.removeprefix(b"\n")
        return frames + (self.feed(rest) if rest else [])

    def finish(self) -> tuple[list[Frame], bool]:
        last = bytes(self._tail)
        self._tail.clear()
        return self.lines.finish(last)


class _Values:
    """JSON objects and arrays one after another, pretty-printed or not, found by brackets.

    What stands between them is read as lines.
    """

    __slots__ = ("_brackets", "_buffer", "_gap", "_line", "_position", "_shrinker", "lines")

    # Ordinary values are no deeper than this, and need no counting.
    _WHOLE = re.compile(
        rb"[ \t\r\n]*+([{\[]%s[}\]])[ \t\r\n]*+" % inside_brackets(levels=2), re.DOTALL
    )

    def __init__(self) -> None:
        self.lines = Lines(eager=True)
        self._gap = _Gap()
        self._buffer = bytearray()
        self._position = 0
        self._brackets: Brackets | None = None
        self._shrinker: Shrinker | None = None
        self._line: bytearray | None = None

    def feed(self, data: bytes) -> list[Frame]:
        frames: list[Frame] = []
        if self._brackets is None and self._line is None and not self._gap.is_open:
            position = 0
            while whole := self._WHOLE.match(data, position):
                frames.append(("", whole[1].decode("utf-8", "replace")))
                position = whole.end()
            data = data[position:]
        while data:
            if self._line is not None:
                data = self._read_line(data, frames)
            elif self._brackets is not None:
                data = self._read_value(data, frames)
            elif data := self._gap.skip(data):
                self._begin(data)
        return frames

    def _begin(self, data: bytes) -> None:
        if data[:1] in (b"{", b"["):
            self._brackets = Brackets()
        else:
            self._line = bytearray()

    def _read_line(self, data: bytes, frames: list[Frame]) -> bytes:
        """Words between the values, to the end of their line; what follows it is returned."""
        assert self._line is not None
        end = _LINE_END.search(data)
        room = MAX_FRAME - len(self._line)
        self._line += data[: min(room, end.start() if end else len(data))]
        if end is None:
            return b""
        frames += self.lines.read([bytes(self._line)])
        self._line = None
        return data[end.end() :]

    def _read_value(self, data: bytes, frames: list[Frame]) -> bytes:
        """Read on to the end of the value; what follows it, or nothing, is returned."""
        if self._shrinker is not None:
            rest = self._shrinker.feed(data)
            if self._shrinker.closed:
                frames.append(("", self._shrinker.frame()))
                self._brackets = self._shrinker = None
            return rest
        assert self._brackets is not None
        self._buffer += data
        end = self._brackets.scan(self._buffer, self._position)
        if not (self._brackets.closed or self._brackets.broken):
            self._position = end
            self._check_length()
            return b""
        if end > MAX_FRAME:
            return self._read_shrunk(frames)
        frames.append(("", self._buffer[:end].decode("utf-8", "replace")))
        rest = bytes(self._buffer[end:])
        self._clear()
        self._brackets = None
        return rest

    def _check_length(self) -> None:
        if len(self._buffer) > MAX_FRAME:
            self._shrinker = Shrinker()
            self._shrinker.feed_at_once(self._buffer)
            self._clear()

    def _read_shrunk(self, frames: list[Frame]) -> bytes:
        shrinker = Shrinker()
        rest = shrinker.feed_at_once(self._buffer)
        frames.append(("", shrinker.frame()))
        self._clear()
        self._brackets = None
        return rest

    def _clear(self) -> None:
        self._buffer.clear()
        self._position = 0

    def finish(self) -> tuple[list[Frame], bool]:
        last = bytes(self._line or b"")
        frames, is_cut = self.lines.finish(last)
        return frames, is_cut or self._brackets is not None
