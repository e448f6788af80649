"""Marks words in HTML that the site rendered: text stays text, and elements stay whole.

A word may go through several elements, as in highlighted code; each part of it is marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape, unescape

from django.utils.safestring import SafeString, mark_safe

from conversations.search.index.folding import FoldedText, composed

TAG = re.compile(r"""<(/?)([a-zA-Z][\w-]*)(?:[^<>"']|"[^"]*"|'[^']*')*>""")
INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "code",
        "del",
        "em",
        "i",
        "ins",
        "kbd",
        "mark",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
        "var",
        "wbr",
    ]
)
"""Elements in which a word continues."""
OPAQUE = frozenset({"math", "button", "svg", "title", "script", "style", "textarea", "select"})
"""Elements whose text is no text of the message, or can hold no mark."""

FIRST = '<mark class="found" id="found" data-found>'
MARK = '<mark class="found">'
BREAK = "\n"


class Piece:
    """A tag, or a text with its place in the text of the whole."""

    def __init__(self, source: str, text: str, start: int) -> None:
        self.source, self.text, self.start = source, text, start


def mark(html: str, words: re.Pattern[str], *, first: bool) -> tuple[SafeString, bool]:
    """The HTML with the words marked, and whether there are any; the first is named if `first`."""
    pieces = list(_pieces(html))
    folded = FoldedText("".join(piece.text for piece in pieces))
    spans = [folded.span(*place.span()) for place in words.finditer(folded.folded)]
    marked = "".join(_marked(pieces, spans, FIRST if first else MARK))
    return mark_safe(marked), bool(spans)  # noqa: S308 (sanitised before, and text is escaped)


def _pieces(html: str) -> Iterator[Piece]:
    place, opaque, done = 0, "", 0
    for tag in TAG.finditer(html):
        if tag.start() > done:
            piece = _text(html[done : tag.start()], place, is_opaque=bool(opaque))
            place += len(piece.text)
            yield piece
        name, done = tag[2].lower(), tag.end()
        if name in OPAQUE and (not opaque or name == opaque):
            opaque = "" if tag[1] else name
        piece = Piece(tag[0], "" if name in INLINE else BREAK, place)
        place += len(piece.text)
        yield piece
    if done < len(html):
        yield _text(html[done:], place, is_opaque=bool(opaque))


def _text(source: str, place: int, *, is_opaque: bool) -> Piece:
    """What is opaque is kept as it is, as tags are."""
    if is_opaque:
        return Piece(source, BREAK, place)
    return Piece("", composed(unescape(source)), place)


def _marked(pieces: Iterable[Piece], spans: list[tuple[int, int]], opening: str) -> Iterator[str]:
    number = 0
    for piece in pieces:
        if piece.source:
            yield piece.source
            continue
        end, at = piece.start + len(piece.text), piece.start
        while number < len(spans) and spans[number][0] < end:
            begin, after = max(spans[number][0], piece.start), min(spans[number][1], end)
            if begin < after:
                yield escape(_part(piece, at, begin), quote=False)
                yield f"{opening}{escape(_part(piece, begin, after), quote=False)}</mark>"
                at, opening = after, MARK
            if spans[number][1] > end:
                break
            number += 1
        yield escape(_part(piece, at, end), quote=False)


def _part(piece: Piece, start: int, end: int) -> str:
    return piece.text[start - piece.start : end - piece.start]
