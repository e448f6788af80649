"""What a search finds, page by page, best first; newer before older where they are equally good.

The newest hits (`SEARCH_RANKED`, titles apart) are held against each other; those that are older
follow them, newest first. So a page costs the same however many texts hold a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings

from conversations.models import SearchEntry
from conversations.requests import row_number
from conversations.search import matching
from conversations.search.conditions import Scope
from conversations.search.index.terms import Term
from conversations.search.matching import Match
from conversations.search.query import Query

TYPICAL_LENGTH = 2_000
IN_TITLE = 1.0
WHOLE_WORD = 0.25
NEXT_TO_EACH_OTHER = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of hits begins: after so many of the best, or before a row of the older."""

    rank: int = 0
    before: int | None = None

    @classmethod
    def read(cls, spelled: str) -> Place:
        """The place whose `str` this is; the beginning for anything else."""
        kind, number = spelled[:1], row_number(spelled[1:])
        if number is None:
            return cls()
        if kind == "o":
            return cls(before=number)
        return cls(number) if kind == "r" else cls()

    def __str__(self) -> str:
        return f"r{self.rank}" if self.before is None else f"o{self.before}"


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits. `count` is exact, or `more_than` it says that there are others."""

    entries: Sequence[SearchEntry] = ()
    count: int = 0
    more_than: bool = False
    following: Place | None = None


def find(owner_id: int, query: Query, place: Place = Place()) -> Found:  # noqa: B008 (frozen)
    if query.is_empty:
        return Found()
    most = settings.SEARCH_RANKED
    titles, messages = (
        matching.newest(query, Scope(owner_id, titles=kind), most) for kind in (True, False)
    )
    older = Older.than(titles, messages, most)
    best = ranked([*titles, *messages], query.terms)
    if place.before is None:
        end = place.rank + settings.SEARCH_PAGE
        pks = [match.entry_id for match in best[place.rank : end]]
        following = Place(end) if end < len(best) else older.place
    else:
        pks, following = older.page(owner_id, query, place.before)
    return Found(load(pks), len(best), older.place is not None, following)


@dataclass(frozen=True, slots=True)
class Older:
    """The hits that are not among those that are ranked: rows before these numbers."""

    titles: int
    messages: int

    @classmethod
    def than(cls, titles: Sequence[Match], messages: Sequence[Match], most: int) -> Older:
        return cls(*(some[-1].entry_id if len(some) == most else 0 for some in (titles, messages)))

    @property
    def place(self) -> Place | None:
        before = max(self.titles, self.messages)
        return Place(before=before) if before else None

    def page(self, owner_id: int, query: Query, before: int) -> tuple[list[int], Place | None]:
        """The newest of them before that row, titles and messages in one row."""
        most = settings.SEARCH_PAGE
        found = [
            match.entry_id
            for kind, first in ((True, self.titles), (False, self.messages))
            for match in matching.newest(
                query, Scope(owner_id, titles=kind), most + 1, min(before, first)
            )
        ]
        pks = sorted(found, reverse=True)
        return pks[:most], Place(before=pks[most - 1]) if len(pks) > most else None


def ranked(matches: Iterable[Match], terms: Sequence[Term]) -> list[Match]:
    """Best first; the newer one of two that are equally good."""

    def order(match: Match) -> tuple[float, str, int]:
        return round(goodness(match, terms), 3), match.written_at, match.entry_id

    return sorted(matches, key=order, reverse=True)


def goodness(match: Match, terms: Sequence[Term]) -> float:
    """Higher for more of each word, in a shorter text, in a title, whole, next to each other."""
    if not terms:
        return 0.0
    words = match.words
    short = 0.5 + len(words) / TYPICAL_LENGTH
    found = 0.0
    for term in terms:
        count = words.count(term.row)
        found += count / (count + short)
        found += WHOLE_WORD * (not term.is_prefix or f"{term.row} " in words)
    if len(terms) > 1:
        found += NEXT_TO_EACH_OTHER * (" ".join(term.row.strip() for term in terms) in words)
    return found / len(terms) + IN_TITLE * (match.message_id is None)


def load(pks: Sequence[int]) -> list[SearchEntry]:
    """The rows in this order, with what they are about."""
    rows = SearchEntry.objects.select_related("conversation", "message").defer("words", "facets")
    found = rows.in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]
