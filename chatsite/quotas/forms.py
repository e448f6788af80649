"""The form of the quotas of a role or a person: each number may be left out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from conversations.languages.texts import lazy_text
from conversations.quotas.models import Quota
from conversations.quotas.rules import Quotas

NANOS, MEBIBYTE = 10**9, 1024**2
MOST = 100_000
LABELS: Mapping[str, str] = {
    "running": lazy_text("Answers at once"),
    "sends_a_minute": lazy_text("Messages a minute"),
    "sends_a_day": lazy_text("Messages a day"),
    "tokens_a_month": lazy_text("Tokens a month"),
    "cost_a_month": lazy_text("Dollars a month"),
    "storage": lazy_text("Files, in MiB"),
}


def _count(least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(min_value=least, max_value=most, required=False)


class QuotaForm(forms.Form):
    """In the units of the page: dollars, MiB. Empty is what the role or the site says."""

    running = _count(1, MOST)
    sends_a_minute = _count(1, MOST)
    sends_a_day = _count(1, MOST)
    tokens_a_month = _count(0, 10**15)
    cost_a_month = forms.DecimalField(
        min_value=0, max_value=10**6, decimal_places=2, required=False
    )
    storage = _count(0, 10**9)

    def __init__(self, row: Quota | None, otherwise: Quotas, data: Any = None) -> None:
        """`otherwise` holds where a number is left out, and is shown there."""
        values = {name: _shown(name, getattr(row, name, None)) for name in Quotas._fields}
        super().__init__(data, initial=values)
        self.lines = [
            (self[name], LABELS[name], _shown(name, getattr(otherwise, name)))
            for name in Quotas._fields
        ]

    @property
    def numbers(self) -> dict[str, int | None]:
        """As they are kept."""
        said = self.cleaned_data
        cost, storage = said["cost_a_month"], said["storage"]
        return said | {
            "cost_a_month": None if cost is None else int(cost * NANOS),
            "storage": None if storage is None else storage * MEBIBYTE,
        }


def _shown(name: str, number: int | None) -> int | Decimal | None:
    if number is None or name not in ("cost_a_month", "storage"):
        return number
    return number // MEBIBYTE if name == "storage" else (Decimal(number) / NANOS).normalize()
