"""The part of a text that a hit shows: as many of the words as fit, with the words told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from conversations.search.index.folding import FoldedText, fold
from conversations.search.index.terms import Term, pattern
from conversations.search.readable import ends_in_code, readable

LONGEST = 240
BEFORE = 60
"""How much is shown before the first of the words."""
LOOKED_AT = 200
"""Among so many places the one with most different words is shown."""

SPACE = re.compile(r"\s+")


class Part(NamedTuple):
    text: str
    is_marked: bool


def whole(text: str, terms: Sequence[Term]) -> list[Part]:
    """All of a text, its words told apart."""
    folded = FoldedText(text)
    spans = [folded.span(*place) for place in _places(folded, terms)]
    return list(_parts(folded.text, spans, 0, len(folded.text)))


class Stretch(NamedTuple):
    """A part of a text, with the places of the words in it."""

    text: str
    start: int
    end: int
    spans: Sequence[tuple[int, int]]

    @property
    def words(self) -> set[str]:
        return {" ".join(fold(self.text[slice(*span)]).split()) for span in self.spans}


def snippet(text: str, terms: Sequence[Term]) -> list[Part]:
    """The stretch of a text that holds most of the terms; its beginning if there are none."""
    return _shown(_stretch(text, terms))


def markdown_snippet(text: str, terms: Sequence[Term]) -> list[Part]:
    """The same of Markdown, without its marks; with them where a word is in what they hide."""
    source = _stretch(text, terms)
    begin = source.text.rfind("\n", max(0, source.start - LONGEST), source.start) + 1
    begin = begin or _word_start(source.text, max(0, source.start - LONGEST))
    after = _word_end(source.text, source.end + LONGEST, source.end)
    in_code = ends_in_code(source.text[:begin])
    near = _stretch(readable(source.text[begin:after], in_code=in_code).strip(), terms)
    if not near.words >= source.words:
        return _shown(source)
    return _shown(near, begun=begin > 0, follows=after < len(source.text))


def _stretch(text: str, terms: Sequence[Term]) -> Stretch:
    folded = FoldedText(text)
    places = _places(folded, terms)
    first = _best(places, folded.folded)
    spans = [folded.span(*place) for place in places if first <= place[0] < first + LONGEST]
    start = max(0, spans[0][0] - BEFORE) if spans else 0
    start = _word_start(folded.text, start)
    shown = [after for _, after in spans if after <= start + LONGEST]
    end = _word_end(folded.text, start + LONGEST, max(shown, default=start))
    inside = [(begin, min(after, end)) for begin, after in spans if begin < end]
    return Stretch(folded.text, start, end, inside)


def _shown(stretch: Stretch, *, begun: bool = False, follows: bool = False) -> list[Part]:
    """`begun` and `follows`: the text is itself a part of one."""
    parts = list(_parts(stretch.text, stretch.spans, stretch.start, stretch.end))
    if begun or stretch.start:
        parts.insert(0, Part("… ", False))
    if follows or stretch.end < len(stretch.text):
        parts.append(Part(" …", False))
    return parts


def _places(folded: FoldedText, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the terms stand in the folded text."""
    found = pattern(terms).finditer(folded.folded)
    return [place.span() for place, _ in zip(found, range(LOOKED_AT), strict=False)]


def _best(places: Sequence[tuple[int, int]], folded: str) -> int:
    """The place from which on most different words follow."""

    def different(number: int) -> int:
        start = places[number][0]
        near = (place for place in places[number:] if place[0] < start + LONGEST - BEFORE)
        return len({folded[slice(*place)] for place in near})

    return places[max(range(len(places)), key=different)][0] if places else 0


def _word_start(text: str, place: int) -> int:
    """The next beginning of a word, if one is near."""
    if not place or text[place - 1].isspace():
        return place
    space = SPACE.search(text, place, place + BEFORE // 2)
    return space.end() if space else place


def _word_end(text: str, place: int, least: int) -> int:
    """The last end of a word, if one is near and not before `least`; scripts without spaces have
    none.
    """
    if place >= len(text) or text[place].isspace():
        return min(place, len(text))
    *_, space = (None, *SPACE.finditer(text, max(least, place - BEFORE // 2), place))
    return space.start() if space else place


def _parts(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[Part]:
    for begin, after in spans:
        if begin > start:
            yield Part(text[start:begin], False)
        yield Part(text[begin:after], True)
        start = after
    if start < end:
        yield Part(text[start:end], False)
