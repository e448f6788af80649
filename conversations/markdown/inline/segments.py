"""A long text in segments, so that reading more costs no more than reading the last few lines.

At some space where no opening mark waits for its closing one, everything before can stand for
itself: later text cannot change it. There the text is cut. Where a mark waits for longer than
any author would, it is taken as plain text; this also bounds what hostile text can cost.
"""

import re
from dataclasses import dataclass, field

from conversations.markdown.inline.half_written import NEAR, without_open_marks
from conversations.markdown.inline.placeholders import TAIL
from conversations.markdown.inline.reader import (
    InlineHtml,
    References,
    inline_html,
    is_plain,
    plain_html,
    read_inline,
)

# How long a segment should be, and how long the search for its end may take. Lengths count marks
# for more than letters: they cost as much to read, and hostile text is made of them.
STEP = 256
LONGEST = 8 * STEP
MARK = 16
REACH = 64
# After so many segments that would not settle, or marks, the text is taken as it stands.
MOST_FORCED = 8
MOST_MARKS = 20_000

_MARK = re.compile(r"[\n!$&*:<\[\\\]_`~]")

_BETWEEN_WORDS = re.compile(r"(?<=[^\s\\])(?=[ \n]\S)")
# Where words are not divided by spaces: between two letters that are not of the Latin script.
_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_\u0000-\u024f])(?=[^\W\d_\u0000-\u024f])")


@dataclass(slots=True)
class Segments:
    """The beginning of a text that can stand for itself, as HTML."""

    source: str = ""
    html: list[str] = field(default_factory=list)
    _step: int = STEP
    _start: int = 0
    _forced: int = 0
    _marks: int = 0

    def begins(self, text: str) -> bool:
        """Whether this is the beginning of the text."""
        return text.startswith(self.source)

    def end(self, text: str, references: References) -> str:
        """What follows the settled beginning, as HTML."""
        rest = text[self._start :]
        return plain_html(rest) if self._is_plain else inline_html(rest, references)

    def half_end(self, text: str, references: References) -> tuple[str, int]:
        """The same of a text that is still being written, with a mark where it continues, and
        how many plain characters may follow before it has to be looked at again."""
        rest = text[self._start :]
        room = self._threshold(text) + REACH - len(text)
        if self._is_plain:
            return plain_html(rest) + TAIL, room
        if is_plain(rest) and not rest.endswith("!"):
            return inline_html(rest + TAIL, references), min(NEAR, room)
        half = without_open_marks(rest)
        return inline_html(half.source, references), min(half.room, room)

    def settle(self, text: str, references: References) -> list[str]:
        """Take in as much as can stand for itself; the HTML that this adds."""
        added: list[str] = []
        start = self._start
        length = len(text.rstrip())
        while length >= (least := self._threshold(text)) + REACH:
            piece = self._piece(text, least, references)
            if piece is not None:
                added.append(piece)
        self.html += added
        if self._start > start:
            self.source = text[: self._start]
        return added

    def _threshold(self, text: str) -> int:
        """The least length, and then some to look for a cut, at which to try once more."""
        place, left = self._start, self._step
        for match in _MARK.finditer(text, place, place + left):
            words = match.start() - place
            if words >= left:
                break
            left -= words + MARK
            place = match.end()
            if left <= 0:
                return place
        return place + left

    def _piece(self, text: str, least: int, references: References) -> str | None:
        start = self._start
        end = _cut(text, start, least)
        must = self._step >= LONGEST
        if end is None and must:
            end = least + REACH
        self._step *= 2
        if end is None:
            return None
        piece = text[start:end]
        if self._is_plain:
            reading = InlineHtml(plain_html(piece), settled=True)
        else:
            reading = read_inline(piece, references)
        if not reading.settled and not must:
            return None
        self._start, self._step = end, STEP
        self._forced += not reading.settled
        self._marks += count_marks(piece)
        return reading.html

    @property
    def _is_plain(self) -> bool:
        return self._forced >= MOST_FORCED or self._marks > MOST_MARKS


def text_html(text: str, references: References, segments: Segments | None = None) -> str:
    """A whole text; the segments are a beginning of it that has been read before."""
    text = text.rstrip()
    done = segments if segments is not None and segments.begins(text) else Segments()
    done.settle(text, references)
    return "".join(done.html) + done.end(text, references)


def count_marks(text: str) -> int:
    """How many characters of a text mean, or might mean, something other than themselves."""
    return len(_MARK.findall(text))


def _cut(text: str, start: int, least: int) -> int | None:
    match = _BETWEEN_WORDS.search(text, least, least + REACH)
    if match is None:
        match = _BETWEEN_LETTERS.search(text, least, least + REACH)
        if match is not None and "://" in text[start : match.start()].rpartition(" ")[2]:
            return None
    return match.start() if match else None
