"""What a run cost when it ended: reported by its provider, computed, at most, or not known."""

from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal

from streaming.costs.bill import DOLLARS, NANOS, Source
from streaming.events import CostReported, UsageReported
from streaming.models import Counted
from streaming.prices.price_list import Price
from streaming.prices.quote import Quote

logger = logging.getLogger(__name__)

MOST_MONEY = 10**8


def settle(
    row: Counted,
    quote: Quote | None,
    at: datetime,
    usage: UsageReported | None,
    cost: CostReported | None,
    *,
    is_whole: bool,
) -> None:
    """Keep the cost that was reported, else price it, once its tokens stand in the row.

    `usage` is what was reported, perhaps not to the end; `is_whole`: the answer was not cut.
    Without a quote nothing was asked, or nobody knows any more what. Never raises: an answer is
    kept in the same transaction, and a price is not worth one.
    """
    try:
        _record(row, cost)
        _price(row, quote, at, usage, is_whole=is_whole)
    except Exception:  # the list of prices is a package from outside
        logger.exception("A cost cannot be known")
        row.cost_nanos = row.cost_input_nanos = row.cost_output_nanos = None
        row.cost_source, row.cost_currency = Source.UNKNOWN, ""


def _record(row: Counted, cost: CostReported | None) -> None:
    """Keep the cost that was reported; an amount that no column takes is as good as none."""
    total = _total(cost) if cost is not None else None
    if cost is None or total is None or total >= MOST_MONEY:
        return
    row.cost_nanos, row.cost_currency = _nanos(total), cost.currency[:8]
    row.cost_input_nanos, row.cost_output_nanos = _part(cost.input), _part(cost.output)
    row.cost_source = Source.REPORTED


def _price(
    row: Counted,
    quote: Quote | None,
    at: datetime,
    usage: UsageReported | None,
    *,
    is_whole: bool,
) -> None:
    if row.cost_source or not row.usage_source or quote is None:
        return
    if not quote.is_priced(at):
        row.cost_source = Source.UNPRICED
        return
    is_counted = row.usage_source == Counted.UsageSource.REPORTED
    price, source = quote.price(row, at), Source.COMPUTED if is_counted else Source.ESTIMATED
    if not is_counted and not is_whole:
        price, source = quote.at_most(usage or UsageReported(), at), Source.AT_MOST
    row.price_list, row.priced_at = quote.source[:40], at
    row.cost_source = source if price is not None else Source.UNKNOWN
    if price is not None:
        _keep(row, price)


def _keep(row: Counted, price: Price) -> None:
    row.cost_nanos, row.cost_currency = _nanos(price.total), DOLLARS
    row.cost_input_nanos, row.cost_output_nanos = _nanos(price.input), _nanos(price.output)


def _total(cost: CostReported) -> Decimal | None:
    parts = (cost.total,) if cost.total is not None else (cost.input, cost.output)
    known = [Decimal(str(part)) for part in parts if part is not None]
    return sum(known, Decimal(0)) if known else None


def _part(value: float | None) -> int | None:
    return _nanos(Decimal(str(value))) if value is not None and value < MOST_MONEY else None


def _nanos(amount: Decimal) -> int:
    return round(amount * NANOS)
