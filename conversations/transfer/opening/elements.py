"""The elements of a JSON file, one at a time: however long it is, one of them is in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, Any, NamedTuple

import ijson

from conversations.languages.texts import lazy_text
from conversations.transfer.opening.bounds import Bounds, Unreadable

PIECE = 64 * 1024
BOM = b"\xef\xbb\xbf"

NOT_JSON = lazy_text(
    "The file is damaged, or it is no JSON: reading stopped after %(count)s bytes."
)
LONG_TEXT = lazy_text("A text in the file is longer than %(most)s MB: it is not read any further.")
TOO_LARGE = lazy_text("It is larger than %(most)s MB.")
TOO_DEEP = lazy_text("It is nested more than %(most)s levels deep.")


class Element(NamedTuple):
    """`number` counts from 0. One that is too large or deep has no value; `why` says so.

    `alone`: the file is this one, and no list.
    """

    number: int
    value: Any
    why: str = ""
    alone: bool = False


class _Source:
    """A file as the JSON reader reads it, which tells how far, and refuses a text without end."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self._most = file, most
        self._first = True
        self.count = self.since = 0

    def read(self, size: int = PIECE) -> bytes:
        piece = self._file.read(min(size, PIECE) if size >= 0 else PIECE)
        if piece and self._first:
            piece, self._first = piece.removeprefix(BOM), False
        self.count += len(piece)
        self.since += len(piece)
        if self.since > self._most + 2 * PIECE:
            raise Unreadable(LONG_TEXT % {"most": self._most // 2**20})
        return piece


class _Element:
    """What is being read: containers that are open, and how much is in them."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._open: list[Any] = []
        self._names: list[str] = []
        self._size = 0
        self.depth = 0
        self.value: Any = None
        self.why = ""

    def take(self, event: str, value: Any) -> bool:
        """True once it is complete."""
        self._size += 8 + (len(value) if isinstance(value, str) else 0)
        if self._size > self._bounds.element:
            self._drop(TOO_LARGE % {"most": self._bounds.element // 2**20})
        match event:
            case "start_map" | "start_array":
                self.depth += 1
                if self.depth > self._bounds.depth:
                    self._drop(TOO_DEEP % {"most": self._bounds.depth})
                self._begin({} if event == "start_map" else [])
            case "end_map" | "end_array":
                self.depth -= 1
                self._end()
            case "map_key":
                if not self.why:
                    self._names[-1] = value
            case _:
                self._add(value)
        return self.depth == 0

    def _begin(self, container: Any) -> None:
        if not self.why:
            self._add(container)
            self._open.append(container)
            self._names.append("")

    def _end(self) -> None:
        if not self.why:
            self._open.pop()
            self._names.pop()

    def _add(self, value: Any) -> None:
        if self.why:
            return
        if not self._open:
            self.value = value
        elif isinstance(self._open[-1], dict):
            self._open[-1][self._names[-1]] = value
        else:
            self._open[-1].append(value)

    def _drop(self, why: str) -> None:
        """The rest of it is read past."""
        self.why = self.why or why
        self.value, self._open, self._names = None, [], []


def elements(
    file: IO[bytes], bounds: Bounds, progress: Callable[[int], object] = lambda count: None
) -> Iterator[Element]:
    """Those of the list that the file is, or the one thing that it is.

    `progress` is told how many bytes were read. Raises Unreadable, after what could be read.
    """
    source = _Source(file, bounds.element)
    try:
        events = iter(ijson.basic_parse(source, use_float=True))
        first = next(events, None)
        if first is None:
            return
        is_list = first[0] == "start_array"
        element, number = _Element(bounds), 0
        if not is_list and element.take(*first):
            yield Element(0, element.value, element.why, alone=True)
        for event, value in events:
            source.since = 0
            if is_list and element.depth == 0 and event == "end_array":
                break
            if element.take(event, value):
                yield Element(number, element.value, element.why, alone=not is_list)
                progress(source.count)
                element, number = _Element(bounds), number + 1
        for _ in events:  # what follows is an error
            pass
    except (ijson.JSONError, ValueError, UnicodeDecodeError) as trouble:
        raise Unreadable(NOT_JSON % {"count": f"{source.count:,}"}) from trouble
