"""What answers used and cost, counted by their providers or estimated, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from conversations.prepared import SOME_UUID, Prepared
from streaming.events import CostReported, UsageReported
from streaming.models import Counted, Generation

BYTES_A_TOKEN = 4
MOST_TOKENS = 2**31 - 1
MOST_MONEY = 10**8
SIDES = ("input_tokens", "output_tokens")
COUNTS = (*SIDES, "reasoning_tokens", "cached_tokens")
EXACT_DIGITS = 3
REPORTED, ESTIMATED = Generation.UsageSource.REPORTED, Generation.UsageSource.ESTIMATED


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one run or of many. Each run's input was sent and billed again, so each counts.

    A count is None where no run has it; `about` if one of the runs was only estimated.
    `total_tokens` are those of runs whose provider tells nothing but a total.
    `costs` go by currency, and leave out something if not `priced` whole.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    about: bool = False
    priced: bool = True
    costs: Mapping[str, Decimal] = field(default_factory=dict)
    total_tokens: int | None = None

    @property
    def output(self) -> str:
        """What was written: "about 512 tokens"; nothing where that is a guess at none."""
        if self.output_tokens is None or (self.about and not self.output_tokens):
            return self._in_all
        unit = "token" if self.output_tokens == 1 else "tokens"
        return f"{self._about}{self.output_tokens:,} {unit}"

    @property
    def tokens(self) -> str:
        """All that was counted: "1,200 tokens in (1,000 cached), 512 out (200 thinking)"."""
        sides = [
            _side(self.input_tokens, "in", self.cached_tokens, "cached"),
            _side(self.output_tokens, "out", self.reasoning_tokens, "thinking"),
        ]
        counts = ", ".join(side for side in sides if side)
        words = f"{self._about}{counts.replace(' ', ' tokens ', 1)}" if counts else ""
        return " and ".join(each for each in (words, self._in_all) if each)

    @property
    def cost(self) -> str:
        """ "$0.0002", or "at least" that much."""
        amounts = ", ".join(_money(amount, currency) for currency, amount in self.costs.items())
        return amounts if self.priced or not amounts else f"at least {amounts}"

    @property
    def _in_all(self) -> str:
        return f"{self.total_tokens:,} tokens in all" if self.total_tokens else ""

    @property
    def _about(self) -> str:
        return "about " if self.about else ""


def record(generation: Counted, usage: UsageReported | None, cost: CostReported | None) -> None:
    """Keep what was reported; a number that no column takes is as good as none."""
    if usage is not None:
        generation.usage_source = ESTIMATED if usage.partial else REPORTED
        for count in (*COUNTS, "total_tokens"):
            tokens = getattr(usage, count)
            fits = tokens is not None and tokens <= MOST_TOKENS
            setattr(generation, count, tokens if fits else None)
        _infer_a_side(generation)
    if cost is not None and (spent := _total(cost)) is not None and spent < MOST_MONEY:
        generation.cost, generation.cost_currency = round(spent, 8), cost.currency[:8]
        generation.cost_input, generation.cost_output = _amount(cost.input), _amount(cost.output)


def _infer_a_side(generation: Counted) -> None:
    """What one side has of a total, where the other is known."""
    for known, missing in (SIDES, SIDES[::-1]):
        tokens, other = getattr(generation, known), getattr(generation, missing)
        if generation.total_tokens is not None and tokens is not None and other is None:
            setattr(generation, missing, max(generation.total_tokens - tokens, 0))


def _amount(value: float | None) -> Decimal | None:
    return round(Decimal(str(value)), 8) if value is not None and value < MOST_MONEY else None


def split(generation: Generation) -> str:
    """The parts of a run's cost: "$0.0000018 in, $0.00015 out"; nothing where it has none."""
    parts = ((generation.cost_input, "in"), (generation.cost_output, "out"))
    known = [
        f"{_money(part, generation.cost_currency)} {side}"
        for part, side in parts
        if part is not None
    ]
    return ", ".join(known)


def estimate(generation: Counted, written: str, reasoning: str, request_characters: int) -> None:
    """Fill in what was not reported to the end, by size; nothing where nothing was answered."""
    is_told = generation.output_tokens is not None or generation.total_tokens is not None
    if is_told and generation.usage_source == REPORTED:
        return
    failed = generation.status == Generation.Status.FAILED
    if not written and failed and not generation.usage_source:
        return
    generation.usage_source = ESTIMATED
    generation.output_tokens = max(generation.output_tokens or 0, _tokens(len(written.encode())))
    if generation.input_tokens is None and request_characters:
        generation.input_tokens = _tokens(request_characters)
    if generation.reasoning_tokens is None and reasoning:
        generation.reasoning_tokens = _tokens(len(reasoning.encode()))


def of(generations: Iterable[Generation]) -> Usage:
    """Of these runs together."""
    return _added(
        {
            **{count: getattr(generation, count) for count in COUNTS},
            "total_tokens": None if _has_sides(generation) else generation.total_tokens,
            "usage_source": generation.usage_source,
            "cost": generation.cost,
            "cost_currency": generation.cost_currency,
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
    """Their tokens and costs added up, by source and currency."""
    groups = counted.order_by().exclude(usage_source="")
    added = {f"sum_{name}": Sum(name) for name in (*COUNTS, "cost")}
    added["sum_total_tokens"] = Sum("total_tokens", filter=Q(input_tokens=None, output_tokens=None))
    rows = groups.values_list("usage_source", "cost_currency")
    summed: QuerySet[Any, tuple[Any, ...]] = rows.annotate(**added)
    return summed


def _of_sums(rows: Iterable[tuple[Any, ...]]) -> Usage:
    names = ("usage_source", "cost_currency", *COUNTS, "cost", "total_tokens")
    return _added(dict(zip(names, row, strict=True)) for row in rows)


def _added(rows: Iterable[Mapping[str, Any]]) -> Usage:
    counted: dict[str, int] = {}
    costs: dict[str, Decimal] = {}
    about, unpriced = False, 0
    for row in rows:
        for count in (*COUNTS, "total_tokens"):
            if row[count] is not None:
                counted[count] = counted.get(count, 0) + row[count]
        spent = row["cost"]
        if spent is None:
            unpriced += 1
        else:
            costs[row["cost_currency"]] = costs.get(row["cost_currency"], Decimal(0)) + spent
        about = about or row["usage_source"] == ESTIMATED
    return Usage(**counted, about=about, priced=not unpriced, costs=costs)


def _has_sides(generation: Counted) -> bool:
    return any(getattr(generation, side) is not None for side in SIDES)


def _tokens(size: int) -> int:
    return -(-size // BYTES_A_TOKEN)


def _total(cost: CostReported) -> Decimal | None:
    parts = (cost.total,) if cost.total is not None else (cost.input, cost.output)
    known = [Decimal(str(part)) for part in parts if part is not None]
    return sum(known, Decimal(0)) if known else None


def _side(count: int | None, name: str, part: int | None, part_name: str) -> str:
    if count is None:
        return ""
    return f"{count:,} {name}" + (f" ({part:,} {part_name})" if part else "")


def _money(amount: Decimal, currency: str) -> str:
    places = 2 if amount >= 1 or not amount else EXACT_DIGITS - 1 - amount.adjusted()
    whole, _, part = f"{amount:,.{places}f}".partition(".")
    digits = f"{whole}.{part.rstrip('0').ljust(2, '0')}"
    return f"${digits}" if currency in ("USD", "") else f"{digits} {currency}"
