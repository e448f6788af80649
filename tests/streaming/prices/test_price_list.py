"""What the list says of prices and windows, and that it is loaded by the first question only."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal

from streaming.events import UsageReported
from streaming.prices.price_list import Price, Rates, price_of, rates_of, window_of
from streaming.providers.config import ProviderConfig
from tests import ROOT

OPENAI = ProviderConfig("openai", "OpenAI", "chat", "https://api.openai.com/v1")
ANTHROPIC = ProviderConfig("anthropic", "Anthropic", "messages", "https://api.anthropic.com/v1")
OWN = ProviderConfig("own", "Own", "chat", "http://127.0.0.1:11434/v1")
DAY = datetime(2026, 6, 1, tzinfo=UTC)


def test_a_usage_costs_what_the_list_says() -> None:
    usage = UsageReported(input_tokens=1000, output_tokens=100)
    assert price_of(OPENAI, "gpt-4o", usage, DAY) == Price(
        Decimal("0.0035"), Decimal("0.0025"), Decimal("0.001")
    )


def test_what_the_cache_brought_costs_less() -> None:
    usage = UsageReported(input_tokens=1000, output_tokens=0, cached_tokens=1000)
    price = price_of(OPENAI, "gpt-4o", usage, DAY)
    assert price is not None
    assert price.total == Decimal("0.00125")


def test_a_usage_of_which_one_side_is_unknown_has_no_price() -> None:
    assert price_of(OPENAI, "gpt-4o", UsageReported(output_tokens=5), DAY) is None


def test_no_name_is_priced_where_the_address_is_unknown() -> None:
    usage = UsageReported(input_tokens=1000, output_tokens=100)
    assert price_of(OWN, "gpt-4o", usage, DAY) is None
    assert window_of(OWN, "gpt-4o") is None
    assert rates_of(OWN, "gpt-4o") is None


def test_a_model_that_is_missing_in_the_list_is_unknown() -> None:
    assert window_of(OPENAI, "gpt-4o-of-our-own") is None
    assert rates_of(OPENAI, "gpt-4o-of-our-own") is None


def test_windows_and_rates_are_those_of_the_vendor() -> None:
    assert window_of(OPENAI, "gpt-4o") == 128_000
    assert rates_of(ANTHROPIC, "claude-sonnet-4-5", DAY) == Rates(Decimal(3), Decimal(15))


def test_the_package_is_not_imported_before_the_first_question() -> None:
    code = (
        "import sys, streaming.prices.price_list; "
        "print([name for name in sys.modules if name.partition('.')[0] in "
        "('genai_prices', 'pydantic', 'httpx2')])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert run.stdout.decode().strip() == "[]"
