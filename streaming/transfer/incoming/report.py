"""What became of an import: counts, what was refused and why, and what is kept and not shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.db.models import Case, Count, IntegerField, Value, When

from conversations.transfer.models import Outcome, Transfer
from streaming.transfer import sentences

What = Outcome.What
FIRST = {What.REFUSED: 0, What.UPDATED: 1, What.TAKEN: 2, What.UNCHANGED: 3}
"""What a person looks for comes first."""


class Kept(NamedTuple):
    """So many of a kind."""

    word: str
    number: int


class Row(NamedTuple):
    """What became of one conversation, and what of it is kept and not shown."""

    outcome: Outcome
    kept: Sequence[Kept]


@dataclass(frozen=True, slots=True)
class Report:
    """`rows` are the first of all; `more` are not in them."""

    taken: int
    unchanged: int
    updated: int
    refused: int
    rows: Sequence[Row]
    more: int
    kept: Sequence[Kept]
    ignored: Sequence[str]


def of(row: Transfer) -> Report:
    own = Outcome.objects.filter(transfer=row)
    counts: dict[str, int] = dict(
        own.order_by().values_list("what").annotate(count=Count("pk")).values_list("what", "count")
    )
    turns = [When(what=what, then=Value(turn)) for what, turn in FIRST.items()]
    ordered = own.order_by(Case(*turns, output_field=IntegerField()), "place")
    shown = ordered.select_related("conversation")[: settings.REPORT_ROWS]
    rows = [Row(outcome, _kept(Counter(outcome.not_shown))) for outcome in shown]
    kept: Counter[str] = Counter()
    for counted in own.exclude(not_shown={}).values_list("not_shown", flat=True).iterator():
        kept.update(counted)
    return Report(
        taken=counts.get(What.TAKEN, 0),
        unchanged=counts.get(What.UNCHANGED, 0),
        updated=counts.get(What.UPDATED, 0),
        refused=counts.get(What.REFUSED, 0),
        rows=rows,
        more=sum(counts.values()) - len(rows),
        kept=_kept(kept),
        ignored=row.options.get("ignored", []),
    )


def _kept(counts: Counter[str]) -> list[Kept]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Kept(sentences.kept_word(word), count) for word, count in ordered]
