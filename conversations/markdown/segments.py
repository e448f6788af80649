"""A long text in segments, so that reading on costs no more than reading the last few lines.

At some space where no opening mark waits for its closing one, everything before can stand for
itself: later text cannot change it. There the text is cut. Where a mark waits for longer than
any author would, it is taken as plain text; this also bounds what hostile text can cost.
"""

import re
from dataclasses import dataclass, field

from conversations.markdown.inline import References, inline_html, plain_html, read_inline

STEP = 256
LONGEST = 8 * STEP
REACH = 64

_BETWEEN_WORDS = re.compile(r"(?<=[^\s\\])(?= [^\s])")
# Where words are not divided by spaces: between two letters that are not of the Latin script.
_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_\u0000-\u024f])(?=[^\W\d_\u0000-\u024f])")


@dataclass(slots=True)
class Segments:
    """The beginning of a text that can stand for itself, as HTML."""

    source: str = ""
    html: list[str] = field(default_factory=list)
    _tried: int = 0

    def begins(self, text: str) -> bool:
        """Whether this is the beginning of the text."""
        return text.startswith(self.source)

    def rest(self, text: str) -> str:
        """What follows the settled beginning."""
        return text[len(self.source) :]

    def room(self, text: str) -> int:
        """How many characters may follow the text before more of it may have settled."""
        return self._threshold() - len(text)

    def settle(self, text: str, references: References) -> list[str]:
        """Take in as much as can stand for itself; the HTML that this adds."""
        added: list[str] = []
        length = len(text.rstrip())
        while length >= self._threshold():
            self._tried += 1
            piece = self._piece(text, references)
            if piece is not None:
                added.append(piece)
        self.html += added
        return added

    def _threshold(self) -> int:
        return len(self.source) + (self._tried + 1) * STEP + REACH

    def _piece(self, text: str, references: References) -> str | None:
        start = len(self.source)
        least = start + self._tried * STEP
        end = _cut(text, start, least)
        must = self._tried * STEP >= LONGEST
        if end is None and must:
            end = least + REACH
        if end is None:
            return None
        reading = read_inline(text[start:end], references)
        if not reading.settled and not must:
            return None
        self.source = text[:end]
        self._tried = 0
        return reading.html


def text_html(text: str, references: References, segments: Segments | None = None) -> str:
    """A whole text; the segments are a beginning of it that has been read before."""
    text = text.rstrip()
    done = segments if segments is not None and segments.begins(text) else Segments()
    done.settle(text, references)
    return "".join(done.html) + inline_html(done.rest(text), references)


def long_plain_html(text: str) -> str:
    """A whole text as it was written."""
    return plain_html(text.rstrip())


def _cut(text: str, start: int, least: int) -> int | None:
    match = _BETWEEN_WORDS.search(text, least, least + REACH)
    if match is None:
        match = _BETWEEN_LETTERS.search(text, least, least + REACH)
        if match is not None and "://" in text[start : match.start()].rpartition(" ")[2]:
            return None
    return match.start() if match else None
