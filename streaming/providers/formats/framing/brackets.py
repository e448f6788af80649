"""Where a JSON object or array ends, found by its brackets, in pieces of any size."""

import re

# Possessive, so that a hostile string costs one pass. A string that is not whole yet stops the
# first pattern at its opening quote; the second continues inside it.
_PLAIN_BYTES = rb'[^"{}\[\]]*+'
_IN_STRING = rb'[^"\\\r\n]*+(?:\\.[^"\\\r\n]*+)*+'
_WHOLE_STRING = rb'"%s"' % _IN_STRING


def inside_brackets(levels: int) -> bytes:
    """A pattern for a text whose brackets are nested at most so many levels deep."""
    plain, string = _PLAIN_BYTES, _WHOLE_STRING
    inside = rb"%s(?:%s%s)*+" % (plain, string, plain)
    for _ in range(levels):
        inside = rb"%s(?:(?:%s|[{\[]%s[}\]])%s)*+" % (plain, string, inside, plain)
    return inside


PLAIN = re.compile(inside_brackets(levels=0), re.DOTALL)
STRING = re.compile(_IN_STRING, re.DOTALL)


class Brackets:
    """Follows one value. `closed` once its last bracket has come, `broken` where a line ends
    inside a string, which no JSON allows.
    """

    __slots__ = ("_after_backslash", "_depth", "_in_string", "broken", "closed")

    def __init__(self) -> None:
        self.closed = self.broken = False
        self._depth = 0
        self._in_string = False
        self._after_backslash = False

    @property
    def in_string(self) -> bool:
        return self._in_string

    def scan(self, data: bytes | bytearray, start: int = 0) -> int:
        """The position after the value's end, or the length of the data; of a broken one, the
        position of the line's end.
        """
        position = start
        if self._after_backslash and position < len(data):
            self._after_backslash = False
            position += 1
        while position < len(data) and not (self.closed or self.broken):
            match = (STRING if self._in_string else PLAIN).match(data, position)
            assert match is not None
            position = match.end()
            if position < len(data):
                self._read_mark(data[position])
                position += 0 if self.broken else 1
        return position

    def _read_mark(self, mark: int) -> None:
        if mark == 0x5C:  # its partner has not come
            self._after_backslash = True
        elif mark in b"\r\n":
            self.broken = True
        elif mark == 0x22:
            self._in_string = not self._in_string
        else:
            self._depth += 1 if mark in b"{[" else -1
            self.closed = self._depth <= 0


def is_whole(data: bytes) -> bool:
    """Whether this is one value, from its first bracket to its last."""
    brackets = Brackets()
    end = brackets.scan(data)
    return brackets.closed and not data[end:].strip()
