"""Prices of usages that were computed by hand, from the pages of those who bill them.

The prices are those that the pages gave at the time of the usage, in dollars for a million tokens;
the column `by_hand` is what they come to, in millionths of a dollar.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

import pytest

from streaming.events import UsageReported
from streaming.prices.price_list import price_of
from streaming.prices.quote import Quote
from streaming.providers.base import ChatRequest
from streaming.providers.config import ProviderConfig

OPENAI = ProviderConfig("openai", "OpenAI", "chat", "https://api.openai.com/v1")
ANTHROPIC = ProviderConfig("anthropic", "Anthropic", "messages", "https://api.anthropic.com/v1")
GOOGLE = ProviderConfig(
    "google", "Google", "chat", "https://generativelanguage.googleapis.com/v1beta/openai"
)
XAI = ProviderConfig("xai", "xAI", "chat", "https://api.x.ai/v1")
DEEPSEEK = ProviderConfig("deepseek", "DeepSeek", "chat", "https://api.deepseek.com/v1")

OPENAI_PAGE = "https://developers.openai.com/api/docs/pricing"
ANTHROPIC_PAGE = "https://platform.claude.com/docs/en/about-claude/pricing"
GOOGLE_PAGE = "https://ai.google.dev/gemini-api/docs/pricing"
XAI_PAGE = "https://docs.x.ai/docs/models"
DEEPSEEK_PAGE = "https://api-docs.deepseek.com/quick_start/pricing"


class Case(NamedTuple):
    provider: ProviderConfig
    model: str
    day: str
    usage: UsageReported
    by_hand: str
    reckoning: str
    page: str


def used(
    sent: int,
    written: int,
    *,
    total: int | None = None,
    thought: int | None = None,
    cached: int | None = None,
    stored: int | None = None,
) -> UsageReported:
    return UsageReported(sent, written, total, thought, cached, cache_write_tokens=stored)


CASES = [
    Case(OPENAI, "gpt-4o", "2026-06-01", used(1000, 100), "3500",
         "1000 x 2.5 + 100 x 10", OPENAI_PAGE),
    Case(OPENAI, "gpt-4o", "2026-06-01", used(10_000, 500, cached=8000), "20000",
         "2000 x 2.5 + 8000 x 1.25 + 500 x 10", OPENAI_PAGE),
    Case(OPENAI, "gpt-4.1-mini", "2026-06-01", used(12_345, 678), "6022.8",
         "12345 x 0.4 + 678 x 1.6", OPENAI_PAGE),
    Case(OPENAI, "gpt-5", "2026-06-01", used(2000, 5000, total=7000, thought=4500), "52500",
         "2000 x 1.25 + 5000 x 10: thoughts are within the output", OPENAI_PAGE),
    Case(OPENAI, "gpt-5", "2026-06-01", used(100_000, 1000, cached=90_000), "33750",
         "10000 x 1.25 + 90000 x 0.125 + 1000 x 10", OPENAI_PAGE),
    Case(OPENAI, "o3", "2025-05-01", used(1000, 1000), "50000",
         "1000 x 10 + 1000 x 40: before the cut of 10 June 2025", OPENAI_PAGE),
    Case(OPENAI, "o3", "2025-07-01", used(1000, 1000), "10000",
         "1000 x 2 + 1000 x 8", OPENAI_PAGE),
    Case(OPENAI, "gpt-5.4", "2026-06-01", used(200_000, 1000), "515000",
         "200000 x 2.5 + 1000 x 15", OPENAI_PAGE),
    Case(OPENAI, "gpt-5.4", "2026-06-01", used(300_000, 1000), "1522500",
         "300000 x 5 + 1000 x 22.5: all of it, from 272000 on", OPENAI_PAGE),
    Case(ANTHROPIC, "claude-sonnet-4-5", "2025-11-01", used(3000, 400), "15000",
         "3000 x 3 + 400 x 15", ANTHROPIC_PAGE),
    Case(ANTHROPIC, "claude-sonnet-4-5", "2025-11-01",
         used(50_000, 1000, cached=40_000, stored=5000), "60750",
         "5000 x 3 + 40000 x 0.3 + 5000 x 3.75 + 1000 x 15", ANTHROPIC_PAGE),
    Case(ANTHROPIC, "claude-sonnet-4-5", "2025-11-01", used(250_000, 2000), "1545000",
         "250000 x 6 + 2000 x 22.5: all of it, above 200000", ANTHROPIC_PAGE),
    Case(ANTHROPIC, "claude-sonnet-4-5", "2025-11-01", used(200_000, 0), "600000",
         "200000 x 3: not above it", ANTHROPIC_PAGE),
    Case(ANTHROPIC, "claude-haiku-4-5", "2025-11-01", used(800, 3000, thought=2500), "15800",
         "800 x 1 + 3000 x 5: thoughts are within the output", ANTHROPIC_PAGE),
    Case(ANTHROPIC, "claude-opus-4-5", "2025-12-01", used(10_000, 100, cached=10_000), "7500",
         "10000 x 0.5 + 100 x 25", ANTHROPIC_PAGE),
    Case(GOOGLE, "gemini-2.5-pro", "2026-06-01", used(250_000, 1000), "640000",
         "250000 x 2.5 + 1000 x 15: all of it, above 200000", GOOGLE_PAGE),
    Case(GOOGLE, "gemini-2.5-flash", "2026-06-01", used(1000, 200, total=2000, thought=800),
         "2800", "1000 x 0.3 + (200 + 800) x 2.5: thoughts are next to the output", GOOGLE_PAGE),
    Case(XAI, "grok-4", "2026-03-01", used(700, 100, total=1100, thought=300, cached=500),
         "6975", "200 x 3 + 500 x 0.75 + (100 + 300) x 15", XAI_PAGE),
    Case(DEEPSEEK, "deepseek-v4-flash", "2026-08-20T12:00", used(10_000, 1000, cached=4000),
         "2008", "6000 x 0.22 + 4000 x 0.007 + 1000 x 0.66", DEEPSEEK_PAGE),
    Case(DEEPSEEK, "deepseek-v4-flash", "2026-10-13T02:00", used(10_000, 1000, cached=4000),
         "3024", "6000 x 0.3 + 4000 x 0.006 + 1000 x 1.2: the hours of its peak", DEEPSEEK_PAGE),
]  # fmt: skip

STOPPED = [
    # Stopped: what was sent was counted, and the rest is the longest answer that was asked for.
    Case(ANTHROPIC, "claude-sonnet-4-5", "2025-11-01", used(1000, 1), "125880",
         "1000 x 3 + 8192 x 15", ANTHROPIC_PAGE),
    Case(OPENAI, "gpt-4o", "2026-06-01", used(2000, 7), "10000",
         "2000 x 2.5 + 500 x 10", OPENAI_PAGE),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.model} {case.reckoning}")
def test_a_price_is_that_which_was_computed_by_hand(case: Case) -> None:
    at = datetime.fromisoformat(case.day).replace(tzinfo=UTC)
    price = price_of(case.provider, case.model, case.usage, at)
    assert price is not None
    assert price.total * 10**6 == Decimal(case.by_hand)


@pytest.mark.parametrize("case", STOPPED, ids=lambda case: f"{case.model} {case.reckoning}")
def test_a_bound_is_that_which_was_computed_by_hand(case: Case) -> None:
    at = datetime.fromisoformat(case.day).replace(tzinfo=UTC)
    limit = {} if case.provider is ANTHROPIC else {"max_tokens": 500}
    quote = Quote(case.provider, ChatRequest(case.model, (), parameters=limit))
    price = quote.measured().at_most(case.usage, at)
    assert price is not None
    assert price.total * 10**6 == Decimal(case.by_hand)


def test_at_least_twenty_were_computed() -> None:
    assert len(CASES) >= 20
