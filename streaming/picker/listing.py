"""The models as the picker lists them: favourites, last used, then all by provider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from django.utils.translation import gettext as _

from streaming.catalog.model_menu import Menu, ModelChoice
from streaming.picker import known, notes
from streaming.providers.config import ProviderConfig

SHOWN = 200
"""Of those that fit; what is typed narrows them down."""


@dataclass(frozen=True, slots=True)
class Option:
    """`number` tells the options of one list apart."""

    number: int
    value: str
    name: str
    model: str
    known: Sequence[str]
    favourite: bool


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class Offer:
    """What fits `text`; `left_out` more do."""

    text: str
    groups: Sequence[Group]
    left_out: int


def offer(menu: Menu, owner_id: int, text: str) -> Offer:
    text = " ".join(text.split())
    starred = notes.favourites(owner_id)
    configs = {config.slug: config for config, _choices in menu.offers()}
    offered = {choice: None for _config, choices in menu.offers() for choice in choices}
    numbers = count(1)

    def group(title: str, choices: Sequence[ModelChoice]) -> Group:
        return Group(title, [option(choice) for choice in choices if choice in offered])

    def option(choice: ModelChoice) -> Option:
        return Option(
            number=next(numbers),
            value=choice.value,
            name=menu.name(*choice),
            model=choice.model,
            known=known.words(menu, configs[choice.provider], choice),
            favourite=choice in starred,
        )

    fitting = [one for one in offered if _fits(menu, configs[one.provider], one, text)]
    shown = fitting[:SHOWN]
    groups = [] if text else [group(_("Favourites"), starred)]
    if not text:
        rest = [each for each in notes.last_used(owner_id) if each not in starred]
        groups.append(group(_("Last used"), rest))
    for slug, config in configs.items():
        groups.append(group(config.name, [one for one in shown if one.provider == slug]))
    return Offer(text, [each for each in groups if each.options], len(fitting) - len(shown))


def _fits(menu: Menu, config: ProviderConfig, choice: ModelChoice, text: str) -> bool:
    """Whether every word that was typed is in what the model is called, or in its provider."""
    words = f"{menu.name(*choice)} {choice.model} {config.name}".casefold()
    return all(word in words for word in text.casefold().split())
