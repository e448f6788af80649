"""What the files of the message box would add to a request: tokens and price, both about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from conversations.access import Person
from conversations.files.models import File
from streaming.catalog.model_menu import Menu, ModelChoice
from streaming.costs.bill import DOLLARS, NANOS, money
from streaming.picker import known
from streaming.sent_files import estimates, refusing

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Weight:
    """`price` in words, empty where it is not known. `is_blind`: the model takes no pictures."""

    tokens: str
    price: str = ""
    is_blind: bool = False


def own(person: Person, ids: Sequence[str]) -> list[File]:
    """Those of these files that are this person's."""
    return list(File.objects.filter(owner_id=person.pk, doomed_at=None, pk__in=_numbers(ids)))


def weigh(menu: Menu, choice: ModelChoice, files: Sequence[File]) -> Weight:
    config = next(config for config, _ in menu.offers() if config.slug == choice.provider)
    facts = menu.facts(*choice)
    tokens = estimates.of_files(config, files)
    rates = known.rates(facts, config, choice.model)
    price = money(int(tokens * Decimal(rates.input) * NANOS / MILLION), DOLLARS) if rates else ""
    is_blind = refusing.takes_no_pictures(facts, files)
    return Weight(known.short(tokens), price, is_blind)


def _numbers(ids: Sequence[str]) -> list[UUID]:
    found = []
    for text in ids:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
