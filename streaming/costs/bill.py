"""Costs of runs, added up and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.formats import get_format
from django.utils.translation import gettext, ngettext

from streaming.models import Counted

NANOS = 10**9
EXACT_DIGITS = 3
DOLLARS = "USD"
Source = Counted.CostSource


@dataclass(frozen=True, slots=True)
class Bill:
    """Costs of runs, in billionths, by currency; `at_most` are those of `bounded` further runs.

    `about` if one of them is an estimate. It leaves out something if it is not `whole`.
    """

    known: Mapping[str, int] = field(default_factory=dict)
    at_most: Mapping[str, int] = field(default_factory=dict)
    bounded: int = 0
    about: bool = False
    whole: bool = True

    @property
    def words(self) -> str:
        """ "$0.0002", "at least" or "about" that much, and what may be added at most."""
        amounts, more = _amounts(self.known), _amounts(self.at_most)
        if not amounts:
            return gettext("at most %(amount)s") % {"amount": more} if more else ""
        if not self.whole:
            amounts = gettext("at least %(amount)s") % {"amount": amounts}
        elif self.about:
            amounts = gettext("about %(amount)s") % {"amount": amounts}
        if not more:
            return amounts
        told = ngettext(
            "%(count)d answer: at most %(amount)s more",
            "%(count)d answers: at most %(amount)s more",
            self.bounded,
        )
        return f"{amounts}, {told % {'count': self.bounded, 'amount': more}}"


def added(rows: Iterable[Mapping[str, Any]]) -> Bill:
    """Of rows with `cost_source`, `cost_currency`, `cost_nanos` and how many runs (`runs`)."""
    known: dict[str, int] = {}
    at_most: dict[str, int] = {}
    bounded, about, whole = 0, False, True
    for row in rows:
        amount, currency = row["cost_nanos"], row["cost_currency"]
        if amount is None:
            whole = False
        elif row["cost_source"] == Source.AT_MOST:
            at_most[currency] = at_most.get(currency, 0) + amount
            bounded += row["runs"]
        else:
            known[currency] = known.get(currency, 0) + amount
            about = about or row["cost_source"] == Source.ESTIMATED
    return Bill(known, at_most, bounded, about, whole)


def split(row: Counted) -> str:
    """The parts of a run's cost: "$0.0000018 in, $0.00015 out"; nothing where it has none."""
    sides = (
        (row.cost_input_nanos, gettext("%(amount)s in")),
        (row.cost_output_nanos, gettext("%(amount)s out")),
    )
    known = [
        words % {"amount": money(part, row.cost_currency)}
        for part, words in sides
        if part is not None
    ]
    return ", ".join(known)


def grouped(number: int) -> str:
    """ "12,345", in groups as the reader's language writes them."""
    return f"{number:,}".replace(",", get_format("THOUSAND_SEPARATOR"))


def money(nanos: int, currency: str) -> str:
    """ "$0.0002", "45.00 TZS"."""
    amount = Decimal(nanos) / NANOS
    places = 2 if amount >= 1 or not amount else EXACT_DIGITS - 1 - amount.adjusted()
    whole, _, part = f"{amount:,.{places}f}".partition(".")
    digits = f"{whole}.{part.rstrip('0').ljust(2, '0')}"
    return f"${digits}" if currency in (DOLLARS, "") else f"{digits} {currency}"


def _amounts(sums: Mapping[str, int]) -> str:
    return ", ".join(money(amount, currency) for currency, amount in sums.items())
