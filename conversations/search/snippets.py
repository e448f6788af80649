"""The part of a text that a hit shows: as many of the words as fit, with the words told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from conversations.search.index.folding import FoldedText
from conversations.search.index.terms import Term, pattern

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


def snippet(text: str, terms: Sequence[Term]) -> list[Part]:
    """The stretch of a text that holds most of the terms; its beginning if there are none."""
    folded = FoldedText(text)
    places = _places(folded, terms)
    first = _best(places, folded.folded)
    spans = [folded.span(*place) for place in places if first <= place[0] < first + LONGEST]
    start = max(0, spans[0][0] - BEFORE) if spans else 0
    start = _word_start(folded.text, start)
    end = min(len(folded.text), start + LONGEST)
    inside = [(begin, min(after, end)) for begin, after in spans if begin < end]
    parts = list(_parts(folded.text, inside, start, end))
    if start:
        parts.insert(0, Part("… ", False))
    if end < len(folded.text):
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
    space = SPACE.search(text, place, place + BEFORE // 2) if place else None
    return space.end() if space else place


def _parts(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[Part]:
    for begin, after in spans:
        if begin > start:
            yield Part(text[start:begin], False)
        yield Part(text[begin:after], True)
        start = after
    if start < end:
        yield Part(text[start:end], False)
