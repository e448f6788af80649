"""Prices and windows of models by their provider's address; the only door to `genai_prices`."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from importlib.metadata import version
from threading import Event
from typing import Any, Protocol

from streaming.providers.config import ProviderConfig

logger = logging.getLogger(__name__)
_loaded = Event()


class Counted(Protocol):
    """Tokens as a `UsageReported` or a row counts them; input holds what the cache brought."""

    @property
    def input_tokens(self) -> int | None: ...

    @property
    def output_tokens(self) -> int | None: ...

    @property
    def cached_tokens(self) -> int | None: ...

    @property
    def cache_write_tokens(self) -> int | None: ...

    @property
    def reasoning_tokens(self) -> int | None: ...

    @property
    def total_tokens(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Price:
    """What an answer cost by the list, in US dollars."""

    total: Decimal
    input: Decimal
    output: Decimal


@dataclass(frozen=True, slots=True)
class Rates:
    """US dollars for a million tokens; where the list has tiers, those of a short request."""

    input: Decimal
    output: Decimal


def price_of(
    provider: ProviderConfig, model: str, usage: Counted, at: datetime | None = None
) -> Price | None:
    """What that usage cost at that time; None where a price or a side of the usage is not known."""
    listed = _find(provider, model)
    if listed is None or usage.input_tokens is None or usage.output_tokens is None:
        return None
    if _rates(listed[1], at) is None:
        return None
    from genai_prices import Usage

    output = billed_output(usage)
    cached = min(usage.cached_tokens or 0, usage.input_tokens)
    counts = Usage(
        input_tokens=usage.input_tokens,
        output_tokens=output,
        cache_read_tokens=cached or None,
        cache_write_tokens=min(usage.cache_write_tokens or 0, usage.input_tokens - cached) or None,
        output_reasoning_tokens=min(usage.reasoning_tokens or 0, output) or None,
    )
    try:
        found = listed[1].calc_price(counts, listed[0], genai_request_timestamp=at)
    except ValueError:
        return None
    return Price(found.total_price, found.input_price, found.output_price)


def billed_output(usage: Counted) -> int:
    """All that was written. Some count their reasoning within it, some (xAI) next to it: the total
    tells which.
    """
    written, thought = usage.output_tokens or 0, usage.reasoning_tokens or 0
    is_beside = usage.total_tokens == (usage.input_tokens or 0) + written + thought
    return written + thought if is_beside else written


def is_listed(provider: ProviderConfig) -> bool:
    """Whether the list may know its address: else the package is not even imported."""
    return not provider.demo and provider.base_url.startswith("https:")


def load() -> None:
    """Read the list, which takes half a second the first time; so that questions take none.

    Never raises: without the list an answer has no known cost.
    """
    try:
        from genai_prices.data_snapshot import get_snapshot

        get_snapshot()
        _loaded.set()
    except Exception:  # a package from outside, and a price is worth no answer
        logger.exception("The list of prices cannot be read")


def is_loaded() -> bool:
    """Whether a question takes no time in this process."""
    return _loaded.is_set()


def release() -> str:
    """Of the list: "genai-prices 0.2.3"."""
    return f"genai-prices {version('genai-prices')}"


def rates_of(provider: ProviderConfig, model: str, at: datetime | None = None) -> Rates | None:
    """What its tokens cost; None where the list does not say both."""
    listed = _find(provider, model)
    return _rates(listed[1], at) if listed is not None else None


def window_of(provider: ProviderConfig, model: str) -> int | None:
    """How many tokens the model reads at once; None where the list does not say."""
    listed = _find(provider, model)
    return (listed[1].context_window or None) if listed is not None else None


def _find(provider: ProviderConfig, model: str) -> tuple[Any, Any] | None:
    """The vendor and the model in the list."""
    if not is_listed(provider):
        return None
    from genai_prices.data_snapshot import get_snapshot

    try:
        found: tuple[Any, Any] = get_snapshot().find_provider_model(
            model, None, None, provider.base_url
        )
    except LookupError:
        return None
    return found


def _rates(listed: Any, at: datetime | None) -> Rates | None:
    prices = listed.get_prices(at or datetime.now().astimezone())
    sides = (prices.input_mtok, prices.output_mtok)
    rates = [getattr(side, "base", side) for side in sides]
    return Rates(*rates) if None not in rates else None
