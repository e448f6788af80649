"""A JSON value that is too large, kept without what is no text, while it streams past.

Pictures in base64 are kept up to a limit of their own. Other long strings that are no text keep
their beginning, which tells their type. Text is kept up to the limit. What still grows, such as an
endless list of numbers, is emptied. What is left is JSON again, and never much larger than the
limits.
"""

import re

from streaming.providers.formats.framing.kept_pictures import KeptPictures

MAX_FRAME = 1024 * 1024
"""Bytes of one line, one event's data, or one JSON value."""

SHORTENED = 128
"""Bytes of a string that are kept whatever it is: keys, types, the beginning of an address."""

_SAMPLE = 4096
_NO_TEXT = re.compile(rb"(?:data:[^,]{0,120},)?[A-Za-z0-9+/=_\\-]+")
_IN_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_STRUCTURE = re.compile(rb'[^"{}\[\]]*+')
_HALF_A_PAIR = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}")
_TOO_MUCH = 2 * MAX_FRAME
_PIECE = 16 * 1024
_DEEPEST = 500
_MOST_PARTS = 300_000


class OversizedFrame(str):
    """A frame of which `left_out` bytes were not kept; `cut` if text may be among them."""

    __slots__ = ("cut", "left_out")

    left_out: int
    cut: bool


class Shrinker:
    """Takes one value in pieces of any size. `closed` once its last bracket has come.

    `hopeless`: it is nested too deeply, or into too many parts, to be read at all; then its end
    is not looked for.
    """

    def __init__(self) -> None:
        self.closed = self.hopeless = False
        self._opened = 0
        self._kept = bytearray()
        self._held = b""  # a backslash whose partner has not come
        self._left_out = 0
        self._cut = False
        self._room = MAX_FRAME
        self._containers: list[int] = []  # where each open one begins in what is kept
        self._emptied = 0  # depth inside a container that is left out
        self._string: int | None = None  # where the open string begins
        self._skips_string = self._is_text = False
        self._pictures = KeptPictures()

    def feed(self, data: bytes) -> bytes:
        """What follows the value's end, if that has come."""
        if self.closed:
            return data
        if self.hopeless:
            return b""
        data, self._held = self._held + data, b""
        position = 0
        while position < len(data) and not (self.closed or self.hopeless):
            if self._string is None:
                position = self._outside(data, position)
            else:
                position = self._inside(data, position)
        return data[position:] if self.closed else b""

    def feed_at_once(self, data: bytes | bytearray) -> bytes:
        """As `feed`, of much: in pieces, so that what is no text is never held whole."""
        rest = b""
        for start in range(0, len(data), _PIECE):
            rest += self.feed(bytes(data[start : start + _PIECE]))
        return rest

    def frame(self) -> OversizedFrame:
        frame = OversizedFrame(self._kept.decode("utf-8", "replace"))
        frame.left_out, frame.cut = self._left_out, self._cut
        return frame

    def _outside(self, data: bytes, position: int) -> int:
        match = _STRUCTURE.match(data, position)
        assert match is not None
        self._keep(match[0])
        position = match.end()
        if position == len(data):
            return position
        mark = data[position : position + 1]
        if mark == b'"':
            self._keep(mark)
            self._string, self._skips_string, self._is_text = len(self._kept), False, False
            self._count()
        elif mark in b"{[":
            self._open(mark)
        else:
            self._close(mark)
        return position + 1

    def _inside(self, data: bytes, position: int) -> int:
        match = _IN_STRING.match(data, position)
        assert match is not None
        self._add_to_string(match[0])
        position = match.end()
        if position < len(data):
            if data[position] == 0x5C:
                self._held = b"\\"
            else:
                self._end_string()
                self._keep(b'"')
            position += 1
        return position

    def _add_to_string(self, piece: bytes) -> None:
        assert self._string is not None
        if self._emptied or self._skips_string:
            self._left_out += len(piece)
            return
        self._kept += piece
        size = len(self._kept) - self._string
        if size > _SAMPLE and not self._is_text:
            sample = self._kept[self._string : self._string + _SAMPLE]
            self._is_text = _NO_TEXT.fullmatch(sample) is None
        if size > _SAMPLE and not self._is_text:
            if not self._pictures.grow(self._kept, self._string, size):
                self._cut_string(SHORTENED)
        elif size > max(self._room, SHORTENED):
            self._cut_string(max(self._room, SHORTENED))
            self._cut = True

    def _cut_string(self, size: int) -> None:
        """Keep about so many bytes of the open string, cut between two characters."""
        assert self._string is not None
        self._skips_string = True
        before = len(self._kept)
        del self._kept[self._string + size :]
        _trim(self._kept, self._string)
        self._left_out += before - len(self._kept)

    def _end_string(self) -> None:
        assert self._string is not None
        size = len(self._kept) - self._string
        self._room -= size if size > SHORTENED and not self._pictures.holds(self._string) else 0
        self._string = None

    def _open(self, mark: bytes) -> None:
        if self._emptied:
            self._emptied += 1
            self._count()
            return
        self._containers.append(len(self._kept))
        self._keep(mark)
        self._count()

    def _count(self) -> None:
        self._opened += 1
        if len(self._containers) > _DEEPEST or self._opened > _MOST_PARTS:
            self.hopeless = True

    def _close(self, mark: bytes) -> None:
        if self._emptied > 1:
            self._emptied -= 1
            return
        self._emptied = 0
        self._kept += mark
        if self._containers:
            self._containers.pop()
        self.closed = not self._containers

    def _keep(self, piece: bytes) -> None:
        if self._emptied:
            self._left_out += len(piece)
            return
        self._kept += piece
        if len(self._kept) - self._pictures.size > _TOO_MUCH:
            self._empty_the_largest()

    def _empty_the_largest(self) -> None:
        """Leave out what is in the innermost container that holds most of it all."""
        depth, start = next(
            (depth, start)
            for depth, start in reversed([*enumerate(self._containers)])
            if depth == 0
            or len(self._kept) - start - self._pictures.size_from(start) > _TOO_MUCH // 2
        )
        self._emptied = len(self._containers) - depth
        self._left_out += len(self._kept) - start - 1
        del self._containers[depth + 1 :]
        del self._kept[start + 1 :]
        self._pictures.forget_from(start)
        self._cut = True


def _trim(kept: bytearray, start: int) -> None:
    """Take half a character, or half an escape, from the end."""
    escape = kept.find(b"\\", max(start, len(kept) - 12))
    if escape >= 0:
        del kept[escape:]
    if (len(kept) - len(kept.rstrip(b"\\"))) % 2:
        del kept[-1]
    if _HALF_A_PAIR.fullmatch(kept, max(start, len(kept) - 6)):
        del kept[-6:]
    while len(kept) > start and kept[-1] >= 0x80:
        del kept[-1]
