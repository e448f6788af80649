"""What tells the cost of a run: its provider, a list of prices, or nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

SENTENCES = {
    "reported": gettext_lazy("reported by the provider"),
    "computed": gettext_lazy("computed from the tokens that were reported, by %(list)s on %(day)s"),
    "estimated": gettext_lazy(
        "an estimate: the provider reported no tokens, so they are guessed by the size of the text "
        "and counted by %(list)s on %(day)s"
    ),
    "at_most": gettext_lazy(
        "at most: the answer was cut off, and the provider did not report what it bills. This is "
        "what was sent and the longest answer that was allowed, by %(list)s on %(day)s"
    ),
    "unknown": gettext_lazy(
        "not known: the provider did not report all tokens that it bills. Of an answer that is cut "
        "off, a bound is known if its longest answer was set"
    ),
    "unpriced": gettext_lazy("no price known"),
}


class Priced(Protocol):
    """A row that tells where its cost is from."""

    cost_source: str
    price_list: str
    priced_at: datetime | None


def of(row: Priced) -> str:
    """In words; nothing where nobody has asked."""
    sentence = SENTENCES.get(row.cost_source)
    if sentence is None:
        return ""
    day = date_format(row.priced_at.astimezone(UTC), "DATE_FORMAT") if row.priced_at else ""
    named = row.price_list or gettext("a list of prices")
    return str(sentence) % {"list": named, "day": day}
