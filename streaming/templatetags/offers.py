"""`{% offers as models %}`: what an answer can go on with, by provider."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from streaming.catalog.model_menu import ModelChoice
from streaming.providers.config import ProviderConfig
from streaming.site import NotServing, site

register = template.Library()


@register.simple_tag
def offers() -> list[tuple[str, Sequence[tuple[str, str]]]]:
    """Each provider's name with its models' values and names; nothing where none are served."""
    try:
        menu = site().menu
    except NotServing:
        return []
    return by_provider(menu.offers())


def by_provider(
    offers: Sequence[tuple[ProviderConfig, Sequence[ModelChoice]]],
) -> list[tuple[str, Sequence[tuple[str, str]]]]:
    """As `model_choices.html` shows them; a provider without models is left out."""
    return [
        (config.name, [(choice.value, choice.model) for choice in choices])
        for config, choices in offers
        if choices
    ]
