"""The data lines of one event, until it is known which frames they are."""

from streaming.providers.formats.framing.brackets import Brackets, is_whole
from streaming.providers.formats.framing.oversized import MAX_FRAME, Shrinker

JSON_BEGINS = (b"{", b"[")

_LINE_COST = 64
"""Bytes that a short line takes besides its own."""
_DROPPED = b"\0dropped"


class PendingLines:
    """`add` takes a line; `take` hands over the frames and begins the next event."""

    __slots__ = ("_brackets", "_lines", "_scanned", "_shrinker", "_size", "is_bare", "is_empty")

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._reset()

    def _reset(self) -> None:
        self._lines.clear()
        self._size = self._scanned = 0
        self._brackets: Brackets | None = None
        self._shrinker: Shrinker | None = None
        self.is_bare = False
        self.is_empty = True  # asked for each delta

    @property
    def is_json(self) -> bool:
        return self._shrinker is not None or (bool(self._lines) and is_json_line(self._lines[0]))

    @property
    def is_closed(self) -> bool:
        """Whether nothing that follows can belong to it."""
        if self._shrinker is not None:
            return self._shrinker.closed or self._shrinker.hopeless
        if not self.is_json:
            return True
        brackets = self._brackets = self._brackets or Brackets()
        for line in self._lines[self._scanned :]:
            brackets.scan(line)
            if brackets.in_string:
                brackets.broken = True
        self._scanned = len(self._lines)
        return brackets.closed or brackets.broken

    def add(self, line: bytes, *, bare: bool = False) -> None:
        self.is_bare = bare
        self.is_empty = False
        if self._shrinker is not None:
            self._shrinker.feed(b"\n" + line)
            return
        self._lines.append(line)
        self._size += len(line) + _LINE_COST
        if self._size > MAX_FRAME and self.is_json:
            self._shrink()

    def drop(self) -> None:
        """A line of data that is too long, and no JSON: that it came is all that is kept."""
        self._lines.append(_DROPPED)
        self.is_empty = False

    def continue_line(self, piece: bytes) -> None:
        """More of the last line, which is too long to be held."""
        if self._shrinker is None:
            self._shrink()
            self.is_empty = False
        assert self._shrinker is not None
        self._shrinker.feed(piece)

    def _shrink(self) -> None:
        self._shrinker = Shrinker()
        self._shrinker.feed_at_once(b"\n".join(self._lines))
        self._lines.clear()

    def take(self) -> list[str]:
        """The frames in it: all lines joined, where that is one value, or else apart."""
        if self._shrinker is not None:
            found: list[str] = [self._shrinker.frame()]
        elif _DROPPED in self._lines:
            found = [Shrinker().frame()]
        elif len(self._lines) == 1:
            found = [self._lines[0].decode("utf-8", "replace")]
        elif self.is_json and is_whole(b"\n".join(self._lines)):
            found = [b"\n".join(self._lines).decode("utf-8", "replace")]
        else:
            found = [line.decode("utf-8", "replace") for line in _apart(self._lines)]
        self._reset()
        return found


def _apart(lines: list[bytes]) -> list[bytes]:
    """Lines that are no value together: each whole one for itself, what is between joined."""
    groups: list[bytes] = []
    broken: list[bytes] = []
    for line in lines:
        if is_json_line(line) and not is_whole(line):
            broken.append(line)
            continue
        if broken and not is_json_line(line):
            broken.append(line)
            continue
        if broken:
            groups.append(b"\n".join(broken))
            broken.clear()
        groups.append(line)
    return [*groups, b"\n".join(broken)] if broken else groups


def is_json_line(line: bytes) -> bool:
    return line.lstrip()[:1] in JSON_BEGINS
