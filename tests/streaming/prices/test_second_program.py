"""Two hundred prices of the package's own reckoning against a reckoning of ours from its data."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from genai_prices.data_snapshot import get_snapshot

from streaming.events import UsageReported
from streaming.prices.price_list import price_of
from streaming.providers.config import ProviderConfig

ADDRESSES = {
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com/v1",
    "google": "https://generativelanguage.googleapis.com/v1beta/openai",
    "deepseek": "https://api.deepseek.com/v1",
    "x-ai": "https://api.x.ai/v1",
    "mistral": "https://api.mistral.ai/v1",
    "groq": "https://api.groq.com/openai/v1",
}
TOKENS_ALONE = {"input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok"}
BESIDE = {"cache_write_1h_mtok", "web_searches_kcount", "storage_searches_kcount"}
HOW_MANY = 200


def rate(price: Any, sent: int) -> Decimal:
    """Of all tokens of a request of this size."""
    found = getattr(price, "base", price)
    for tier in getattr(price, "tiers", ()):
        if sent > tier.start:
            found = tier.price
    return Decimal(found)


def holds(constraint: Any, at: datetime) -> bool:
    if constraint is None:
        return True
    if (start := getattr(constraint, "start_date", None)) is not None:
        return bool(at.date() >= start)
    begin, end = constraint.start_time, constraint.end_time
    now = at.timetz()
    return bool(begin <= now < end) if begin <= end else bool(now >= begin or now < end)


def prices_at(model: Any, at: datetime) -> dict[str, Any]:
    """The last price that holds, else the first."""
    if not isinstance(model.prices, list):
        return _given(model.prices)
    held = [each.prices for each in model.prices if holds(each.constraint, at)]
    return _given(held[-1] if held else model.prices[0].prices)


def _given(prices: Any) -> dict[str, Any]:
    return {name: price for name, price in vars(prices).items() if price is not None}


def reckoned(prices: dict[str, Any], usage: UsageReported) -> Decimal:
    """Dollars: what came from a cache, what went into one, the rest of the input, the output."""
    sent, written = usage.input_tokens or 0, usage.output_tokens or 0
    cached, stored = usage.cached_tokens or 0, usage.cache_write_tokens or 0
    amounts = {"cache_read_mtok": cached, "cache_write_mtok": stored}
    total, rest = Decimal(0), sent
    for name, amount in amounts.items():
        if name in prices:
            total, rest = total + amount * rate(prices[name], sent), rest - amount
    total += rest * rate(prices["input_mtok"], sent)
    return (total + written * rate(prices["output_mtok"], sent)) / 10**6


def usage_of(draw: random.Random) -> UsageReported:
    sent = draw.choice([draw.randrange(1, 5000), draw.randrange(100_000, 400_000)])
    cached = draw.randrange(sent + 1) if draw.random() < 0.5 else 0
    stored = draw.randrange(sent - cached + 1) if draw.random() < 0.3 else 0
    return UsageReported(sent, draw.randrange(8000), None, None, cached, cache_write_tokens=stored)


def test_two_programs_agree_on_two_hundred_usages() -> None:
    draw, compared = random.Random(16), 0
    providers = [each for each in get_snapshot().providers if each.id in ADDRESSES]
    while compared < HOW_MANY:
        vendor = draw.choice(providers)
        model = draw.choice(vendor.models)
        at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=draw.randrange(690 * 24 * 60))
        prices = prices_at(model, at)
        is_plain = {"input_mtok", "output_mtok"} <= prices.keys() <= TOKENS_ALONE | BESIDE
        if not is_plain or vendor.find_model(model.id) is not model:
            continue
        usage, config = usage_of(draw), ProviderConfig("p", "P", "chat", ADDRESSES[vendor.id])
        price = price_of(config, model.id, usage, at)
        assert price is not None, (vendor.id, model.id)
        assert price.total == reckoned(prices, usage), (vendor.id, model.id, at, usage)
        compared += 1
