"""What somebody typed into the search box: terms and filters. Whatever it is, it is no error.

Words are all looked for; "a phrase in quotes" as it stands. A filter is a word such as
`is:interrupted`; where its value is unknown it is text like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils.timezone import make_aware

from conversations import sentences
from conversations.search.index.facets import CODE, STATES, model_words
from conversations.search.index.terms import Term, term

CHUNK = re.compile(
    r"""(?P<key>[a-z]+):"(?P<quoted>[^"]*)"?  # model:"some name"
    | "(?P<phrase>[^"]*)"?
    | (?P<word>[^\s"]+)""",
    re.VERBOSE | re.IGNORECASE,
)
QUOTES = str.maketrans("“”„«»", '"""""')
EDGES = {date.min.year, date.max.year}
"""Their midnights may be no dates in another time zone."""
DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Query:
    """`since` and `until`: from that moment on, and before that moment."""

    text: str = ""
    terms: tuple[Term, ...] = ()
    states: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    has_code: bool = False
    since: datetime | None = None
    until: datetime | None = None
    words: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for that anything could be held against."""
        return not (self.terms or self.filters) or bool(self.trouble)

    @property
    def spelled_words(self) -> str:
        """What was typed, without the filters."""
        return " ".join(self.words)

    def toggled(self, word: str) -> str:
        """What the box holds once this filter is added, or taken out if it is there."""
        others = [each for each in self.filters if each != word]
        return " ".join([*self.words, *others, *([] if word in self.filters else [word])])


def parse(text: str) -> Query:
    """What this asks for; `trouble` says why nothing is looked for where it is too much."""
    text = text.strip()
    if len(text) > settings.SEARCH_CHARACTERS:
        return Query(text[: settings.SEARCH_CHARACTERS], trouble=sentences.too_long(len(text)))
    query = Query(text)
    for chunk in CHUNK.finditer(text.translate(QUOTES)):
        query = _add(query, chunk)
    if (number := sum(len(each.pieces) for each in query.terms)) > settings.SEARCH_WORDS:
        return replace(query, trouble=sentences.too_many_words(number))
    return query


def _add(query: Query, chunk: re.Match[str]) -> Query:
    """The query with one more word, phrase or filter."""
    key, value, spelled = chunk["key"], chunk["quoted"], _closed(chunk[0].strip())
    if chunk["word"]:
        key, _, value = chunk["word"].partition(":")
    if key and value and (read := FILTERS.get(key.lower())):
        filtered = read(query, value)
        if filtered is not None:
            return replace(filtered, filters=(*query.filters, _as_offered(spelled)))
    looked_for = term(chunk["phrase"] or chunk[0], whole=chunk["phrase"] is not None)
    if looked_for is None or looked_for in query.terms:
        return query
    return replace(query, terms=(*query.terms, looked_for), words=(*query.words, spelled))


def _closed(spelled: str) -> str:
    """With its closing quote, so that a filter which is added after it is no part of it."""
    return f'{spelled}"' if spelled.count('"') % 2 else spelled


def _as_offered(spelled: str) -> str:
    """A filter however its letters are written as the chip has it; names keep their letters."""
    key, _, value = spelled.partition(":")
    return f"{key.lower()}:{value.lower() if key.lower() in {'is', 'has'} else value}"


def _state(query: Query, value: str) -> Query | None:
    state = value.lower()
    return replace(query, states=(*query.states, state)) if state in STATES else None


def _model(query: Query, value: str) -> Query | None:
    return replace(query, models=(*query.models, value)) if model_words(value) else None


def _project(query: Query, value: str) -> Query | None:
    return replace(query, projects=(*query.projects, value)) if model_words(value) else None


def _has(query: Query, value: str) -> Query | None:
    return replace(query, has_code=True) if value.lower() == CODE else None


def _after(query: Query, value: str) -> Query | None:
    days = _days(value)
    return replace(query, since=_midnight(days[0])) if days else None


def _before(query: Query, value: str) -> Query | None:
    days = _days(value)
    return replace(query, until=_midnight(days[0])) if days else None


def _on(query: Query, value: str) -> Query | None:
    days = _days(value)
    return replace(query, since=_midnight(days[0]), until=_midnight(days[1])) if days else None


FILTERS: Mapping[str, Callable[[Query, str], Query | None]] = {
    "is": _state,
    "model": _model,
    "project": _project,
    "has": _has,
    "after": _after,
    "before": _before,
    "on": _on,
    "date": _on,
}
"""What each filter adds to a query; None where its value says nothing."""


def _days(value: str) -> tuple[date, date] | None:
    """The first day of a year, month or day, and the one after its last; None for anything else."""
    found = DAY.fullmatch(value)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        if first.year in EDGES:
            return None
        if day:
            return first, first + timedelta(days=1)
        far = timedelta(days=31 if month else 366)
        return first, (first + far).replace(day=1, **({} if month else {"month": 1}))
    except (ValueError, OverflowError):
        return None


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()))
