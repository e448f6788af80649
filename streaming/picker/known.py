"""What is known of a model: by its provider's list, else by the list of prices."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from streaming.catalog.model_menu import ModelChoice, TellsFacts
from streaming.prices.price_list import Rates, rates_of, window_of
from streaming.providers.config import ProviderConfig
from streaming.providers.model_facts import ModelFacts


def window(menu: TellsFacts, config: ProviderConfig, choice: ModelChoice) -> int | None:
    """How many tokens the model reads at once, if that is known."""
    return menu.facts(*choice).window or window_of(config, choice.model)


def words(menu: TellsFacts, config: ProviderConfig, choice: ModelChoice) -> Sequence[str]:
    """What is known, in words; what is not known is not told."""
    facts = menu.facts(*choice)
    found = []
    if size := window(menu, config, choice):
        found.append(_("%(size)s tokens") % {"size": short(size)})
    if listed := rates(facts, config, choice.model):
        prices = {"input": _dollars(listed.input), "output": _dollars(listed.output)}
        found.append(_("%(input)s in, %(output)s out a million") % prices)
    able = ((facts.images, _("images")), (facts.thinks, _("thinks")), (facts.tools, _("tools")))
    return [*found, *(word for can, word in able if can)]


def short(size: int) -> str:
    """A number of tokens as people say it: 128k, 1M."""
    for unit, letter in ((1_000_000, "M"), (1000, "k")):
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + letter
    return str(size)


def rates(facts: ModelFacts, config: ProviderConfig, model: str) -> Rates | None:
    """US dollars for a million tokens, if that is known."""
    if facts.input_rate is not None and facts.output_rate is not None:
        return Rates(facts.input_rate, facts.output_rate)
    return rates_of(config, model)


def _dollars(rate: Decimal) -> str:
    text = f"{rate:,.4f}".rstrip("0")
    whole, _point, part = text.partition(".")
    return f"${whole}.{part.ljust(2, '0')}" if part else f"${whole}"
