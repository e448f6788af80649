"""What a request costs by its provider's prices: of tokens that were counted, or at most."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from streaming.prices import price_list
from streaming.prices.price_list import Price
from streaming.providers import file_limits
from streaming.providers.base import ChatRequest
from streaming.providers.config import ProviderConfig
from streaming.providers.registry import ADAPTERS

logger = logging.getLogger(__name__)

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
class Size:
    """How many bytes a request had, and the longest answer that it allowed, in tokens."""

    sent: int
    longest: int


@dataclass(frozen=True, slots=True)
class Quote:
    """One request that went out, and whom it was sent to.

    `size` is known once it was `measured`, if anything bounds the answer.
    """

    provider: ProviderConfig
    request: ChatRequest
    size: Size | None = None

    @property
    def source(self) -> str:
        """Which list its prices are from, in which release."""
        return price_list.release()

    def is_priced(self, at: datetime) -> bool:
        return price_list.rates_of(self.provider, self.request.model, at) is not None

    def price(self, usage: price_list.Counted, at: datetime) -> Price | None:
        """What these tokens cost then; None where a price or a side of them is not known."""
        return price_list.price_of(self.provider, self.request.model, usage, at)

    def measured(self) -> Quote:
        """The same with its size, as far as it has one. Never raises.

        It makes the whole request once more, so it belongs in a thread and in no transaction.
        """
        try:
            return replace(self, size=_size(self.provider, self.request))
        except Exception:  # a price is worth no answer
            logger.exception("A request to %s cannot be measured", self.provider.name)
            return self

    def at_most(self, known: price_list.Counted, at: datetime) -> Price | None:
        """What it can have cost, however much was written; None where nothing bounds the answer.

        A token is at least one byte of what was sent. What was `known` to be counted counts.
        """
        if self.size is None:
            return None
        sent = known.input_tokens if known.input_tokens is not None else self.size.sent
        return self.price(Tokens(sent, max(self.size.longest, known.output_tokens or 0)), at)


MOST_BY_ESTIMATE = 40
"""How many times an estimate a picture can have: some models count one as so many."""


def _files(provider: ProviderConfig, request: ChatRequest) -> tuple[int, ChatRequest]:
    """The tokens that files can have at most, and the request without what is not text.

    Of base64 a token would be far less than a byte.
    """
    most, turns = 0, []
    for turn in request.messages:
        whole = [file for file in turn.files if file.data]
        for file in whole:
            of_size = file_limits.tokens(
                provider,
                file.kind,
                width=file.width,
                height=file.height,
                characters=len(file.text),
                pages=file_limits.limits(provider).pdf_pages,
            )
            most += min(len(file.data), of_size * MOST_BY_ESTIMATE)
        texts = tuple(file for file in turn.files if not file.data)
        turns.append(replace(turn, files=texts) if whole else turn)
    return most, replace(request, messages=tuple(turns)) if most else request


def _size(provider: ProviderConfig, request: ChatRequest) -> Size | None:
    most, request = _files(provider, request)
    body = ADAPTERS[provider.format].call(provider, request).body or {}
    longest = _longest_answer(body)
    if longest is None:
        return None
    sent = json.dumps(body, ensure_ascii=False, default=str).encode(errors="replace")
    return Size(len(sent) + most, longest)


def _longest_answer(body: Mapping[str, Any]) -> int | None:
    """The limit in the request, as it went out."""
    places = (body, body.get("parameters"))
    limits = (place.get(name) for place in places if isinstance(place, Mapping) for name in LIMITS)
    return next((limit for limit in limits if type(limit) is int and limit > 0), None)
