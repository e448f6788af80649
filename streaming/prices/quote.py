"""What a request costs by its provider's prices: of tokens that were counted, or at most."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from streaming.prices import price_list
from streaming.prices.price_list import Price
from streaming.providers.base import ChatRequest
from streaming.providers.config import ProviderConfig
from streaming.providers.registry import ADAPTERS

LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
"""What the wire formats call the longest answer."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Those that a request and its answer can have had at most: a `price_list.Counted`."""

    input_tokens: int | None
    output_tokens: int | None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None
    total_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """One request that went out, and whom it was sent to."""

    provider: ProviderConfig
    request: ChatRequest

    @property
    def source(self) -> str:
        """Which list its prices are from, in which release."""
        return price_list.release()

    def is_priced(self, at: datetime) -> bool:
        return price_list.rates_of(self.provider, self.request.model, at) is not None

    def price(self, usage: price_list.Counted, at: datetime) -> Price | None:
        """What these tokens cost then; None where a price or a side of them is not known."""
        return price_list.price_of(self.provider, self.request.model, usage, at)

    def at_most(self, known: price_list.Counted, at: datetime) -> Price | None:
        """What it can have cost, however much was written; None where nothing bounds the answer.

        A token is at least one byte of what was sent. What was `known` to be counted counts.
        """
        body = ADAPTERS[self.provider.format].call(self.provider, self.request).body or {}
        longest = _longest_answer(body)
        if longest is None:
            return None
        sent = known.input_tokens
        if sent is None:
            sent = len(json.dumps(body, ensure_ascii=False, default=str).encode())
        return self.price(Tokens(sent, max(longest, known.output_tokens or 0)), at)


def _longest_answer(body: Mapping[str, Any]) -> int | None:
    """The limit in the request, as it went out."""
    places = (body, body.get("parameters"))
    limits = (place.get(name) for place in places if isinstance(place, Mapping) for name in LIMITS)
    return next((limit for limit in limits if type(limit) is int and limit > 0), None)
