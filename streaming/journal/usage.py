"""What answers used and cost, counted by their providers or estimated, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Count, Q, QuerySet, Sum
from django.utils.translation import gettext, gettext_noop, ngettext

from conversations.prepared import SOME_UUID, Prepared
from streaming.costs import bill, settling
from streaming.costs.bill import Bill
from streaming.events import UsageReported
from streaming.journal.run_facts import RunFacts
from streaming.models import Counted, Generation

BYTES_A_TOKEN = 4
MOST_TOKENS = 2**31 - 1
SIDES = ("input_tokens", "output_tokens")
COUNTS = (*SIDES, "reasoning_tokens", "cached_tokens")
REPORTED, ESTIMATED = Generation.UsageSource.REPORTED, Generation.UsageSource.ESTIMATED

SideNames = tuple[str, str, str, str]
IN: SideNames = (
    gettext_noop("%(count)s in"),
    gettext_noop("%(count)s tokens in"),
    gettext_noop("%(count)s in (%(part)s cached)"),
    gettext_noop("%(count)s tokens in (%(part)s cached)"),
)
OUT: SideNames = (
    gettext_noop("%(count)s out"),
    gettext_noop("%(count)s tokens out"),
    gettext_noop("%(count)s out (%(part)s thinking)"),
    gettext_noop("%(count)s tokens out (%(part)s thinking)"),
)


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one run or of many. Each run's input was sent and billed again, so each counts.

    A count is None where no run has it; `about` if one of the runs was only estimated.
    `total_tokens` are those of runs whose provider tells nothing but a total.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    about: bool = False
    costs: Bill = field(default_factory=Bill)
    total_tokens: int | None = None

    @property
    def output(self) -> str:
        """What was written: "about 512 tokens"; nothing where that is a guess at none."""
        if self.output_tokens is None or (self.about and not self.output_tokens):
            return self._in_all
        words = ngettext("%(count)s token", "%(count)s tokens", self.output_tokens)
        return self._told(words % {"count": f"{self.output_tokens:,}"})

    @property
    def tokens(self) -> str:
        """All that was counted: "1,200 tokens in (1,000 cached), 512 out (200 thinking)"."""
        sides = [
            _side(IN, self.input_tokens, self.cached_tokens, first=True),
            _side(OUT, self.output_tokens, self.reasoning_tokens, first=self.input_tokens is None),
        ]
        counts = ", ".join(side for side in sides if side)
        words = self._told(counts) if counts else ""
        return gettext(" and ").join(each for each in (words, self._in_all) if each)

    @property
    def cost(self) -> str:
        """ "$0.0002", or "at least" that much."""
        return self.costs.words

    @property
    def _in_all(self) -> str:
        if not self.total_tokens:
            return ""
        return gettext("%(count)s tokens in all") % {"count": f"{self.total_tokens:,}"}

    def _told(self, words: str) -> str:
        return gettext("about %(words)s") % {"words": words} if self.about else words


def count(generation: Generation, facts: RunFacts, written: str, reasoning: str) -> None:
    """What a run that ended used and cost; `written` is all that came."""
    record(generation, facts.usage)
    estimate(generation, written, reasoning, facts.request_characters)
    settling.settle(
        generation,
        facts.quote,
        generation.asked_at,
        facts.usage,
        facts.cost,
        is_whole=facts.status == Generation.Status.FINISHED,
    )
    is_lost = facts.status == Generation.Status.INTERRUPTED and facts.upstream_closed_at is None
    if is_lost and generation.usage_source and not generation.cost_source:
        generation.cost_source = bill.Source.UNKNOWN  # its process died, and with it the request


def record(generation: Counted, usage: UsageReported | None) -> None:
    """Keep what was reported; a number that no column takes is as good as none."""
    if usage is None:
        return
    generation.usage_source = ESTIMATED if usage.partial else REPORTED
    for count in (*COUNTS, "cache_write_tokens", "total_tokens"):
        tokens = getattr(usage, count)
        fits = tokens is not None and tokens <= MOST_TOKENS
        setattr(generation, count, tokens if fits else None)
    _infer_a_side(generation)


def _infer_a_side(generation: Counted) -> None:
    """What one side has of a total, where the other is known."""
    for known, missing in (SIDES, SIDES[::-1]):
        tokens, other = getattr(generation, known), getattr(generation, missing)
        if generation.total_tokens is not None and tokens is not None and other is None:
            setattr(generation, missing, max(generation.total_tokens - tokens, 0))


def estimate(generation: Counted, written: str, reasoning: str, request_characters: int) -> None:
    """Fill in what was not reported to the end, by size; nothing where nothing was answered."""
    is_told = generation.output_tokens is not None or generation.total_tokens is not None
    if is_told and generation.usage_source == REPORTED:
        return
    failed = generation.status == Generation.Status.FAILED
    if not written and failed and not generation.usage_source:
        return
    generation.usage_source = ESTIMATED
    generation.output_tokens = max(generation.output_tokens or 0, _tokens(written))
    if generation.input_tokens is None and request_characters:
        generation.input_tokens = _tokens_in(request_characters)
    if generation.reasoning_tokens is None and reasoning:
        generation.reasoning_tokens = _tokens(reasoning)


def of(generations: Iterable[Generation]) -> Usage:
    """Of these runs together."""
    return _added(
        {
            **{count: getattr(generation, count) for count in COUNTS},
            "total_tokens": None if _has_sides(generation) else generation.total_tokens,
            "usage_source": generation.usage_source,
            "cost_nanos": generation.cost_nanos,
            "cost_currency": generation.cost_currency,
            "cost_source": generation.cost_source,
            "runs": 1,
        }
        for generation in generations
        if generation.usage_source
    )


def total(generations: QuerySet[Generation]) -> Usage:
    """Of all runs of a query, added up where they are kept."""
    return _of_sums(sums(generations))


def of_conversation(conversation_id: UUID, others: Iterable[tuple[Any, ...]] = ()) -> Usage:
    """Of all its runs, and of `others` whose `sums` these are; every page of it shows this."""
    return _of_sums([*_sums_of_conversation().rows(conversation_id), *others])


@cache
def _sums_of_conversation() -> Prepared:
    return Prepared(sums(Generation.objects.filter(conversation=SOME_UUID)), SOME_UUID)


def sums(counted: QuerySet[Any]) -> QuerySet[Any, tuple[Any, ...]]:
    """Their tokens and costs added up, by what tells them and by currency."""
    groups = counted.order_by().exclude(usage_source="")
    added: dict[str, Aggregate] = {f"sum_{name}": Sum(name) for name in (*COUNTS, "cost_nanos")}
    added["sum_total_tokens"] = Sum("total_tokens", filter=Q(input_tokens=None, output_tokens=None))
    added["runs"] = Count("pk")
    rows = groups.values_list("usage_source", "cost_currency", "cost_source")
    summed: QuerySet[Any, tuple[Any, ...]] = rows.annotate(**added)
    return summed


def _of_sums(rows: Iterable[tuple[Any, ...]]) -> Usage:
    names = (
        *("usage_source", "cost_currency", "cost_source"),
        *(*COUNTS, "cost_nanos", "total_tokens", "runs"),
    )
    return _added(dict(zip(names, row, strict=True)) for row in rows)


def _added(rows: Iterable[Mapping[str, Any]]) -> Usage:
    counted: dict[str, int] = {}
    about, rows = False, list(rows)
    for row in rows:
        for count in (*COUNTS, "total_tokens"):
            if row[count] is not None:
                counted[count] = counted.get(count, 0) + row[count]
        about = about or row["usage_source"] == ESTIMATED
    return Usage(**counted, about=about, costs=bill.added(rows))


def _has_sides(generation: Counted) -> bool:
    return any(getattr(generation, side) is not None for side in SIDES)


def _tokens(text: str) -> int:
    return _tokens_in(len(text.encode(errors="replace")))


def _tokens_in(size: int) -> int:
    return -(-size // BYTES_A_TOKEN)


def _side(names: SideNames, count: int | None, part: int | None, *, first: bool) -> str:
    """What comes first says of what it is a number."""
    if count is None:
        return ""
    alone, of_tokens, with_part, of_tokens_with_part = names
    pair = (with_part, of_tokens_with_part) if part else (alone, of_tokens)
    return gettext(pair[first]) % {"count": f"{count:,}", "part": f"{part or 0:,}"}
