"""What is reported with the end of an answer: its usage, its cost, and warnings."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from streaming.events import CostReported, Event, UsageReported, Warned
from streaming.providers.formats.json_values import mapping, number

SKIPPED = "frame_skipped"
"""The warning's code for what could not be read and was not missed."""
DIFFERS = "told_differently"
"""The warning's code for an end that repeats the answer in other words."""

TICKS_A_DOLLAR = 10**10
"""xAI counts its prices in ticks: https://docs.x.ai/developers/cost-tracking."""


def reported_cost(usage: dict[str, Any]) -> CostReported | None:
    """The cost that stands in a usage: OpenRouter's and LiteLLM's `cost`, or xAI's ticks.

    With a key of one's own OpenRouter's `cost` is its fee, and the provider bills the rest.
    """
    total = number(usage.get("cost"))
    if total is not None and usage.get("is_byok") is True:
        details = mapping(usage.get("cost_details"))
        upstream = number(details.get("upstream_inference_cost"))
        return CostReported(total=total + upstream) if upstream is not None else None
    if total is not None:
        return CostReported(total=total)
    if (parts := mapping(usage.get("cost"))) and number(parts.get("total_cost")) is not None:
        return CostReported(total=number(parts["total_cost"]))  # Perplexity's, by its parts
    ticks = number(usage.get("cost_in_usd_ticks"))
    return CostReported(total=ticks / TICKS_A_DOLLAR) if ticks is not None else None


@dataclass(slots=True)
class EndReport:
    """Collected while the answer comes; a later usage or cost replaces an earlier one."""

    usage: dict[str, int] = field(default_factory=dict)
    cost: CostReported | None = None
    warnings: list[Warned] = field(default_factory=list)

    def note(self, code: str, message: str | None = None) -> None:
        """A warning for the end, once."""
        if (warning := Warned(code, message)) not in self.warnings:
            self.warnings.append(warning)

    def events(self, *, is_finished: bool) -> Iterator[Event]:
        """If the answer broke off, its usage is partial and warnings are left out."""
        if self.usage:
            yield UsageReported(**self.usage, partial=not is_finished)
        if self.cost:
            yield self.cost
        if is_finished:
            yield from self.warnings
