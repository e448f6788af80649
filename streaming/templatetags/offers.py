"""The models that a person may choose from: `{% offers person_id as models %}`,
`{% is_offered value models as known %}`; `{% all_offers as models %}` for administrators' pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from django import template

from streaming.site import is_serving, site

register = template.Library()

Offers: TypeAlias = Sequence[tuple[str, Sequence[tuple[str, str]]]]
"""Each provider's name with its models' values and names."""


@register.simple_tag
def offers(person_id: int) -> Offers:
    """Nothing where no models are served."""
    return site().menu.of(person_id).by_provider() if is_serving() else []


@register.simple_tag
def all_offers() -> Offers:
    return site().menu.of_administrators().by_provider() if is_serving() else []


@register.simple_tag
def is_offered(value: str, models: Offers) -> bool:
    """Whether a model of that value is among them."""
    return any(value == each for _, choices in models for each, _ in choices)
