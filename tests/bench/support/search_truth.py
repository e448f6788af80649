"""Whether each search finds what reading every text finds, in the same order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

NEWEST = 300
EVERYTHING = 10**9


def texts() -> Mapping[int, str]:
    """By the numbers of their rows, newest first: each prompt and answer, folded."""
    from conversations.models import SearchEntry
    from conversations.search.index.folding import fold

    rows = SearchEntry.objects.exclude(message=None).order_by("-pk")
    return {pk: fold(text) for pk, text in rows.values_list("pk", "message__text").iterator()}


def differences(owner_id: int, queries: Sequence[str]) -> Iterator[str]:
    """The queries that find anything else. Filters are left out: they say nothing of a text."""
    everything = texts()
    for spelled in queries:
        if ":" in spelled:
            continue
        held = reading(everything, spelled)
        if (found(owner_id, spelled, NEWEST), found(owner_id, spelled, EVERYTHING)) != (
            held[:NEWEST],
            held,
        ):
            yield spelled


def found(owner_id: int, spelled: str, most: int) -> list[int]:
    """Rows of messages, newest first."""
    from django.db import connection

    from conversations.search import matching
    from conversations.search.conditions import NEWEST as BEFORE_NONE
    from conversations.search.conditions import Scope
    from conversations.search.query import parse

    look_up = matching.LOOK_UPS[connection.vendor]
    return look_up(parse(spelled), Scope(owner_id, titles=False), most, BEFORE_NONE)


def reading(everything: Mapping[int, str], spelled: str) -> list[int]:
    from conversations.search.query import parse

    terms = parse(spelled).terms
    held = list(everything)
    for term in terms:
        pattern = re.compile(term.pattern)
        held = [
            pk
            for pk in held
            if all(piece in everything[pk] for piece in term.pieces)
            and pattern.search(everything[pk])
        ]
    return held
